// Package ladder decides what a picture is encoded with: the best codec that this
// host encodes in time while much moves, and the best one of all while it rests.
//
// It is pure logic. A caller tells how long each picture took, of how much of it,
// and follows what the ladder says; time comes from the caller too.
package ladder

import (
	"errors"
	"fmt"
	"time"
)

// Config says what the ladder goes by. All fields are required.
type Config struct {
	// WholePicture has a step for each codec of the caller's, best first, and as a rule
	// slowest first: how long a picture takes of which everything has changed, as measured
	// at the start; 0 when it was not measured.
	WholePicture []time.Duration
	// Interval is the time that a picture may take for motion to be smooth.
	Interval time.Duration
}

const (
	// Motion is judged by pictures of which at least this share has changed: a letter
	// is quick with all codecs.
	muchShare = 0.2
	// A step down is taken when so many pictures of the last strikesOf took too long.
	strikesDown = 6
	strikesOf   = 10
	// What was measured at the start counts as fast enough below this part of the
	// interval: in a session the host has other work, which the better codecs suffer from
	// more than it shows.
	slack = 0.7
	// Of two that are about as fast, the later one is taken for the faster: it is cheaper
	// as a rule, and measuring is not that exact.
	alike = 1.2
	// A step that failed is not tried again in motion. The picture rests when nothing
	// much moved for restAfter; then the best step of all is gone back to.
	restAfter = time.Second
	// Motion that begins again soon after a rest goes at once to the step that it came
	// to. It is forgotten after so long a rest.
	forgetAfter = 30 * time.Second
	// Two changes are so far apart at least: each costs a key frame.
	changeGap = 3 * time.Second
)

// Ladder is used by one goroutine.
type Ladder struct {
	config Config // set at construction

	at       int // index of the step in use
	moving   int // the step that motion last came to
	strikes  []bool
	changed  time.Time // when the step changed
	lastMuch time.Time // when much moved last
}

// New returns a Ladder that stands on the best step, and knows the first step that
// was measured to be fast enough for motion.
func New(config Config) (*Ladder, error) {
	if len(config.WholePicture) == 0 {
		return nil, errors.New("ladder: no steps")
	}
	if config.Interval <= 0 {
		return nil, fmt.Errorf("ladder: pictures every %v", config.Interval)
	}
	l := &Ladder{config: config}
	l.moving = l.measured()
	return l, nil
}

// measured is the best step that keeps the interval, or the fastest.
func (l *Ladder) measured() int {
	fastest := 0
	for n, took := range l.config.WholePicture {
		if l.inTime(took) {
			return n
		}
		if float64(took) < alike*float64(l.config.WholePicture[fastest]) {
			fastest = n
		}
	}
	return fastest
}

func (l *Ladder) inTime(d time.Duration) bool {
	return d <= time.Duration(slack*float64(l.config.Interval))
}

// Codec is the index of the one to use for the next picture.
func (l *Ladder) Codec() int { return l.at }

// Encoded tells how long a picture took of which a share of 0 to 1 had changed, and
// reports whether the step has changed. A picture at rest and a key frame are not
// told: they may take their time.
func (l *Ladder) Encoded(now time.Time, took time.Duration, share float64) (changed bool) {
	if share < muchShare {
		return false
	}
	if now.Sub(l.lastMuch) > forgetAfter {
		l.strikes = l.strikes[:0]
	}
	l.lastMuch = now
	if len(l.strikes) == strikesOf {
		copy(l.strikes, l.strikes[1:])
		l.strikes = l.strikes[:strikesOf-1]
	}
	l.strikes = append(l.strikes, took > l.config.Interval)
	if l.count() < strikesDown || now.Sub(l.changed) < changeGap {
		return false
	}
	return l.down(now)
}

func (l *Ladder) count() (strikes int) {
	for _, late := range l.strikes {
		if late {
			strikes++
		}
	}
	return strikes
}

// down goes to the step that motion came to before, or to the next one.
func (l *Ladder) down(now time.Time) bool {
	next := max(l.at+1, l.moving)
	if next >= len(l.config.WholePicture) {
		return false
	}
	l.moving = next
	l.move(now, next)
	return true
}

// Rested tells that nothing much has changed for a while, before a picture at rest is
// sharpened, and reports whether the step has changed: to the best, which begins with
// a key frame.
func (l *Ladder) Rested(now time.Time) (changed bool) {
	quiet := now.Sub(l.lastMuch)
	if quiet > forgetAfter {
		l.moving = l.measured()
	}
	if l.at == 0 || quiet < restAfter || now.Sub(l.changed) < changeGap {
		return false
	}
	l.move(now, 0)
	return true
}

func (l *Ladder) move(now time.Time, to int) {
	l.at, l.changed = to, now
	l.strikes = l.strikes[:0]
}
