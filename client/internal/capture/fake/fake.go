// Package fake is a capture.Source and a capture.Pointer in memory: a test draws and
// points, and whoever watches sees it.
package fake

import (
	"context"
	"fmt"
	"image"
	"slices"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// maxDamage bounds the list of rectangles; beyond it one covers them all.
const maxDamage = 16

// Source implements capture.Source. The methods that draw may be called from any
// goroutine.
type Source struct {
	changed chan struct{} // holds one; set at construction

	mu       sync.Mutex
	wake     chan struct{} // closed and replaced by every change
	monitors []*monitor    // by ID; nil is not connected
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
	s := &Source{wake: make(chan struct{}), changed: make(chan struct{}, 1), complete: true}
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

// Paint paints r of the desktop, on whatever monitors it is.
func (s *Source) Paint(r image.Rectangle, rgb uint32) {
	s.change(func() {
		for _, m := range s.monitors {
			if m != nil {
				m.fill(r.Sub(m.bounds.Min), rgb)
			}
		}
	})
}

// Resize gives the monitor a new place and size, and a black picture.
func (s *Source) Resize(id int, bounds image.Rectangle) {
	s.change(func() { s.put(id, newMonitor(bounds)) })
}

// Plug connects a monitor with a black picture, and returns its ID.
func (s *Source) Plug(bounds image.Rectangle) (id int) {
	s.change(func() {
		id = len(s.monitors)
		s.monitors = append(s.monitors, nil)
		s.put(id, newMonitor(bounds))
	})
	return id
}

// Unplug disconnects the monitor.
func (s *Source) Unplug(id int) {
	s.change(func() { s.put(id, nil) })
}

// put gives an ID another monitor.
func (s *Source) put(id int, m *monitor) {
	s.monitors[id] = m
	s.complete = s.complete || id == s.watched || s.watched == capture.AllMonitors
	select {
	case s.changed <- struct{}{}:
	default:
	}
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
	list := s.list()
	if len(list) == 0 {
		return nil, fmt.Errorf("list monitors: %w", capture.ErrNoMonitor)
	}
	return list, nil
}

func (s *Source) list() []capture.Monitor {
	var list []capture.Monitor
	for id, m := range s.monitors {
		if m != nil {
			list = append(list, capture.Monitor{
				ID: id, Name: fmt.Sprintf("FAKE-%d", id), Bounds: m.bounds, Primary: len(list) == 0,
			})
		}
	}
	return list
}

// Rearranged implements capture.Source.
func (s *Source) Rearranged() <-chan struct{} { return s.changed }

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
	if _, _, err := capture.Place(s.list(), id); err != nil {
		return err
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
	bounds, _, err := capture.Place(s.list(), s.watched)
	if err != nil {
		return false, nil, err
	}
	damage := s.damage(bounds)
	if !s.complete && len(damage) == 0 {
		return false, s.wake, nil
	}
	if s.complete {
		damage = []image.Rectangle{{Max: bounds.Size()}}
	}
	f.Damage = append(f.Damage[:0], damage...)
	f.Pix = append(f.Pix[:0], s.picture(bounds)...)
	f.Stride, f.Bounds, f.At = 4*bounds.Dx(), bounds, time.Now()
	s.complete = false
	return true, nil, nil
}

// shown returns the monitors that are watched.
func (s *Source) shown() []*monitor {
	if s.watched != capture.AllMonitors {
		return s.monitors[s.watched : s.watched+1]
	}
	return slices.DeleteFunc(slices.Clone(s.monitors), func(m *monitor) bool { return m == nil })
}

// damage takes what changed in bounds, relative to its top left.
func (s *Source) damage(bounds image.Rectangle) []image.Rectangle {
	var list []image.Rectangle
	for _, m := range s.shown() {
		for _, r := range m.damage {
			list = append(list, r.Add(m.bounds.Min).Sub(bounds.Min))
		}
		m.damage = m.damage[:0]
	}
	return list
}

// picture returns what bounds shows; where there is no monitor it is black.
func (s *Source) picture(bounds image.Rectangle) []byte {
	pix := make([]byte, 4*bounds.Dx()*bounds.Dy())
	for _, m := range s.shown() {
		at, width := m.bounds.Min.Sub(bounds.Min), 4*m.bounds.Dx()
		for y := range m.bounds.Dy() {
			copy(pix[4*(bounds.Dx()*(at.Y+y)+at.X):], m.pix[width*y:][:width])
		}
	}
	return pix
}

// Close implements capture.Source. Closing twice is harmless.
func (s *Source) Close() error {
	s.change(func() { s.closed = true })
	return nil
}
