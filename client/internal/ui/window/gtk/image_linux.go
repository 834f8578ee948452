package gtk

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/png"
	"math"
)

// photoMost is the side of the largest photo, in pixels.
const photoMost = 96

// setPhoto shows a PNG in a circle, and reports whether it is one. It is Go that decodes
// it: it is somebody else's.
func (t *Toolkit) setPhoto(o object, data []byte) bool {
	shape, err := png.DecodeConfig(bytes.NewReader(data))
	if err != nil || shape.Width > photoMost || shape.Height > photoMost || shape.Width*shape.Height == 0 {
		return false
	}
	decoded, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		return false
	}
	pixbuf := t.pixbuf(round(decoded))
	t.api.ImageSet(o, pixbuf)
	t.api.Unref(pixbuf)
	return true
}

// round cuts a circle out of the middle of a picture, with a soft edge.
func round(from image.Image) *image.NRGBA {
	at := from.Bounds()
	side := min(at.Dx(), at.Dy())
	corner := at.Min.Add(image.Pt((at.Dx()-side)/2, (at.Dy()-side)/2))
	to := image.NewNRGBA(image.Rect(0, 0, side, side))
	draw.Draw(to, to.Rect, from, corner, draw.Src)
	radius := float64(side) / 2
	for y := range side {
		for x := range side {
			away := math.Hypot(float64(x)+0.5-radius, float64(y)+0.5-radius)
			c := to.NRGBAAt(x, y)
			c.A = uint8(float64(c.A) * min(max(radius-away+0.5, 0), 1))
			to.SetNRGBA(x, y, c)
		}
	}
	return to
}

// pixbuf gives GTK a copy of a picture.
func (t *Toolkit) pixbuf(from *image.NRGBA) object {
	held := t.api.BytesNew(&from.Pix[0], uintptr(len(from.Pix)))
	defer t.api.BytesUnref(held)
	size := from.Rect.Size()
	return t.api.PixbufFromBytes(held, 0, 1, 8, int32(size.X), int32(size.Y), int32(from.Stride))
}

// setUpIcon draws the icon of the windows.
func (t *Toolkit) setUpIcon() {
	var list uintptr
	var made []object
	for _, side := range []int{16, 24, 32, 48, 64, 128} {
		p := t.pixbuf(icon(side))
		list = t.api.ListAppend(list, p)
		made = append(made, p)
	}
	t.api.WindowIcons(list)
	t.api.ListFree(list)
	for _, p := range made {
		t.api.Unref(p)
	}
}

// icon draws a screen on which two hands have met: two bars that come from below and are
// joined by an arch, on a round ground.
func icon(side int) *image.NRGBA {
	ground, hand, spark := color.NRGBA{0x0b, 0x6b, 0x98, 255}, color.NRGBA{255, 255, 255, 255}, color.NRGBA{0xff, 0xc2, 0x4d, 255}
	to := image.NewNRGBA(image.Rect(0, 0, side, side))
	const fine = 4 // points a pixel has on each side
	for y := range side {
		for x := range side {
			var mix [4]float64
			for n := range fine * fine {
				u := (float64(x) + (float64(n%fine)+0.5)/fine) / float64(side)
				v := (float64(y) + (float64(n/fine)+0.5)/fine) / float64(side)
				c := iconAt(u, v, ground, hand, spark)
				a := float64(c.A) / 255
				mix[0] += float64(c.R) * a
				mix[1] += float64(c.G) * a
				mix[2] += float64(c.B) * a
				mix[3] += a
			}
			if mix[3] > 0 {
				to.SetNRGBA(x, y, color.NRGBA{
					uint8(mix[0] / mix[3]), uint8(mix[1] / mix[3]), uint8(mix[2] / mix[3]),
					uint8(255 * mix[3] / (fine * fine)),
				})
			}
		}
	}
	return to
}

// iconAt is the icon's colour at a place between 0 and 1.
func iconAt(u, v float64, ground, hand, spark color.NRGBA) color.NRGBA {
	x, y := u-0.5, v-0.5
	corner := math.Hypot(max(math.Abs(x)-0.26, 0), max(math.Abs(y)-0.26, 0))
	if corner > 0.22 {
		return color.NRGBA{}
	}
	if math.Hypot(x, y+0.2) < 0.085 {
		return spark
	}
	// An arch, open below, and the palm that holds what is above it.
	away := math.Hypot(x, y+0.06)
	if y > -0.06 && away > 0.2 && away < 0.31 {
		return hand
	}
	if y > 0.19 && math.Abs(x) < 0.055 && y < 0.36 {
		return hand
	}
	return ground
}
