package peer

import (
	"testing"
	"time"
)

func TestAssumedRateFallsWithTheRoundTrip(t *testing.T) {
	last := assume(time.Millisecond)
	for _, d := range []time.Duration{10 * time.Millisecond, 60 * time.Millisecond, 150 * time.Millisecond, time.Second} {
		if got := assume(d); got > last || got < farRate {
			t.Errorf("%d bit/s for a round trip of %v, %d for a shorter one", got, d, last)
		} else {
			last = got
		}
	}
	if got := assume(0); got != assumedRate {
		t.Errorf("%d bit/s when the round trip is not known", got)
	}
}
