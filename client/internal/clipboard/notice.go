package clipboard

import (
	"sync"
	"time"
)

// Notices is what Changes returns, for implementations: the newest notice replaces one
// that nobody has taken.
type Notices struct {
	mu sync.Mutex // held by who puts one in
	c  chan time.Time
}

// NewNotices returns Notices without one.
func NewNotices() *Notices { return &Notices{c: make(chan time.Time, 1)} }

// Put tells of a change that happens now.
func (n *Notices) Put() {
	n.mu.Lock()
	defer n.mu.Unlock()
	select {
	case <-n.c:
	default:
	}
	n.c <- time.Now()
}

// C is where they come out.
func (n *Notices) C() <-chan time.Time { return n.c }
