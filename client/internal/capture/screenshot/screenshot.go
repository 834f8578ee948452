// Package screenshot is the portable capture leaf, over kbinani/screenshot. It
// takes whole pictures at an interval and compares them, so it works wherever a
// picture can be taken, and costs most where others wait for damage.
package screenshot

import (
	"context"
	"fmt"
	"image"
	"image/draw"
	"sync"
	"time"

	"github.com/kbinani/screenshot"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/blocks"
)

// DefaultInterval is the time from one grab to the next when Config has none.
const DefaultInterval = 33 * time.Millisecond

// Config says how to watch. The zero Config is a good one.
type Config struct {
	// Interval is the least time from one grab to the next; 0 is DefaultInterval.
	Interval time.Duration
}

// Source implements capture.Source.
type Source struct {
	// Set at construction.
	interval time.Duration
	closing  chan struct{}
	changed  chan struct{} // the monitors are others; holds one

	// Owned by the goroutine that calls Monitors, Watch and Next.
	monitors register
	watched  int             // an ID, or capture.AllMonitors
	previous *image.RGBA     // nil when the next frame must be a complete one
	bounds   image.Rectangle // of what is watched, when previous was grabbed
	grabbed  time.Time
	differ   blocks.Differ

	// Guarded by mu, which Close takes to wait for a grab under way.
	mu      sync.Mutex
	closed  bool
	desktop *desktop
}

// New opens the desktop and watches its primary monitor. It returns
// capture.ErrNoDisplay or capture.ErrMissingExtension, wrapped with details.
func New(config Config) (*Source, error) {
	if config.Interval < 0 {
		return nil, fmt.Errorf("grab interval of %v: want 0 or more", config.Interval)
	}
	if config.Interval == 0 {
		config.Interval = DefaultInterval
	}
	d, err := openDesktop()
	if err != nil {
		return nil, err
	}
	s := &Source{
		interval: config.Interval, closing: make(chan struct{}), changed: make(chan struct{}, 1), desktop: d,
	}
	if _, err := s.Monitors(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// Monitors implements capture.Source. Two monitors are the same one when they have the
// same place: the library knows nothing else of them.
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
	list, err := s.desktop.monitors()
	if err != nil {
		return nil, err
	}
	if s.monitors.note(list) {
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}
	return s.monitors.list, nil
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
	s.watched, s.previous = id, nil
	return nil
}

// Next implements capture.Source.
func (s *Source) Next(ctx context.Context, f *capture.Frame) error {
	for {
		if err := s.wait(ctx); err != nil {
			return err
		}
		picture, bounds, err := s.grab()
		if err != nil {
			return err
		}
		if s.compare(picture, bounds, f) {
			return nil
		}
	}
}

// wait keeps the interval. The first grab, and the first after Watch, waits for
// nothing.
func (s *Source) wait(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	pause := s.interval - time.Since(s.grabbed)
	if s.previous == nil || pause <= 0 {
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

// grab takes the picture, once more when the monitor changed under it.
func (s *Source) grab() (*image.RGBA, image.Rectangle, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil, image.Rectangle{}, capture.ErrClosed
	}
	v, err := s.locate()
	for err == nil {
		// The library counts from the primary monitor's corner, not the desktop's.
		at := v.bounds.Min.Sub(v.origin)
		picture, failed := screenshot.Capture(at.X, at.Y, v.bounds.Dx(), v.bounds.Dy())
		if failed == nil {
			blacken(picture, v.gaps)
			return picture, v.bounds, nil
		}
		before := v.bounds
		if v, err = s.locate(); err == nil && v.bounds == before {
			err = fmt.Errorf("grab monitor %d: %w", s.watched, failed)
		}
	}
	return nil, image.Rectangle{}, err
}

// view is what is watched.
type view struct {
	bounds image.Rectangle
	gaps   []image.Rectangle
	origin image.Point // the primary monitor's corner
}

func (s *Source) locate() (view, error) {
	list, err := s.list()
	if err != nil {
		return view{}, err
	}
	bounds, gaps, err := capture.Place(list, s.watched)
	if err != nil {
		return view{}, err
	}
	return view{bounds, gaps, list[0].Bounds.Min}, nil
}

func blacken(picture *image.RGBA, gaps []image.Rectangle) {
	for _, gap := range gaps {
		draw.Draw(picture, gap.Add(picture.Rect.Min), image.Black, image.Point{}, draw.Src)
	}
}

// compare fills f and returns true when the picture differs from the previous one.
func (s *Source) compare(picture *image.RGBA, bounds image.Rectangle, f *capture.Frame) bool {
	s.grabbed = time.Now()
	whole := s.previous == nil || bounds.Size() != s.bounds.Size()
	f.Damage = f.Damage[:0]
	if whole {
		f.Damage = append(f.Damage, image.Rectangle{Max: bounds.Size()})
	} else {
		f.Damage = s.differ.Differences(f.Damage, s.previous, picture)
	}
	moved := bounds != s.bounds
	if len(f.Damage) == 0 && !moved {
		return false
	}
	if len(f.Damage) == 0 { // the same picture at another place of the desktop
		f.Damage = append(f.Damage, image.Rectangle{Max: bounds.Size()})
	}
	s.previous, s.bounds = picture, bounds
	fill(f, picture)
	f.Bounds, f.At = bounds, s.grabbed
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
	s.desktop.close()
	return nil
}
