//go:build linux

package x11

import (
	"bytes"
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
)

const (
	bytesPerPixel = 4
	// What was damaged is compared in blocks of this size: as wide as comparing is
	// fast, as high as the smallest unit that encoders work with.
	blockWidth  = 64
	blockHeight = 16
)

// pixels puts what was read into a frame, and black into the gaps. With changes it
// notes where that makes a difference.
type pixels struct {
	frame   *capture.Frame
	gaps    []image.Rectangle
	changes *regions
}

// put takes the rows of part, which is relative to the frame's top left, without
// gaps between them.
func (p pixels) put(part image.Rectangle, rows []byte) {
	from := picture{rows, bytesPerPixel * part.Dx(), part.Min}
	to := picture{p.frame.Pix, p.frame.Stride, image.Point{}}
	for _, gap := range p.gaps {
		from.blacken(gap.Intersect(part))
	}
	if p.changes == nil {
		to.copy(from, part)
		return
	}
	for top := part.Min.Y; top < part.Max.Y; {
		bottom := min((top/blockHeight+1)*blockHeight, part.Max.Y)
		p.update(to, from, image.Rect(part.Min.X, top, part.Max.X, bottom))
		top = bottom
	}
}

// update renews what differs in one row of blocks.
func (p pixels) update(to, from picture, row image.Rectangle) {
	var run image.Rectangle
	for left := row.Min.X; left < row.Max.X; {
		right := min((left/blockWidth+1)*blockWidth, row.Max.X)
		block := image.Rect(left, row.Min.Y, right, row.Max.Y)
		if to.differs(from, block) {
			to.copy(from, block)
			run = run.Union(block)
		} else {
			p.changes.add(run)
			run = image.Rectangle{}
		}
		left = right
	}
	p.changes.add(run)
}

// picture is memory that holds pixels, the first of which is that at min.
type picture struct {
	pix    []byte
	stride int
	min    image.Point
}

// line returns the pixels of one line of r.
func (p picture) line(r image.Rectangle, y int) []byte {
	from := (y-p.min.Y)*p.stride + (r.Min.X-p.min.X)*bytesPerPixel
	return p.pix[from:][:bytesPerPixel*r.Dx()]
}

func (p picture) copy(from picture, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		copy(p.line(r, y), from.line(r, y))
	}
}

func (p picture) blacken(r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(p.line(r, y))
	}
}

func (p picture) differs(from picture, r image.Rectangle) bool {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		if !bytes.Equal(p.line(r, y), from.line(r, y)) {
			return true
		}
	}
	return false
}
