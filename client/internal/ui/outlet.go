package ui

import (
	"io"
	"sync"
	"time"
)

const (
	// maxUnwritten is the number of writes that wait for a terminal. What comes after
	// them is dropped.
	maxUnwritten = 256
	// closeWithin is how long Close waits for them.
	closeWithin = time.Second
)

// Outlet writes without making anybody wait. A terminal that is held, by Ctrl+S or by a
// selection, takes nothing, and a technician who has control can hold it: the program
// must go on to hear the person, and the relay that takes everything back.
type Outlet struct {
	out  io.Writer
	done chan struct{} // closed when all is written

	mu     sync.Mutex // guards closed, and sends on queue
	closed bool
	queue  chan []byte
}

// NewOutlet returns an Outlet that writes to out until Close.
func NewOutlet(out io.Writer) *Outlet {
	o := &Outlet{out: out, done: make(chan struct{}), queue: make(chan []byte, maxUnwritten)}
	go o.run() // joined by Close
	return o
}

// Write implements io.Writer. It does not wait, and reports no error: there is nothing
// to do about a terminal that is gone.
func (o *Outlet) Write(p []byte) (int, error) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.closed {
		return len(p), nil
	}
	select {
	case o.queue <- append([]byte(nil), p...):
	default:
	}
	return len(p), nil
}

// Close waits until everything is written, but not for a terminal that is held. It is
// called once.
func (o *Outlet) Close() {
	o.mu.Lock()
	o.closed = true
	close(o.queue)
	o.mu.Unlock()
	select {
	case <-o.done:
	case <-time.After(closeWithin):
	}
}

func (o *Outlet) run() {
	defer close(o.done)
	for p := range o.queue {
		_, _ = o.out.Write(p)
	}
}
