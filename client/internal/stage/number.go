//go:build linux

package main

import "image"

// A frame's number stands at a place that is the same in all scenes.
const (
	bits = 16
	cell = 32 // pixels; large enough for any codec at any quality
)

var (
	numberAt = image.Pt(64, 64)
	black    = rgb{0, 0, 0}
	white    = rgb{255, 255, 255}
)

// check is what the second row holds. A picture may be made of parts of two frames:
// with it, parts of two numbers do not pass for a third one.
func check(n uint16) uint16 { return n * 40503 }

// numberRect is where the cells of a number are, in two rows.
func numberRect() image.Rectangle {
	return image.Rectangle{Max: image.Pt(bits*cell, 2*cell)}.Add(numberAt)
}

// writeNumber paints the cells of a number, from a row of the sheet on.
func writeNumber(s sheet, n uint16, from int) {
	for line, value := range []uint16{n, check(n)} {
		for bit := range bits {
			colour := black
			if value>>(bits-1-bit)&1 == 1 {
				colour = white
			}
			place := image.Rect(0, 0, cell, cell).Add(numberAt)
			s.fill(place.Add(image.Pt(bit*cell, line*cell+from)), colour)
		}
	}
}
