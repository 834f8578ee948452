package rate

import "time"

// queue is how long a link needs for what it has been given.
type queue struct {
	left time.Duration
	at   time.Time
}

// pass lets time pass.
func (q *queue) pass(now time.Time) {
	if now.After(q.at) {
		q.left = max(0, q.left-now.Sub(q.at))
		q.at = now
	}
}

// add gives the link a packet.
func (q *queue) add(bytes int, bitsPerSecond float64, now time.Time) {
	q.pass(now)
	q.left += time.Duration(float64(8*bytes) / bitsPerSecond * float64(time.Second))
}

// window is the least of the values of the last while: that of this half of it and that
// of the half before.
type window struct {
	now, before time.Duration
	since       time.Time // zero: there is no value
}

func (w *window) add(v time.Duration, at time.Time) {
	switch {
	case w.since.IsZero():
		w.now, w.before, w.since = v, v, at
	case at.Sub(w.since) > baseWindow:
		w.now, w.before, w.since = v, w.now, at
	default:
		w.now = min(w.now, v)
	}
}

// least returns the least value, or zero when there is none.
func (w *window) least() time.Duration { return min(w.now, w.before) }
