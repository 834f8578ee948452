//go:build linux

package portal

import (
	"context"
	"sync"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/pipewire"
)

// screen implements capture.Source.
type screen struct {
	// Set at construction.
	desk    *Desk
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc
	changed chan struct{}
	begin   sync.Once
	decided chan struct{} // closed when the person has decided, or nobody asks them
	finish  sync.Once

	// Set before decided is closed.
	source *pipewire.Source
	err    error
}

func newScreen(d *Desk) *screen {
	s := &screen{desk: d, changed: make(chan struct{}, 1), decided: make(chan struct{})}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s
}

// open asks the person.
func (s *screen) open() {
	defer close(s.decided)
	defer func() {
		select {
		case s.changed <- struct{}{}:
		default:
		}
	}()
	session, err := s.desk.open(s.ctx)
	if err != nil {
		s.err = err
		return
	}
	remote, err := session.remote(s.ctx)
	if err != nil {
		s.err = err
		return
	}
	s.source, s.err = pipewire.New(pipewire.Config{
		Remote: remote, Streams: session.streams, Lost: session.lost, Rearranged: s.changed,
	})
	if s.err == nil {
		s.desk.shown(s.source.Locate)
	}
}

// opened returns the pictures, once they are there.
func (s *screen) opened() (*pipewire.Source, error) {
	if s.ctx.Err() != nil {
		return nil, capture.ErrClosed
	}
	s.begin.Do(func() { go s.open() }) // joined by Close
	select {
	case <-s.decided:
		return s.source, s.err
	default:
		return nil, capture.ErrUndecided
	}
}

// Monitors implements capture.Source.
func (s *screen) Monitors() ([]capture.Monitor, error) {
	source, err := s.opened()
	if err != nil {
		return nil, err
	}
	return source.Monitors()
}

// Rearranged implements capture.Source.
func (s *screen) Rearranged() <-chan struct{} { return s.changed }

// Watch implements capture.Source.
func (s *screen) Watch(id int) error {
	source, err := s.opened()
	if err != nil {
		return err
	}
	return source.Watch(id)
}

// Next implements capture.Source. It waits for the person.
func (s *screen) Next(ctx context.Context, f *capture.Frame) error {
	if _, err := s.opened(); err == capture.ErrUndecided { //nolint:errorlint // ours, as it is
		select {
		case <-s.decided:
		case <-ctx.Done():
			return ctx.Err()
		case <-s.ctx.Done():
			return capture.ErrClosed
		}
	}
	source, err := s.opened()
	if err != nil {
		return err
	}
	return source.Next(ctx, f)
}

// Close implements capture.Source: nobody is asked any more. Closing twice is harmless.
func (s *screen) Close() error {
	var err error
	s.finish.Do(func() {
		s.cancel()
		s.begin.Do(func() { close(s.decided) })
		<-s.decided
		s.desk.shown(nil)
		if s.source != nil {
			err = s.source.Close()
		}
		s.desk.leave()
	})
	return err
}
