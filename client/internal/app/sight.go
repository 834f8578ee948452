package app

import (
	"image"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/picture"
)

// view is a part of the desktop, as the picture shows it.
type view struct {
	// number is 0 before the first one, and grows with each.
	number uint64
	// bounds is its place on the desktop. In gaps, which are relative to its top left,
	// there is no monitor.
	bounds image.Rectangle
	gaps   []image.Rectangle
	// since is when the first picture of it was taken.
	since time.Time
}

// sight knows what the picture shows. The picture's goroutines tell it, the hands ask.
type sight struct {
	// Guarded by mu.
	mu     sync.Mutex
	now    view
	next   view // what the monitors make of it, before there is a picture
	unsure bool // the monitors may be others by now
}

// show takes note of the first picture at another place.
func (s *sight) show(bounds image.Rectangle, since time.Time) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsure = false
	if s.now.number > 0 && bounds == s.now.bounds {
		return
	}
	s.now = view{number: s.now.number + 1, bounds: bounds, since: since}
	if s.next.bounds == bounds {
		s.now.gaps = s.next.gaps
	}
}

// arrange takes note of the monitors. Unless what is shown is where it was, its place
// is known with the next picture.
func (s *sight) arrange(m picture.Monitors) {
	bounds, gaps, err := capture.Place(m.List, m.Shown)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.next = view{bounds: bounds, gaps: gaps}
	if s.unsure = err != nil || bounds != s.now.bounds; !s.unsure {
		s.now.gaps = gaps
	}
}

// doubt takes note that the monitors may be others.
func (s *sight) doubt() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.unsure = true
}

// look returns what the picture shows.
func (s *sight) look() view {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.now
}

// find returns where on the desktop a place of the picture is, and false when nobody
// can know: it is a place of another picture, or one that no monitor shows. The number
// 0 stands for the present picture.
func (s *sight) find(number uint64, x, y int) (image.Point, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	v := &s.now
	if v.number == 0 || s.unsure || number != 0 && number != v.number {
		return image.Point{}, false
	}
	p := image.Pt(min(x, v.bounds.Dx()-1), min(y, v.bounds.Dy()-1))
	for _, gap := range v.gaps {
		if p.In(gap) {
			return image.Point{}, false
		}
	}
	return p.Add(v.bounds.Min), true
}
