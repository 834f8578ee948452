//go:build linux

package pipewire

import (
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// take fills f when there is something new in what is watched.
func (s *Source) take(f *capture.Frame) (done bool, err error) {
	s.ending.Lock()
	defer s.ending.Unlock()
	s.mu.Lock()
	closed := s.closed
	s.mu.Unlock()
	if closed {
		return false, capture.ErrClosed
	}
	s.lock()
	defer s.unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return false, err
	}
	list := s.list()
	bounds, gaps, err := capture.Place(list, s.watched)
	if err != nil {
		return false, err
	}
	shown := s.shown(list)
	damage, some := s.update(shown, bounds.Min)
	if !some {
		return false, nil // nothing was drawn yet
	}
	whole := s.complete || bounds != s.bounds
	if whole {
		damage = append(damage[:0], image.Rectangle{Max: bounds.Size()})
	}
	if len(damage) == 0 {
		return false, nil
	}
	s.fill(f, shown, bounds, gaps, damage, whole)
	s.complete, s.bounds = false, bounds
	return true, nil
}

// shown returns what of the list is watched.
func (s *Source) shown(list []capture.Monitor) []capture.Monitor {
	if s.watched == capture.AllMonitors {
		return list
	}
	for n := range list {
		if list[n].ID == s.watched {
			return list[n : n+1]
		}
	}
	return nil
}

// update takes the new pictures of monitors, and returns what changed, relative to
// origin, and whether there is a picture at all.
func (s *Source) update(shown []capture.Monitor, origin image.Point) (damage []image.Rectangle, some bool) {
	damage = s.found[:0]
	for _, m := range shown {
		stream := s.streams[m.ID]
		from := len(damage)
		damage = stream.update(damage, &s.differ)
		for n := from; n < len(damage); n++ {
			damage[n] = damage[n].Add(m.Bounds.Min).Sub(origin)
		}
		some = some || stream.picture != nil
	}
	s.found = damage
	return damage, some
}

// fill copies what is shown to f: all of it, unless f holds the picture before.
func (s *Source) fill(f *capture.Frame, shown []capture.Monitor, bounds image.Rectangle, gaps, damage []image.Rectangle, whole bool) {
	size := bounds.Size()
	if need := 4 * size.X * size.Y; cap(f.Pix) < need {
		f.Pix, whole = make([]byte, need), true
	} else {
		f.Pix = f.Pix[:need]
	}
	renew := damage
	if whole || f != s.last || f.Bounds.Size() != size || f.Stride != 4*size.X {
		renew = []image.Rectangle{{Max: size}}
	}
	f.Stride = 4 * size.X
	for _, m := range shown {
		stream := s.streams[m.ID]
		at := m.Bounds.Min.Sub(bounds.Min)
		for _, r := range renew {
			stream.copy(f, r, at)
		}
		if stream.at.After(f.At) {
			f.At = stream.at
		}
	}
	for _, gap := range gaps {
		for _, r := range renew {
			blacken(f, gap.Intersect(r))
		}
	}
	f.Bounds, f.Damage = bounds, append(f.Damage[:0], damage...)
	s.last = f
}

func blacken(f *capture.Frame, r image.Rectangle) {
	for y := r.Min.Y; y < r.Max.Y; y++ {
		clear(f.Pix[y*f.Stride+4*r.Min.X:][:4*r.Dx()])
	}
}

// update takes the picture that is held, if there is one, and appends what of it changed.
func (s *stream) update(list []image.Rectangle, differ differ) []image.Rectangle {
	if s.held == nil {
		return list
	}
	view := s.view(s.held)
	if view == nil {
		return list
	}
	from := len(list)
	switch size := view.Rect.Size(); {
	case s.picture == nil || s.picture.Rect.Size() != size:
		s.picture = image.NewRGBA(image.Rectangle{Max: size})
		list = append(list, s.picture.Rect)
	case s.unknown:
		list = append(list, differ.Differences(nil, s.picture, view)...)
	default:
		for _, r := range s.damage {
			if r = r.Intersect(view.Rect); !r.Empty() {
				list = append(list, r)
			}
		}
	}
	for _, r := range list[from:] {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			copy(s.picture.Pix[y*s.picture.Stride+4*r.Min.X:][:4*r.Dx()], view.Pix[y*view.Stride+4*r.Min.X:])
		}
	}
	s.source.library.streamQueue(s.handle, s.held)
	s.held, s.damage, s.unknown = nil, s.damage[:0], false
	return list
}

// differ is what finds differences.
type differ interface {
	Differences(list []image.Rectangle, a, b *image.RGBA) []image.Rectangle
}

// copy copies what of r is the stream's to f, in which it is at a place. Where there is
// no picture yet it is black.
func (s *stream) copy(f *capture.Frame, r image.Rectangle, at image.Point) {
	r = r.Intersect(image.Rectangle{Max: s.format.size}.Add(at))
	if s.picture == nil || s.picture.Rect.Size() != s.format.size {
		blacken(f, r)
		return
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		to := f.Pix[y*f.Stride+4*r.Min.X:][:4*r.Dx()]
		copy(to, s.picture.Pix[(y-at.Y)*s.picture.Stride+4*(r.Min.X-at.X):])
		if s.format.swapped {
			swap(to)
		}
	}
}

// swap exchanges red and blue.
func swap(row []byte) {
	for n := 0; n+3 < len(row); n += 4 {
		row[n], row[n+2] = row[n+2], row[n]
	}
}
