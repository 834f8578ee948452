//go:build linux

package pipewire

import (
	"cmp"
	"image"
	"slices"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// list lists the monitors that are there. It is called with mu held.
func (s *Source) list() []capture.Monitor {
	var list []capture.Monitor
	scaled := false
	for n, stream := range s.streams {
		if stream.lost != nil {
			continue
		}
		m := capture.Monitor{ID: n, Name: stream.Name, Primary: len(list) == 0}
		m.Bounds = image.Rectangle{Max: stream.format.size}.Add(stream.Place.Min)
		scaled = scaled || m.Bounds != stream.Place
		list = append(list, m)
	}
	if scaled && len(list) > 1 {
		align(list)
	}
	return list
}

// align puts monitors beside one another. Where the desktop has units of its own, as it
// has with monitors of more pixels, their pixels would overlap at the places that it tells.
func align(list []capture.Monitor) {
	sorted := make([]*capture.Monitor, len(list))
	for n := range list {
		sorted[n] = &list[n]
	}
	slices.SortStableFunc(sorted, func(a, b *capture.Monitor) int {
		return cmp.Or(cmp.Compare(a.Bounds.Min.X, b.Bounds.Min.X), cmp.Compare(a.Bounds.Min.Y, b.Bounds.Min.Y))
	})
	x := 0
	for _, m := range sorted {
		m.Bounds = image.Rectangle{Max: m.Bounds.Size()}.Add(image.Pt(x, 0))
		x = m.Bounds.Max.X
	}
}

// Locate returns which monitor shows a pixel of the desktop, or is nearest to it, and
// where on it that is, in the desktop's own units. It may be called from any goroutine.
func (s *Source) Locate(p image.Point) (node uint32, x, y float64, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.usable() != nil {
		return 0, 0, 0, false
	}
	least := 0
	for _, m := range s.list() {
		near := clamp(p, m.Bounds)
		away := near.Sub(p)
		distance := max(away.X, -away.X) + max(away.Y, -away.Y)
		if ok && distance >= least {
			continue
		}
		stream := s.streams[m.ID]
		least, ok, node = distance, true, stream.Node
		x, y = stream.units(near.Sub(m.Bounds.Min))
	}
	return node, x, y, ok
}

// units turns a pixel of the picture into the desktop's own units.
func (s *stream) units(p image.Point) (x, y float64) {
	size := s.Place.Size()
	if s.Place.Empty() {
		size = s.format.size
	}
	return float64(p.X) * float64(size.X) / float64(s.format.size.X),
		float64(p.Y) * float64(size.Y) / float64(s.format.size.Y)
}

func clamp(p image.Point, r image.Rectangle) image.Point {
	return image.Pt(min(max(p.X, r.Min.X), r.Max.X-1), min(max(p.Y, r.Min.Y), r.Max.Y-1))
}
