package canvas_test

import (
	"image"
	"testing"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

var size = image.Pt(641, 479)

func open(t *testing.T, sampling canvas.Sampling) *canvas.Canvas {
	t.Helper()
	c, err := canvas.New(size, sampling)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func draw(t *testing.T, c *canvas.Canvas, p *encodetest.Picture) {
	t.Helper()
	if _, err := c.Draw(p.Frame); err != nil {
		t.Fatal(err)
	}
}

// picture copies what a canvas with all colours holds.
func picture(c *canvas.Canvas) *image.YCbCr {
	p := encodetest.Planes{Size: size}
	p.Samples, p.Strides = c.Planes()
	return p.Picture()
}

// Eight bits in limited range hold a page of coloured text at 59.3 dB; a matrix with
// few bits after the point loses four of them.
func TestColouredTextKeepsItsColours(t *testing.T) {
	c, p := open(t, canvas.YUV444), encodetest.NewPicture(size)
	p.ColouredText(p.Frame.Bounds, 1)
	draw(t, c, p)
	if got := p.RGBPSNR(picture(c), p.Frame.Bounds); got < 59 {
		t.Errorf("RGB PSNR %.1f dB, want at least 59", got)
	}
}

func TestOnlyDamageIsDrawn(t *testing.T) {
	c, p := open(t, canvas.YUV444), encodetest.NewPicture(size)
	draw(t, c, p)
	c.Settle()
	p.Fill(image.Rect(0, 0, 100, 100), 0x000000)
	inside := image.Rect(33, 35, 48, 49)
	p.Damage(inside)
	draw(t, c, p)
	got := picture(c)
	for _, spot := range []struct {
		x, y int
		want byte
	}{{33, 35, 16}, {47, 48, 16}, {20, 35, 235}, {50, 35, 235}, {40, 51, 235}} {
		if y := got.Y[got.YOffset(spot.x, spot.y)]; y != spot.want {
			t.Errorf("luma at %d,%d is %d, want %d", spot.x, spot.y, y, spot.want)
		}
	}
	samples, rows, columns := c.Active()
	blocks := unsafe.Slice((*byte)(samples), rows*columns)
	for i, active := range blocks {
		x, y := i%columns, i/columns
		if want := x == 2 && (y == 2 || y == 3); want != (active == 1) {
			t.Errorf("block %d,%d: active %d", x, y, active)
		}
	}
}
