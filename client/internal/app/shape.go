package app

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"image"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/signaling"
)

// hidden is the ID of the shape of a pointer that nobody sees.
const hidden = 0

// shapes are the shapes that a technician knows. The zero value is ready for use.
type shapes struct {
	cursor *capture.Cursor // asked for last
	id0    uint64          // its ID
	sent   uint64          // how many there were, which is the ID of the last one
	ids    map[look]uint64
	recent [signaling.ShapesKept]look // the one with ID n at n modulo its length
}

// look is a digest of what a shape looks like.
type look [sha256.Size]byte

// id returns the ID of a shape. One that the technician does not know is sent before; it
// reports false when that failed.
func (s *shapes) id(c *capture.Cursor, send func(*signaling.Shape) bool) (id uint64, ok bool) {
	if c == s.cursor && s.knows(s.id0) {
		return s.id0, true
	}
	if isHidden(c) {
		id = hidden
	} else if id, ok = s.visible(c, send); !ok {
		return 0, false
	}
	s.cursor, s.id0 = c, id
	return id, true
}

// knows reports whether the shape is one of the newest.
func (s *shapes) knows(id uint64) bool {
	return id == hidden || id+signaling.ShapesKept > s.sent
}

func (s *shapes) visible(c *capture.Cursor, send func(*signaling.Shape) bool) (id uint64, ok bool) {
	l := lookOf(c)
	if id, ok := s.ids[l]; ok {
		return id, true
	}
	shape, err := newShape(c)
	if err != nil {
		return hidden, true // a shape that cannot be shown
	}
	shape.ID = s.sent + 1
	if !send(shape) {
		return 0, false
	}
	s.sent++
	oldest := &s.recent[s.sent%signaling.ShapesKept]
	if s.ids == nil {
		s.ids = make(map[look]uint64, signaling.ShapesKept)
	}
	delete(s.ids, *oldest)
	*oldest, s.ids[l] = l, s.sent
	return s.sent, true
}

func lookOf(c *capture.Cursor) look {
	h := sha256.New()
	var head [4 * 8]byte
	for n, v := range []int{c.Size.X, c.Size.Y, c.Hot.X, c.Hot.Y} {
		binary.LittleEndian.PutUint64(head[8*n:], uint64(v))
	}
	_, _ = h.Write(head[:]) // never fails
	_, _ = h.Write(c.Pix)
	return look(h.Sum(nil))
}

// isHidden reports whether no pixel can be seen.
func isHidden(c *capture.Cursor) bool {
	for n := 3; n < len(c.Pix); n += 4 {
		if c.Pix[n] != 0 {
			return false
		}
	}
	return true
}

// newShape makes the message that shows a shape, smaller if it is too large.
func newShape(c *capture.Cursor) (*signaling.Shape, error) {
	whole := &image.NRGBA{Pix: c.Pix, Stride: 4 * c.Size.X, Rect: image.Rectangle{Max: c.Size}}
	size := fitted(c.Size)
	var shown image.Image = whole
	if size != c.Size {
		smaller := image.NewNRGBA(image.Rectangle{Max: size})
		draw.CatmullRom.Scale(smaller, smaller.Rect, whole, whole.Rect, draw.Src, nil)
		shown = smaller
	}
	var file bytes.Buffer
	if err := png.Encode(&file, shown); err != nil {
		return nil, fmt.Errorf("encode the pointer's shape: %w", err)
	}
	return &signaling.Shape{
		Width: size.X, Height: size.Y,
		HotX: min(max(c.Hot.X*size.X/c.Size.X, 0), size.X-1),
		HotY: min(max(c.Hot.Y*size.Y/c.Size.Y, 0), size.Y-1),
		PNG:  file.Bytes(),
	}, nil
}

// fitted returns the largest size that may be sent and has the same proportions.
func fitted(size image.Point) image.Point {
	longest := max(size.X, size.Y)
	if longest <= signaling.MaxShape {
		return size
	}
	shrink := func(n int) int { return max(1, n*signaling.MaxShape/longest) }
	return image.Pt(shrink(size.X), shrink(size.Y))
}
