//go:build linux

package x11_test

import (
	"errors"
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb/render"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/capturetest"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestPointerContract(t *testing.T) {
	for _, server := range []struct {
		name  string
		extra []string
	}{
		{"usual", nil},
		{"without SYNC", []string{"-extension", "SYNC"}},
	} {
		t.Run(server.name, func(t *testing.T) {
			capturetest.RunPointer(t, func(t *testing.T) *capturetest.PointerHarness {
				return newPointerHarness(t, server.extra)
			})
		})
	}
}

func newPointerHarness(t *testing.T, extra []string) *capturetest.PointerHarness {
	t.Helper()
	server := xvfbtest.Launch(t, size, extra...)
	hand, become := newHand(t), newShaper(t)
	p, err := x11.NewPointer(x11.Config{})
	if err != nil {
		t.Fatal(err)
	}
	return &capturetest.PointerHarness{
		Pointer:    p,
		Move:       hand.move,
		Warp:       hand.warp,
		Become:     become,
		Disconnect: server.Stop,
	}
}

// hand uses the devices.
type hand struct {
	move, warp func(image.Point)
	key        func()
}

func newHand(t *testing.T) hand {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	if _, err := xdisplay.Use(c, "XTEST"); err != nil {
		t.Fatal(err)
	}
	fake := func(kind, detail byte, to image.Point) {
		err := xtest.FakeInputChecked(c, kind, detail, 0, screen.Root, int16(to.X), int16(to.Y), 0).Check()
		if err != nil {
			t.Error(err)
		}
	}
	return hand{
		move: func(to image.Point) { fake(xproto.MotionNotify, 0, to) },
		warp: func(to image.Point) {
			err := xproto.WarpPointerChecked(c, 0, screen.Root, 0, 0, 0, 0, int16(to.X), int16(to.Y)).Check()
			if err != nil {
				t.Error(err)
			}
		},
		key: func() {
			const letter = 38
			fake(xproto.KeyPress, letter, image.Point{})
			fake(xproto.KeyRelease, letter, image.Point{})
		},
	}
}

// newShaper returns a function that gives the pointer a shape of 2 by 1 pixels.
func newShaper(t *testing.T) func(hot image.Point, pix []byte) {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	if _, err := xdisplay.Use(c, "RENDER"); err != nil {
		t.Fatal(err)
	}
	format := argbFormat(t, render.QueryPictFormats(c))
	return func(hot image.Point, pix []byte) {
		pixmap, _ := xproto.NewPixmapId(c)
		gc, _ := xproto.NewGcontextId(c)
		picture, _ := render.NewPictureId(c)
		cursor, _ := xproto.NewCursorId(c)
		xproto.CreatePixmap(c, 32, pixmap, xproto.Drawable(screen.Root), 2, 1)
		xproto.CreateGC(c, gc, xproto.Drawable(pixmap), 0, nil)
		for x := range 2 {
			xproto.ChangeGC(c, gc, xproto.GcForeground, []uint32{premultiplied(pix[4*x:])})
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

// premultiplied makes a server's pixel of R, G, B and A.
func premultiplied(pix []byte) uint32 {
	a := uint32(pix[3])
	part := func(n int) uint32 { return (uint32(pix[n])*a + 127) / 255 }
	return a<<24 | part(0)<<16 | part(1)<<8 | part(2)
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

// Somebody who types all the time leaves the devices no rest.
func TestAMovementWhileSomebodyTypesIsTold(t *testing.T) {
	h := newPointerHarness(t, nil)
	defer func() { _ = h.Pointer.Close() }()
	other := newHand(t)
	done, typed := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(typed)
		for {
			select {
			case <-done:
				return
			case <-time.After(20 * time.Millisecond):
				other.key()
			}
		}
	}()
	time.AfterFunc(500*time.Millisecond, func() { h.Move(image.Pt(77, 88)) })
	for {
		p, err := h.Pointer.Next(soon(t))
		if err != nil {
			t.Fatal(err)
		}
		if p.Place == image.Pt(77, 88) {
			break
		}
	}
	close(done)
	<-typed
}

func TestPointerErrors(t *testing.T) {
	tests := []struct {
		name  string
		setup func(t *testing.T)
		want  error
	}{
		{"no server", func(t *testing.T) { t.Setenv("DISPLAY", ":7654") }, capture.ErrNoDisplay},
		{"no XFIXES", with("-extension", "XFIXES"), capture.ErrMissingExtension},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("XDG_SESSION_TYPE", "x11")
			test.setup(t)
			if p, err := x11.NewPointer(x11.Config{}); !errors.Is(err, test.want) {
				t.Errorf("new pointer: %v, %v; want %v", p, err, test.want)
			}
		})
	}
}
