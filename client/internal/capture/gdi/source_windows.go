package gdi

import (
	"context"
	"fmt"
	"image"
	"slices"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/blocks"
)

// DefaultInterval is the time from one picture to the next when Config has none.
const DefaultInterval = 33 * time.Millisecond

// Config says how to watch. The zero Config is a good one.
type Config struct {
	// Interval is the least time from one picture to the next; 0 is DefaultInterval.
	Interval time.Duration
}

// Source implements capture.Source.
type Source struct {
	// Set at construction.
	interval time.Duration
	closing  chan struct{}
	changed  chan struct{} // the monitors are others; holds one

	// Owned by the goroutine that calls Watch and Next.
	watched int             // an ID, or capture.AllMonitors
	bounds  image.Rectangle // of the picture that was shown last
	whole   bool            // the next frame must be a complete one
	taken   time.Time
	differ  blocks.Differ

	// Guarded by mu, which Close takes to wait for a picture under way.
	mu       sync.Mutex
	closed   bool
	monitors register
	shown    *bitmap // the picture that was shown last; nil before the first one
	next     *bitmap // what the next one is copied into
}

// New opens the desktop and watches its primary monitor. It returns capture.ErrNoDisplay where there is none.
func New(config Config) (*Source, error) {
	if config.Interval < 0 {
		return nil, fmt.Errorf("interval of %v: want 0 or more", config.Interval)
	}
	if config.Interval == 0 {
		config.Interval = DefaultInterval
	}
	s := &Source{
		interval: config.Interval, closing: make(chan struct{}), changed: make(chan struct{}, 1), whole: true,
	}
	list, err := s.Monitors()
	if err != nil {
		return nil, err
	}
	s.watched = list[0].ID
	return s, nil
}

// Monitors implements capture.Source.
func (s *Source) Monitors() ([]capture.Monitor, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, capture.ErrClosed
	}
	return s.list()
}

// list lists the monitors, and tells when they are others than before.
func (s *Source) list() ([]capture.Monitor, error) {
	changed, err := s.monitors.note()
	if err != nil {
		return nil, err
	}
	if changed {
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	return slices.Clone(s.monitors.list), nil
}

// Rearranged implements capture.Source.
func (s *Source) Rearranged() <-chan struct{} { return s.changed }

// Watch implements capture.Source.
func (s *Source) Watch(id int) error {
	list, err := s.Monitors()
	if err != nil {
		return err
	}
	if _, _, err := capture.Place(list, id); err != nil {
		return err
	}
	s.watched, s.whole = id, true
	return nil
}

// Next implements capture.Source. While the system shows its own desktop, such as the question for an
// administrator, which no program may see, nothing changes.
func (s *Source) Next(ctx context.Context, f *capture.Frame) error {
	for {
		if err := s.wait(ctx); err != nil {
			return err
		}
		done, err := s.take(f)
		if done || err != nil {
			return err
		}
	}
}

// wait keeps the interval. The first picture, and the first after Watch, waits for nothing.
func (s *Source) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	pause := s.interval - time.Since(s.taken)
	if pause <= 0 || s.whole {
		return nil
	}
	timer := time.NewTimer(pause)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-s.closing:
		return capture.ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// take takes a picture, and reports whether it is another one than before.
func (s *Source) take(f *capture.Frame) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, capture.ErrClosed
	}
	list, err := s.list()
	if err != nil {
		return false, err
	}
	bounds, gaps, err := capture.Place(list, s.watched)
	if err != nil {
		return false, err
	}
	s.taken = time.Now()
	if err := s.copy(bounds, gaps); err != nil {
		if elsewhere() {
			return false, nil
		}
		return false, fmt.Errorf("picture of monitor %d: %w", s.watched, err)
	}
	return s.show(bounds, f), nil
}

// copy takes what these bounds show into the next picture.
func (s *Source) copy(bounds image.Rectangle, gaps []image.Rectangle) error {
	if s.next == nil || s.next.picture.Rect.Size() != bounds.Size() {
		b, err := newBitmap(bounds.Size())
		if err != nil {
			return err
		}
		free(s.next)
		s.next = b
	}
	if err := s.next.copy(bounds.Min); err != nil {
		return err
	}
	for _, gap := range gaps {
		for y := gap.Min.Y; y < gap.Max.Y; y++ {
			clear(s.next.picture.Pix[y*s.next.picture.Stride:][4*gap.Min.X : 4*gap.Max.X])
		}
	}
	return nil
}

// show fills f with the next picture when that differs from the one before.
func (s *Source) show(bounds image.Rectangle, f *capture.Frame) bool {
	damage := f.Damage[:0]
	if s.whole || s.shown == nil || bounds != s.bounds {
		damage = append(damage, image.Rectangle{Max: bounds.Size()})
	} else {
		damage = s.differ.Differences(damage, s.shown.picture, s.next.picture)
	}
	f.Damage = damage
	if len(damage) == 0 {
		return false
	}
	s.shown, s.next = s.next, s.shown
	s.whole, s.bounds = false, bounds
	f.Pix = append(f.Pix[:0], s.shown.picture.Pix...)
	f.Stride, f.Bounds, f.At = s.shown.picture.Stride, bounds, s.taken
	return true
}

// Close implements capture.Source. Closing twice is harmless.
func (s *Source) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.closing)
	free(s.shown)
	free(s.next)
	s.shown, s.next = nil, nil
	return nil
}

func free(b *bitmap) {
	if b != nil {
		b.close()
	}
}
