// Package blocks finds what differs between two pictures, for the sources that nobody tells
// of changes.
package blocks

import (
	"bytes"
	"image"
)

const (
	block = 64 // pixels; a side of the squares that are compared
	// Beyond so many rectangles, one around them all costs less than their number.
	maxRectangles = 32
)

// Differ finds what differs between pictures of one size. It keeps its memory from
// one picture to the next. The zero Differ is ready.
type Differ struct {
	changed []bool // for each block of one row of blocks
	open    []int  // rectangles of the row of blocks above, which may grow down
	next    []int
}

// Differences appends the rectangles in which the pictures differ. What their four bytes
// of a pixel mean is all the same.
func (d *Differ) Differences(list []image.Rectangle, a, b *image.RGBA) []image.Rectangle {
	size := a.Rect.Size()
	d.open = d.open[:0]
	for top := 0; top < size.Y; top += block {
		bottom := min(top+block, size.Y)
		d.compareRow(a, b, top, bottom)
		list = d.merge(list, top, bottom, size.X)
	}
	if len(list) > maxRectangles {
		return append(list[:0], hull(list))
	}
	return list
}

// compareRow finds the changed blocks between two lines. Lines are compared whole
// first, because most of them are equal.
func (d *Differ) compareRow(a, b *image.RGBA, top, bottom int) {
	width := 4 * a.Rect.Dx()
	d.changed = append(d.changed[:0], make([]bool, (a.Rect.Dx()+block-1)/block)...)
	for y := top; y < bottom; y++ {
		lineA := a.Pix[y*a.Stride:][:width]
		lineB := b.Pix[y*b.Stride:][:width]
		if bytes.Equal(lineA, lineB) {
			continue
		}
		for n := range d.changed {
			from, to := n*4*block, min((n+1)*4*block, width)
			d.changed[n] = d.changed[n] || !bytes.Equal(lineA[from:to], lineB[from:to])
		}
	}
}

// merge joins neighbours of one row of blocks, and those with the same sides above.
func (d *Differ) merge(list []image.Rectangle, top, bottom, width int) []image.Rectangle {
	d.next = d.next[:0]
	for n := 0; n < len(d.changed); n++ {
		if !d.changed[n] {
			continue
		}
		first := n
		for n+1 < len(d.changed) && d.changed[n+1] {
			n++
		}
		run := image.Rect(first*block, top, min((n+1)*block, width), bottom)
		var at int
		list, at = d.grow(list, run)
		d.next = append(d.next, at)
	}
	d.open, d.next = d.next, d.open
	return list
}

func (d *Differ) grow(list []image.Rectangle, run image.Rectangle) ([]image.Rectangle, int) {
	for _, at := range d.open {
		if list[at].Min.X == run.Min.X && list[at].Max.X == run.Max.X {
			list[at].Max.Y = run.Max.Y
			return list, at
		}
	}
	return append(list, run), len(list)
}

func hull(list []image.Rectangle) image.Rectangle {
	var all image.Rectangle
	for _, r := range list {
		all = all.Union(r)
	}
	return all
}
