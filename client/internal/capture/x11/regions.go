//go:build linux

package x11

import (
	"image"
	"math"
)

const (
	// maxRegions bounds a list. Beyond it one rectangle around two costs less than the
	// two.
	maxRegions = 16
	// worth is the number of pixels that are cheaper to read, needlessly, than one
	// more rectangle: as long as a request takes, so many are copied.
	worth = 64 * 64
)

// regions is a short list of rectangles that cover all that was added to it.
type regions struct {
	count int
	list  [maxRegions]image.Rectangle
}

func (s *regions) clear() { s.count = 0 }

func (s *regions) all() []image.Rectangle { return s.list[:s.count] }

// area is the sum of the rectangles' areas.
func (s *regions) area() int {
	sum := 0
	for _, r := range s.all() {
		sum += areaOf(r)
	}
	return sum
}

// add covers r too. Two rectangles become one where that adds little to read, or
// where there are too many; what becomes of them may then be joined with others.
func (s *regions) add(r image.Rectangle) {
	if r.Empty() {
		return
	}
	for s.count > 0 {
		n, added := s.nearest(r)
		if added > worth && s.count < maxRegions {
			break
		}
		r = r.Union(s.list[n])
		s.count--
		s.list[n] = s.list[s.count]
	}
	s.list[s.count] = r
	s.count++
}

// nearest finds the rectangle that r is joined with at the least cost: the number of
// pixels that the two do not have.
func (s *regions) nearest(r image.Rectangle) (at, added int) {
	added = math.MaxInt
	for n, other := range s.all() {
		more := areaOf(r.Union(other)) - areaOf(r) - areaOf(other)
		if more < added {
			at, added = n, more
		}
	}
	return at, added
}

func areaOf(r image.Rectangle) int { return r.Dx() * r.Dy() }
