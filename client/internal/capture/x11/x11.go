//go:build linux

// Package x11 is the native capture leaf for X11: it is woken by XDamage, reads the
// damaged regions alone through shared memory, and follows RandR. An unchanged
// screen costs nothing, neither here nor in the X server.
//
// All goes over one connection. The server collects the damage between two frames
// and tells of the first of it only, so that neither a flood of small changes nor a
// slow caller fills a queue. Each frame takes the collected damage before it reads
// the picture: what is drawn in between shows up in the frame, and again as damage
// for the next one, where the comparison with what is there drops it.
package x11

import (
	"context"
	"image"
	"log/slog"
	"sync"
	"sync/atomic"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Config says how to watch. The zero Config is a good one.
type Config struct {
	// Log is told what a person who looks for a fault wants to know; nil is silence.
	Log *slog.Logger
}

// Source implements capture.Source.
type Source struct {
	// Set at construction.
	display *display
	log     *slog.Logger
	wake    chan struct{} // there may be something new to see; holds one
	changed chan struct{} // the monitors may be others; holds one
	closing chan struct{}
	lost    chan struct{} // closed when the connection has ended
	reading sync.WaitGroup

	// Set by the goroutine that reads events, and taken by Next.
	damaged    atomic.Bool
	rearranged atomic.Bool

	// Owned by the goroutine that calls Monitors, Watch and Next.
	known    map[xproto.Atom]known // the monitors that were ever there
	watched  int                   // an ID, or capture.AllMonitors
	located  bool                  // bounds and gaps are those of what is watched
	bounds   image.Rectangle       // on the desktop
	gaps     []image.Rectangle     // of the picture, where no monitor is
	complete bool                  // the next frame must be a complete one
	held     *byte                 // the first pixel of the frame that holds the last picture
	reader   reader
	regions  regions
	changes  regions

	// Closed under mu, used under its read lock: Close waits for who is using it.
	mu     sync.RWMutex
	closed bool
}

var _ capture.Source = (*Source)(nil)

// New opens $DISPLAY and watches its primary monitor. It returns
// capture.ErrNoDisplay, capture.ErrMissingExtension or capture.ErrPixelFormat,
// wrapped with details.
func New(config Config) (*Source, error) {
	if config.Log == nil {
		config.Log = slog.New(slog.DiscardHandler)
	}
	d, err := openDisplay()
	if err != nil {
		return nil, err
	}
	s := &Source{
		display:  d,
		log:      config.Log,
		wake:     make(chan struct{}, 1),
		changed:  make(chan struct{}, 1),
		closing:  make(chan struct{}),
		lost:     make(chan struct{}),
		known:    make(map[xproto.Atom]known),
		complete: true,
		reader:   reader{display: d, log: config.Log},
	}
	s.reading.Go(s.read)
	if err := s.start(); err != nil {
		_ = s.Close()
		return nil, err
	}
	return s, nil
}

// start asks for the events and chooses the primary monitor. It asks first, so that
// what happens in between is heard of.
func (s *Source) start() error {
	s.display.guard.Begin()
	defer s.display.guard.End()
	if err := s.display.selectEvents(); err != nil {
		return err
	}
	list, err := s.list()
	if err != nil {
		return err
	}
	if len(list) == 0 {
		return errNoMonitor(capture.ErrNoDisplay)
	}
	s.watched = list[0].ID
	return nil
}

// read notes what the events say until the connection ends. It never waits for
// anybody, because the connection's replies come behind its events.
func (s *Source) read() {
	defer close(s.lost)
	for {
		event, err := s.display.c.WaitForEvent()
		switch {
		case event != nil:
			s.note(s.display.classify(event))
		case err != nil:
			s.log.Debug("the X server refused a request", slog.Any("error", err))
		default:
			return
		}
	}
}

func (s *Source) note(k kind) {
	switch k {
	case kindDamage:
		s.damaged.Store(true)
		poke(s.wake)
	case kindRearranged:
		s.rearranged.Store(true)
		poke(s.wake)
		poke(s.changed)
	}
}

// poke wakes the one who waits for c, or who will.
func poke(c chan struct{}) {
	select {
	case c <- struct{}{}:
	default:
	}
}

// wait waits for a poke of c.
func (s *Source) wait(ctx context.Context, c <-chan struct{}) error {
	select {
	case <-c:
		return nil
	case <-s.closing:
		return capture.ErrClosed
	case <-s.lost:
		return s.ended()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// ended says why the connection has ended.
func (s *Source) ended() error {
	select {
	case <-s.closing:
		return capture.ErrClosed
	default:
		return errGone
	}
}

// Close implements capture.Source. Closing twice is harmless.
func (s *Source) Close() error {
	s.display.guard.Hasten(closeWithin) // for whoever is using it
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	close(s.closing)
	s.display.close(&s.reading)
	s.reader.close()
	return nil
}
