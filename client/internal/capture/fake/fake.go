// Package fake is a capture.Source in memory: a test draws, and whoever watches
// sees it.
package fake

import (
	"context"
	"fmt"
	"image"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// maxDamage bounds the list of rectangles; beyond it one covers them all.
const maxDamage = 16

// Source implements capture.Source. The methods that draw may be called from any
// goroutine.
type Source struct {
	mu       sync.Mutex
	wake     chan struct{} // closed and replaced by every change
	monitors []*monitor
	watched  int
	complete bool // the next frame must be a complete one
	closed   bool
	gone     bool
}

type monitor struct {
	bounds image.Rectangle
	pix    []byte
	damage []image.Rectangle
}

// New makes a desktop of black monitors, the first of which is the primary one.
func New(bounds ...image.Rectangle) *Source {
	s := &Source{wake: make(chan struct{}), complete: true}
	for _, b := range bounds {
		s.monitors = append(s.monitors, newMonitor(b))
	}
	return s
}

func newMonitor(bounds image.Rectangle) *monitor {
	return &monitor{bounds: bounds, pix: make([]byte, 4*bounds.Dx()*bounds.Dy())}
}

// change runs f and wakes whoever waits in Next.
func (s *Source) change(f func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f()
	close(s.wake)
	s.wake = make(chan struct{})
}

// Fill paints r of the monitor, relative to its top left, in an 0xRRGGBB colour.
func (s *Source) Fill(id int, r image.Rectangle, rgb uint32) {
	s.change(func() { s.monitors[id].fill(r, rgb) })
}

func (m *monitor) fill(r image.Rectangle, rgb uint32) {
	r = r.Intersect(image.Rectangle{Max: m.bounds.Size()})
	if r.Empty() {
		return
	}
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := m.pix[4*m.bounds.Dx()*y:]
		for x := r.Min.X; x < r.Max.X; x++ {
			row[4*x], row[4*x+1], row[4*x+2] = byte(rgb), byte(rgb>>8), byte(rgb>>16)
		}
	}
	if len(m.damage) == maxDamage {
		for _, d := range m.damage {
			r = r.Union(d)
		}
		m.damage = m.damage[:0]
	}
	m.damage = append(m.damage, r)
}

// Resize gives the monitor a new place and size, and a black picture.
func (s *Source) Resize(id int, bounds image.Rectangle) {
	s.change(func() {
		s.monitors[id] = newMonitor(bounds)
		s.complete = s.complete || id == s.watched
	})
}

// Disconnect takes the display away, as when the desktop session ends.
func (s *Source) Disconnect() {
	s.change(func() { s.gone = true })
}

// Monitors implements capture.Source.
func (s *Source) Monitors() ([]capture.Monitor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return nil, err
	}
	var list []capture.Monitor
	for id, m := range s.monitors {
		list = append(list, capture.Monitor{ID: id, Bounds: m.bounds, Primary: id == 0})
	}
	return list, nil
}

func (s *Source) usable() error {
	switch {
	case s.closed:
		return capture.ErrClosed
	case s.gone:
		return fmt.Errorf("%w: disconnected", capture.ErrNoDisplay)
	}
	return nil
}

// Watch implements capture.Source.
func (s *Source) Watch(id int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return err
	}
	if id < 0 || id >= len(s.monitors) {
		return fmt.Errorf("monitor %d of %d: %w", id, len(s.monitors), capture.ErrNoMonitor)
	}
	s.watched, s.complete = id, true
	return nil
}

// Next implements capture.Source.
func (s *Source) Next(ctx context.Context, f *capture.Frame) error {
	for {
		if err := ctx.Err(); err != nil {
			return err
		}
		done, wake, err := s.take(f)
		if done || err != nil {
			return err
		}
		select {
		case <-wake:
		case <-ctx.Done():
		}
	}
}

// take fills f when there is something new, and returns what to wait for otherwise.
func (s *Source) take(f *capture.Frame) (done bool, wake <-chan struct{}, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.usable(); err != nil {
		return false, nil, err
	}
	m := s.monitors[s.watched]
	if !s.complete && len(m.damage) == 0 {
		return false, s.wake, nil
	}
	f.Damage = append(f.Damage[:0], m.damage...)
	if s.complete {
		f.Damage = append(f.Damage[:0], image.Rectangle{Max: m.bounds.Size()})
	}
	f.Pix = append(f.Pix[:0], m.pix...)
	f.Stride, f.Bounds, f.At = 4*m.bounds.Dx(), m.bounds, time.Now()
	m.damage, s.complete = m.damage[:0], false
	return true, nil, nil
}

// Close implements capture.Source. Closing twice is harmless.
func (s *Source) Close() error {
	s.change(func() { s.closed = true })
	return nil
}
