//go:build linux

package main

import "image"

// bytesPerPixel is that of an X server with 24 bits of colour: blue, green, red and
// a byte of nothing.
const bytesPerPixel = 4

// rgb is a colour.
type rgb struct{ r, g, b uint8 }

// sheet is pixels in the X server's order, row by row.
type sheet struct {
	pixels        []byte
	width, height int
}

func newSheet(width, height int) sheet {
	return sheet{make([]byte, width*height*bytesPerPixel), width, height}
}

// row is the pixels of a row from x on, to its end.
func (s sheet) row(x, y int) []byte {
	return s.pixels[(y*s.width+x)*bytesPerPixel : (y+1)*s.width*bytesPerPixel]
}

func (s sheet) bounds() image.Rectangle { return image.Rect(0, 0, s.width, s.height) }

func (s sheet) set(x, y int, c rgb) {
	copy(s.row(x, y), []byte{c.b, c.g, c.r, 0})
}

// fill paints the part of r that is on the sheet.
func (s sheet) fill(r image.Rectangle, c rgb) {
	r = r.Intersect(s.bounds())
	if r.Empty() {
		return
	}
	for x := r.Min.X; x < r.Max.X; x++ {
		s.set(x, r.Min.Y, c)
	}
	first := s.row(r.Min.X, r.Min.Y)[:r.Dx()*bytesPerPixel]
	for y := r.Min.Y + 1; y < r.Max.Y; y++ {
		copy(s.row(r.Min.X, y), first)
	}
}

// blend paints with a colour where mask, put at a place, lets it through.
func (s sheet) blend(at image.Point, mask *image.Alpha, c rgb) {
	to := mask.Rect.Add(at).Intersect(s.bounds())
	for y := to.Min.Y; y < to.Max.Y; y++ {
		from := mask.Pix[mask.PixOffset(to.Min.X-at.X, y-at.Y):][:to.Dx()]
		row := s.row(to.Min.X, y)
		for n, alpha := range from {
			pixel := row[n*bytesPerPixel:]
			pixel[0] = mix(pixel[0], c.b, alpha)
			pixel[1] = mix(pixel[1], c.g, alpha)
			pixel[2] = mix(pixel[2], c.r, alpha)
		}
	}
}

func mix(ground, colour, alpha uint8) uint8 {
	a := int(alpha)
	return uint8((int(ground)*(255-a) + int(colour)*a + 127) / 255)
}

// copyFrom copies a rectangle of another sheet to a place. Both must hold it whole.
func (s sheet) copyFrom(other sheet, r image.Rectangle, to image.Point) {
	for y := range r.Dy() {
		copy(s.row(to.X, to.Y+y), other.row(r.Min.X, r.Min.Y+y)[:r.Dx()*bytesPerPixel])
	}
}
