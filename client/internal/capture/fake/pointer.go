package fake

import (
	"context"
	"fmt"
	"image"
	"sync"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Pointer implements capture.Pointer: a test moves it.
type Pointer struct {
	mu     sync.Mutex
	wake   chan struct{} // closed and replaced by every change
	now    capture.Pointing
	told   capture.Pointing
	closed bool
	gone   bool
}

// NewPointer makes a pointer at 0, 0 that has the shape of one white pixel.
func NewPointer() *Pointer {
	white := &capture.Cursor{Pix: []byte{255, 255, 255, 255}, Size: image.Pt(1, 1)}
	return &Pointer{wake: make(chan struct{}), now: capture.Pointing{Cursor: white}}
}

// change runs f and wakes whoever waits in Next.
func (p *Pointer) change(f func()) {
	p.mu.Lock()
	defer p.mu.Unlock()
	f()
	close(p.wake)
	p.wake = make(chan struct{})
}

// Move puts the pointer somewhere on the desktop.
func (p *Pointer) Move(to image.Point) { p.change(func() { p.now.Place = to }) }

// Become gives it another shape.
func (p *Pointer) Become(c *capture.Cursor) { p.change(func() { p.now.Cursor = c }) }

// Disconnect takes the display away, as when the desktop session ends.
func (p *Pointer) Disconnect() { p.change(func() { p.gone = true }) }

// Next implements capture.Pointer.
func (p *Pointer) Next(ctx context.Context) (capture.Pointing, error) {
	for {
		if err := ctx.Err(); err != nil {
			return capture.Pointing{}, err
		}
		done, wake, err := p.take()
		if done || err != nil {
			return p.told, err
		}
		select {
		case <-wake:
		case <-ctx.Done():
		}
	}
}

func (p *Pointer) take() (done bool, wake <-chan struct{}, err error) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case p.closed:
		return false, nil, capture.ErrClosed
	case p.gone:
		return false, nil, fmt.Errorf("%w: disconnected", capture.ErrNoDisplay)
	case p.now == p.told:
		return false, p.wake, nil
	}
	p.told = p.now
	return true, nil, nil
}

// Close implements capture.Pointer.
func (p *Pointer) Close() error {
	p.change(func() { p.closed = true })
	return nil
}

// Shape returns the shape that it has now.
func (p *Pointer) Shape() *capture.Cursor {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.now.Cursor
}
