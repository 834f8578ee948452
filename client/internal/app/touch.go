package app

import (
	"sync/atomic"
	"time"
)

// settle is how long what a technician types may be on its way to the person's terminal.
const settle = 2 * time.Second

// touch is when the technician last pressed something on this machine, on any
// connection. With control they can type into the person's own terminal.
type touch struct {
	since time.Time    // what the times are counted from
	last  atomic.Int64 // in nanoseconds, and one more; 0: never
}

// echo is how much later than the technician's own press the system may tell of it.
const echo = 100 * time.Millisecond

func newTouch() *touch { return &touch{since: time.Now()} }

// note is called for every event, and allocates nothing.
func (t *touch) note() { t.last.Store(int64(time.Since(t.since)) + 1) }

// ago returns how long ago the technician pressed something; false when they never did.
func (t *touch) ago() (time.Duration, bool) {
	last := t.last.Load()
	return time.Since(t.since) - time.Duration(last-1), last != 0
}

// settling returns for how long a line in the terminal may still be the technician's; 0
// when it is the person's.
func (t *touch) settling() time.Duration {
	ago, ever := t.ago()
	if !ever {
		return 0
	}
	return max(0, settle-ago)
}
