//go:build linux

package x11_test

import (
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb/render"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// newShaper returns a function that gives the pointer a shape of 2 by 1 pixels,
// whose colours are multiplied by their alpha.
func newShaper(t *testing.T) func(hot image.Point, argb ...uint32) {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	if _, err := xdisplay.Use(c, "RENDER"); err != nil {
		t.Fatal(err)
	}
	format := argbFormat(t, render.QueryPictFormats(c))
	return func(hot image.Point, argb ...uint32) {
		pixmap, _ := xproto.NewPixmapId(c)
		gc, _ := xproto.NewGcontextId(c)
		picture, _ := render.NewPictureId(c)
		cursor, _ := xproto.NewCursorId(c)
		xproto.CreatePixmap(c, 32, pixmap, xproto.Drawable(screen.Root), 2, 1)
		xproto.CreateGC(c, gc, xproto.Drawable(pixmap), 0, nil)
		for x, pixel := range argb {
			xproto.ChangeGC(c, gc, xproto.GcForeground, []uint32{pixel})
			xproto.PolyPoint(c, xproto.CoordModeOrigin, xproto.Drawable(pixmap), gc, []xproto.Point{{X: int16(x)}})
		}
		render.CreatePicture(c, picture, xproto.Drawable(pixmap), format, 0, nil)
		render.CreateCursor(c, cursor, picture, uint16(hot.X), uint16(hot.Y))
		err := xproto.ChangeWindowAttributesChecked(c, screen.Root, xproto.CwCursor, []uint32{uint32(cursor)}).Check()
		if err != nil {
			t.Error(err)
		}
	}
}

func argbFormat(t *testing.T, cookie render.QueryPictFormatsCookie) render.Pictformat {
	t.Helper()
	reply, err := cookie.Reply()
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range reply.Formats {
		if f.Depth == 32 && f.Direct.AlphaMask == 0xff && f.Direct.AlphaShift == 24 && f.Direct.RedShift == 16 {
			return f.Id
		}
	}
	t.Fatal("the server has no format with alpha")
	return 0
}

func TestCursor(t *testing.T) {
	xvfbtest.Start(t, size)
	shape := newShaper(t)
	shape(image.Pt(1, 0), 0xff102030, 0x80400080)
	s := open(t)
	got, err := s.NextCursor(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	want := capture.Cursor{
		Pix:  []byte{0x10, 0x20, 0x30, 0xff, 0x80, 0, 0xff, 0x80},
		Size: image.Pt(2, 1), Hot: image.Pt(1, 0), Serial: got.Serial,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	wantNoCursor(t, s)
	time.AfterFunc(50*time.Millisecond, func() { shape(image.Pt(0, 0), 0, 0xffffffff) })
	other, err := s.NextCursor(soon(t))
	if err != nil {
		t.Fatal(err)
	}
	want = capture.Cursor{
		Pix:  []byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff},
		Size: image.Pt(2, 1), Serial: other.Serial,
	}
	if diff := cmp.Diff(want, other); diff != "" {
		t.Error(diff)
	}
	if other.Serial == got.Serial {
		t.Errorf("both shapes have serial %d", got.Serial)
	}
}

func wantNoCursor(t *testing.T, p capture.Pointer) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if c, err := p.NextCursor(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the same shape again: %v, %v", c, err)
	}
}

func TestTheEndOfCursors(t *testing.T) {
	tests := []struct {
		name string
		end  func(*xvfbtest.Server, capture.Source)
		want error
	}{
		{"closed", func(_ *xvfbtest.Server, s capture.Source) { _ = s.Close() }, capture.ErrClosed},
		{"server gone", func(server *xvfbtest.Server, _ capture.Source) { server.Stop() }, capture.ErrNoDisplay},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			server := xvfbtest.Launch(t, size)
			s := open(t)
			if _, err := s.NextCursor(soon(t)); err != nil {
				t.Fatal(err)
			}
			ended := make(chan error, 1)
			go func() {
				_, err := s.NextCursor(soon(t))
				ended <- err
			}()
			time.Sleep(50 * time.Millisecond)
			test.end(server, s)
			if err := <-ended; !errors.Is(err, test.want) {
				t.Errorf("%v, want %v", err, test.want)
			}
			if _, err := s.NextCursor(soon(t)); !errors.Is(err, test.want) {
				t.Errorf("again: %v, want %v", err, test.want)
			}
		})
	}
}
