// Package fake has windows that a test makes up.
package fake

import (
	"context"
	"errors"
	"sync"

	"github.com/lendhand/lendhand/client/internal/titles"
)

// Desktop has windows.
type Desktop struct {
	mu      sync.Mutex
	now     titles.Title  // guarded by mu
	changed chan struct{} // closed at the next change; guarded by mu
}

// New returns a desktop without a window.
func New() *Desktop { return &Desktop{changed: make(chan struct{})} }

// Front brings a window to the front.
func (d *Desktop) Front(title, program string) {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.now = titles.Clean(title, program)
	close(d.changed)
	d.changed = make(chan struct{})
}

func (d *Desktop) look() (titles.Title, <-chan struct{}) {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.now, d.changed
}

// Open watches it.
func (d *Desktop) Open() *Watch {
	w := &Watch{desktop: d, closed: make(chan struct{})}
	w.close = sync.OnceFunc(func() { close(w.closed) })
	return w
}

// Watch implements titles.Watch.
type Watch struct {
	desktop *Desktop
	closed  chan struct{}
	close   func()
	pace    titles.Pace // owned by who calls Next
}

var _ titles.Watch = (*Watch)(nil)

// Next implements titles.Watch.
func (w *Watch) Next(ctx context.Context) (titles.Title, error) {
	if err := w.pace.Wait(ctx); err != nil {
		return titles.Title{}, err
	}
	for {
		now, changed := w.desktop.look()
		if w.pace.Tell(now) {
			return now, nil
		}
		select {
		case <-changed:
		case <-w.closed:
			return titles.Title{}, errors.New("titles: closed")
		case <-ctx.Done():
			return titles.Title{}, ctx.Err()
		}
	}
}

// Close implements titles.Watch.
func (w *Watch) Close() error {
	w.close()
	return nil
}
