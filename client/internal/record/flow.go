package record

import (
	"sync"
	"time"

	"github.com/lendhand/lendhand/relay/recording/event"
)

// State says how a recording goes.
type State int

// The states.
const (
	// Going: what is recorded reaches the relay.
	Going State = iota
	// Stalled: something has waited for ten seconds, and the relay has receipted nothing.
	Stalled
	// Lost: it has been so for a minute more. What is kept here is still uploaded when that
	// is possible.
	//
	// So it is when pictures are shown for long that this machine cannot record.
	Lost
)

const (
	// stalledAfter is how long the relay may receipt nothing while something waits, and
	// lostAfter how much longer.
	stalledAfter = 10 * time.Second
	lostAfter    = 60 * time.Second
	// Where what waits is longer than shrinkAbove, the pictures get a lower rate, until it
	// is shorter than shrinkUntil: lowered every shrinkEvery while it grows.
	shrinkAbove = event.Time(4000)
	shrinkUntil = event.Time(1500)
	shrinkEvery = 2 * time.Second
	// firstRate is the rate to begin with where none was measured, and leastRate the lowest,
	// in bits a second.
	firstRate = 1_000_000
	leastRate = 100_000
	// worthMeasuring is how large a request is that says something of a network's rate, in
	// bytes.
	worthMeasuring = 64 << 10
)

// flow knows how an upload keeps up.
type flow struct {
	mu sync.Mutex // guards all that follows

	receipted time.Time // when a receipt came last, or something began to wait
	waits     bool
	state     State
	blind     bool // pictures are shown that this machine cannot record

	rate    int       // measured, in bits a second; 0: not yet
	limit   int       // what the pictures may take; 0: all they want
	lowered time.Time // when that was lowered last
	backlog event.Time
}

// takes returns what the pictures may take now, in bits a second; 0 for all they want.
func (f *flow) takes() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.limit
}

// sent notes that the relay has taken so many bytes in a while.
func (f *flow) sent(bytes int, took time.Duration, now time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.receipted = now
	if bytes >= worthMeasuring && took > 0 {
		f.rate = int(float64(8*bytes) / took.Seconds())
	}
}

// look takes note of how much waits, and returns the state, and whether it is another than
// before.
func (f *flow) look(backlog event.Time, waits, full bool, now time.Time) (State, bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if waits && !f.waits {
		f.receipted = now
	}
	f.waits = waits
	f.shrink(backlog, now)
	before := f.state
	f.state = f.judge(full, now)
	return f.state, f.state != before
}

// judge is called with mu held. What was lost stays so.
func (f *flow) judge(full bool, now time.Time) State {
	silence := now.Sub(f.receipted)
	switch {
	case f.state == Lost, f.blind, f.waits && silence >= stalledAfter+lostAfter:
		return Lost
	case f.waits && (silence >= stalledAfter || full):
		return Stalled
	}
	return Going
}

// lose notes that this machine cannot record what it shows.
func (f *flow) lose() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.blind = true
}

// shrink is called with mu held.
func (f *flow) shrink(backlog event.Time, now time.Time) {
	grows := backlog >= f.backlog
	f.backlog = backlog
	switch {
	case backlog < shrinkUntil:
		f.limit = 0
	case backlog > shrinkAbove && (f.limit == 0 || grows && now.Sub(f.lowered) >= shrinkEvery):
		const part, of = 7, 10
		from := f.limit
		if from == 0 {
			from = firstRate
		}
		if f.rate > 0 {
			from = min(from, f.rate)
			if f.limit == 0 {
				from = f.rate
			}
		}
		f.limit, f.lowered = max(leastRate, from*part/of), now
	}
}
