package xvfbtest

import (
	"image"
	"testing"

	"github.com/jezek/xgb/xproto"
)

// Painter returns a function that paints a rectangle of the desktop in an 0xRRGGBB
// colour, before it returns. Only one goroutine may call it.
func Painter(t testing.TB) func(r image.Rectangle, rgb uint32) {
	t.Helper()
	c, screen := Connect(t)
	root := xproto.Drawable(screen.Root)
	gc, err := xproto.NewGcontextId(c)
	if err != nil {
		t.Fatalf("make a painter: %v", err)
	}
	xproto.CreateGC(c, gc, root, 0, nil)
	return func(r image.Rectangle, rgb uint32) {
		xproto.ChangeGC(c, gc, xproto.GcForeground, []uint32{rgb})
		err := xproto.PolyFillRectangleChecked(c, root, gc, []xproto.Rectangle{{
			X: int16(r.Min.X), Y: int16(r.Min.Y), Width: uint16(r.Dx()), Height: uint16(r.Dy()),
		}}).Check()
		if err != nil {
			t.Errorf("paint: %v", err)
		}
	}
}
