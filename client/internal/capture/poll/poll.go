// Package poll makes a capture.Source of whole pictures: it has one taken at an interval,
// and compares it with the one before. So it works wherever a picture can be taken, and
// costs most where others wait for damage.
package poll

import (
	"context"
	"errors"
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

// ErrHidden is what a Desktop returns while no program may see it.
var ErrHidden = errors.New("nobody may see this desktop now")

// Desktop takes pictures. No two calls overlap.
type Desktop interface {
	// Monitors lists the monitors, the primary one first. One that stays keeps its ID.
	Monitors() ([]capture.Monitor, error)
	// Picture returns what these bounds show, for the caller to keep and to write into. spare
	// is one from an earlier call that nobody needs any more, or nil: its memory is the
	// Desktop's again, also when this fails.
	Picture(bounds image.Rectangle, spare *image.RGBA) (*image.RGBA, error)
	// Fill copies a picture into the bytes of a frame, without gaps between the rows: as
	// B, G, R, X.
	Fill(to []byte, picture *image.RGBA)
	Close()
}

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
	whole   bool            // the next frame must be a complete one
	shown   *image.RGBA     // nil before the first one
	bounds  image.Rectangle // of what is shown
	spare   *image.RGBA     // one that is not shown, or nil
	taken   time.Time       // zero when there is nothing to wait for
	differ  blocks.Differ

	// Guarded by mu, which Close takes to wait for a picture under way.
	mu      sync.Mutex
	closed  bool
	desktop Desktop
	list    []capture.Monitor
}

// New watches the primary monitor of a desktop, which it owns from now on, and closes when it fails.
func New(config Config, desktop Desktop) (*Source, error) {
	s := &Source{
		interval: config.Interval, closing: make(chan struct{}), changed: make(chan struct{}, 1), desktop: desktop,
		whole: true,
	}
	if s.interval == 0 {
		s.interval = DefaultInterval
	}
	list, err := s.Monitors()
	if config.Interval < 0 {
		err = fmt.Errorf("interval of %v: want 0 or more", config.Interval)
	}
	if err != nil {
		_ = s.Close()
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
	if err := s.look(); err != nil {
		return nil, err
	}
	return slices.Clone(s.list), nil
}

// look lists the monitors, and tells when they are others than before.
func (s *Source) look() error {
	list, err := s.desktop.Monitors()
	if err != nil {
		return err
	}
	if !slices.Equal(list, s.list) {
		s.list = slices.Clone(list)
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	return nil
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
	s.watched, s.whole, s.taken = id, true, time.Time{}
	return nil
}

// Next implements capture.Source. While nobody may see the desktop, nothing changes.
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
	if pause <= 0 {
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

// take takes a picture, once more when the monitors changed under it, and reports whether it
// is another one than before.
func (s *Source) take(f *capture.Frame) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return false, capture.ErrClosed
	}
	bounds, gaps, err := s.place()
	for err == nil {
		s.taken = time.Now()
		picture, failed := s.desktop.Picture(bounds, s.spare)
		s.spare = picture
		if failed == nil {
			blacken(picture, gaps)
			return s.show(bounds, f), nil
		}
		if errors.Is(failed, ErrHidden) {
			return false, nil
		}
		before := bounds
		if bounds, gaps, err = s.place(); err == nil && bounds == before {
			err = fmt.Errorf("picture of monitor %d: %w", s.watched, failed)
		}
	}
	return false, err
}

// place returns where what is watched lies on the desktop, and what of it no monitor shows.
func (s *Source) place() (image.Rectangle, []image.Rectangle, error) {
	if err := s.look(); err != nil {
		return image.Rectangle{}, nil, err
	}
	return capture.Place(s.list, s.watched)
}

func blacken(picture *image.RGBA, gaps []image.Rectangle) {
	for _, gap := range gaps {
		for y := gap.Min.Y; y < gap.Max.Y; y++ {
			clear(picture.Pix[y*picture.Stride:][4*gap.Min.X : 4*gap.Max.X])
		}
	}
}

// show fills f with the spare picture, and returns true, when that differs from the one before.
func (s *Source) show(bounds image.Rectangle, f *capture.Frame) bool {
	f.Damage = f.Damage[:0]
	if s.whole || bounds != s.bounds {
		f.Damage = append(f.Damage, image.Rectangle{Max: bounds.Size()})
	} else {
		f.Damage = s.differ.Differences(f.Damage, s.shown, s.spare)
	}
	if len(f.Damage) == 0 {
		return false
	}
	s.shown, s.spare = s.spare, s.shown
	s.whole, s.bounds = false, bounds
	f.Stride = 4 * bounds.Dx()
	f.Pix = slices.Grow(f.Pix[:0], f.Stride*bounds.Dy())[:f.Stride*bounds.Dy()]
	s.desktop.Fill(f.Pix, s.shown)
	f.Bounds, f.At = bounds, s.taken
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
	s.desktop.Close()
	return nil
}
