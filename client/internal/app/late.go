package app

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
)

const (
	// retryEvery is the pause before another try at what the desktop was too busy for.
	retryEvery = 2 * time.Millisecond
	// patience is how long one event is tried. A person who holds the same button down
	// on a mouse of their own must not hold up everything else.
	patience = time.Second
)

// late is what the desktop was too busy for. It is tried again before anybody repeats
// it, and in between the hands are free to let go.
type late struct {
	message *signaling.Input // nil while nothing waits
	since   time.Time        // of its first event that has not been done
	again   <-chan time.Time // when to try
}

// putOff notes that the next event of a message could not be done. It is false when
// that has gone on for too long, and the event is to be given up.
func (l *late) putOff(m *signaling.Input) bool {
	if l.since.IsZero() {
		l.since = time.Now()
	}
	if time.Since(l.since) >= patience {
		return false
	}
	l.message, l.again = m, time.After(retryEvery)
	return true
}

// take gives the message that is to be tried now, or nil.
func (l *late) take() *signaling.Input {
	m := l.message
	l.message, l.again = nil, nil
	return m
}
