package app

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
)

const (
	// retryEvery is the pause before another try at what the desktop was too busy for.
	retryEvery = 2 * time.Millisecond
	// patience is how long a button is tried. A person who holds the same one down on a
	// mouse of their own must not hold up everything else.
	patience = time.Second
)

// late is what the desktop was too busy for. It is tried again before anybody repeats
// it, and in between the hands are free to let go.
type late struct {
	message *signaling.Input // nil while nothing waits
	since   time.Time        // of its first event that has not been done
	again   <-chan time.Time // when to try

	// given are the buttons that were given up and have not been found up since: bit 0
	// is the left one. Their presses have had their patience.
	given uint8
}

// putOff notes that the next event of a message, the press of a button, could not be
// done. It is false when that has gone on for too long, and the event is to be given up.
func (l *late) putOff(m *signaling.Input, button int) bool {
	if l.since.IsZero() {
		l.since = time.Now()
	}
	if l.given&bit(button) != 0 || time.Since(l.since) >= patience {
		l.given |= bit(button)
		return false
	}
	l.message, l.again = m, time.After(retryEvery)
	return true
}

// pressed notes that a button was found up, and pressed.
func (l *late) pressed(button int) { l.given &^= bit(button) }

// take gives the message that is to be tried now, or nil.
func (l *late) take() *signaling.Input {
	m := l.message
	l.message, l.again = nil, nil
	return m
}

// forget drops what waits. Which buttons were given up is as true as before.
func (l *late) forget() { *l = late{given: l.given} }

// bit returns the one of a button, which the decoder holds between 0 and 4.
func bit(button int) uint8 { return 1 << button }
