//go:build linux

package x11_test

import (
	"bytes"
	"errors"
	"image"
	"log/slog"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestNewErrors(t *testing.T) {
	tests := []struct {
		name  string
		setup func(t *testing.T)
		want  error
		text  string
	}{
		{"no display", func(t *testing.T) { t.Setenv("DISPLAY", "") }, capture.ErrNoDisplay, `""`},
		{"no server", func(t *testing.T) { t.Setenv("DISPLAY", ":7654") }, capture.ErrNoDisplay, ":7654"},
		{"no DAMAGE", with("-extension", "DAMAGE"), capture.ErrMissingExtension, "DAMAGE"},
		{"no XFIXES", with("-extension", "XFIXES"), capture.ErrMissingExtension, "XFIXES"},
		{"no RANDR", with("-extension", "RANDR"), capture.ErrMissingExtension, "RANDR"},
		{"16 bits a pixel", with("-screen", "0", "400x300x16"), capture.ErrPixelFormat, "depth 16"},
		{"a palette", with("-screen", "0", "400x300x8"), capture.ErrPixelFormat, "depth 8"},
		{"30 bits of colour", with("-screen", "0", "400x300x30"), capture.ErrPixelFormat, "0x3ff"},
		{"Wayland", func(t *testing.T) {
			xvfbtest.Start(t, size)
			t.Setenv("XDG_SESSION_TYPE", "wayland")
		}, capture.ErrNoDisplay, "Wayland"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Setenv("XDG_SESSION_TYPE", "x11")
			test.setup(t)
			s, err := x11.New(x11.Config{})
			if !errors.Is(err, test.want) {
				t.Fatalf("New: %v, %v; want %v", s, err, test.want)
			}
			if !strings.Contains(err.Error(), test.text) {
				t.Errorf("error %q does not name %q", err, test.text)
			}
		})
	}
}

func with(extra ...string) func(*testing.T) {
	return func(t *testing.T) { xvfbtest.Start(t, size, extra...) }
}

func TestTheLogTellsOfMissingSharedMemory(t *testing.T) {
	for _, test := range []struct {
		extra []string
		want  bool
	}{{nil, false}, {[]string{"-extension", "MIT-SHM"}, true}} {
		xvfbtest.Start(t, size, test.extra...)
		var log bytes.Buffer
		s, err := x11.New(x11.Config{Log: slog.New(slog.NewTextHandler(&log, nil))})
		if err != nil {
			t.Fatal(err)
		}
		var f capture.Frame
		next(t, s, &f)
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
		if got := strings.Contains(log.String(), "shared memory"); got != test.want {
			t.Errorf("server with %v: log %q", test.extra, &log)
		}
	}
}

// Programs often draw again what is there.
func TestDrawingTheSameAgainGivesNothing(t *testing.T) {
	xvfbtest.Start(t, size)
	s := open(t)
	paint := xvfbtest.Painter(t)
	paint(image.Rect(0, 0, 100, 100), 0xffffff)
	var f capture.Frame
	next(t, s, &f)
	paint(image.Rect(0, 0, 100, 100), 0xffffff)
	wantNothing(t, s, &f)
	// And of what is drawn anew, only what differs is damage.
	paint(image.Rect(0, 0, 400, 300), 0xffffff)
	paint(image.Rect(50, 50, 60, 60), 0xff0000)
	paint(image.Rect(100, 0, 400, 300), 0)
	paint(image.Rect(0, 100, 100, 300), 0)
	next(t, s, &f)
	for wait := true; wait; { // the server may have shown a step in between
		before := f.At
		wantNothing(t, s, &f)
		wait = f.At != before && len(f.Damage) > 0
	}
	if got := f.Pix[55*f.Stride+4*55:][:3]; !bytes.Equal(got, []byte{0, 0, 0xff}) {
		t.Errorf("pixel %v", got)
	}
}

func TestManySmallChangesAreOneFrameOfFewRectangles(t *testing.T) {
	xvfbtest.Start(t, size)
	s := open(t)
	paint := xvfbtest.Painter(t)
	var f capture.Frame
	next(t, s, &f)
	for x := 0; x < 400; x += 20 {
		for y := 0; y < 300; y += 20 {
			paint(image.Rect(x, y, x+2, y+2), 0xffffff)
		}
	}
	next(t, s, &f)
	if len(f.Damage) > 16 {
		t.Errorf("%d rectangles", len(f.Damage))
	}
	wantNothing(t, s, &f)
}
