// Package tiletest reads tiles as a technician's side does (PROTOCOL.md section 9,
// "Tiles"), for tests of what a host sends. It shares nothing with what writes them.
package tiletest

import (
	"encoding/binary"
	"errors"
	"fmt"
	"image"
)

const (
	maxMessage = 16 << 10 // bytes
	maxPixels  = 1 << 18  // in the rectangles of one message
	headSize   = 9
	kind       = 1 // the first byte of a head
	placeSize  = 8 // of a rectangle
)

// What to do next, in the upper two bits of a byte. The lower six are how many pixels that
// is for, counted from one; two more bytes follow where all six are set.
const (
	opList = iota << 6
	opRun
	opAbove
	opMask = 3 << 6
	opMost = 63
)

// ErrMalformed says that a message is not as the protocol has it.
var ErrMalformed = errors.New("malformed tile")

// Message is what a message says.
type Message struct {
	// Screen is the lower half of the screen's number.
	Screen uint32
	// Stamp is the RTP timestamp of the frame that holds the same.
	Stamp uint32
	Tiles []Tile
}

// Tile is what a part of the screen looks like.
type Tile struct {
	Bounds image.Rectangle
	// RGB holds three bytes a pixel, row by row.
	RGB []byte
}

// Decode reads a message about a screen of that size, or returns ErrMalformed.
func Decode(data []byte, screen image.Point) (*Message, error) {
	if len(data) > maxMessage || len(data) <= headSize || data[0] != kind {
		return nil, fmt.Errorf("%w: %d bytes without a head", ErrMalformed, len(data))
	}
	m := &Message{Screen: binary.BigEndian.Uint32(data[1:]), Stamp: binary.BigEndian.Uint32(data[5:])}
	left := maxPixels
	for r := (reader{data: data[headSize:]}); len(r.data) > 0; {
		t := r.tile(screen, left)
		if r.failed {
			return nil, fmt.Errorf("%w: rectangle %d", ErrMalformed, len(m.Tiles))
		}
		left -= t.Bounds.Dx() * t.Bounds.Dy()
		m.Tiles = append(m.Tiles, t)
	}
	return m, nil
}

// reader reads what is left of a message. Once it has failed, it reads nothing.
type reader struct {
	data    []byte
	palette []byte // three bytes a colour; none: colours have no numbers
	failed  bool
}

// take takes n bytes.
func (r *reader) take(n int) []byte {
	if r.failed || len(r.data) < n {
		r.failed = true
		return make([]byte, n)
	}
	taken := r.data[:n]
	r.data = r.data[n:]
	return taken
}

func (r *reader) tile(screen image.Point, most int) Tile {
	b := r.take(placeSize)
	at := func(n int) int { return int(binary.BigEndian.Uint16(b[2*n:])) }
	t := Tile{Bounds: image.Rect(at(0), at(1), at(0)+at(2), at(1)+at(3))}
	n := at(2) * at(3)
	if n == 0 || n > most || !t.Bounds.In(image.Rectangle{Max: screen}) {
		r.failed = true
		return t
	}
	r.palette = r.take(3 * int(r.take(1)[0]))
	for left := n; left > 0 && !r.failed; {
		count := r.instruction(&t, left)
		left -= count
	}
	return t
}

// instruction follows one instruction for at most that many pixels, and returns for how
// many it was.
func (r *reader) instruction(t *Tile, left int) int {
	op := r.take(1)[0]
	count := int(op&^opMask) + 1
	if count > opMost {
		count += int(binary.BigEndian.Uint16(r.take(2)))
	}
	above := len(t.RGB) - 3*t.Bounds.Dx()
	switch {
	case count > left || op&opMask > opAbove || op&opMask == opAbove && above < 0:
		r.failed = true
	case op&opMask == opAbove:
		for n := range 3 * count {
			t.RGB = append(t.RGB, t.RGB[above+n])
		}
	case op&opMask == opRun:
		colour := r.colour()
		for range count {
			t.RGB = append(t.RGB, colour...)
		}
	default:
		for range count {
			t.RGB = append(t.RGB, r.colour()...)
		}
	}
	return count
}

// colour reads a colour.
func (r *reader) colour() []byte {
	if len(r.palette) == 0 {
		return r.take(3)
	}
	number := int(r.take(1)[0])
	if 3*number >= len(r.palette) {
		r.failed = true
		number = 0
	}
	return r.palette[3*number : 3*number+3]
}
