// Package fake has windows that a test makes up.
package fake

import (
	"context"
	"errors"
	"sync"

	"github.com/lendhand/lendhand/client/internal/titles"
)

// Desktop implements titles.Watch.
type Desktop struct {
	pace   titles.Pace // owned by who calls Next
	news   chan struct{}
	closed chan struct{}
	close  func()

	mu  sync.Mutex
	now titles.Title // guarded by mu
}

var _ titles.Watch = (*Desktop)(nil)

// New returns a desktop without a window.
func New() *Desktop {
	d := &Desktop{news: make(chan struct{}, 1), closed: make(chan struct{})}
	d.close = sync.OnceFunc(func() { close(d.closed) })
	return d
}

// Front brings a window to the front.
func (d *Desktop) Front(title, program string) {
	d.mu.Lock()
	d.now = titles.Clean(title, program)
	d.mu.Unlock()
	select {
	case d.news <- struct{}{}:
	default:
	}
}

// Next implements titles.Watch.
func (d *Desktop) Next(ctx context.Context) (titles.Title, error) {
	if err := d.pace.Wait(ctx); err != nil {
		return titles.Title{}, err
	}
	for {
		d.mu.Lock()
		now := d.now
		d.mu.Unlock()
		if d.pace.Tell(now) {
			return now, nil
		}
		select {
		case <-d.news:
		case <-d.closed:
			return titles.Title{}, errors.New("titles: closed")
		case <-ctx.Done():
			return titles.Title{}, ctx.Err()
		}
	}
}

// Close implements titles.Watch.
func (d *Desktop) Close() error {
	d.close()
	return nil
}
