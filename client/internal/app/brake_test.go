package app

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// A file gives way while its own pieces take longer than they did, never stands still, and is
// as fast again when the queue is gone.
func TestAFileGivesWay(t *testing.T) {
	b := newBrake()
	looks := func(n int, roundTrip time.Duration) float64 {
		for range n {
			b.look(roundTrip)
		}
		return b.speed
	}
	if got := looks(5, 0); got != firstSpeed {
		t.Errorf("nothing is known: %.0f bytes a second", got)
	}
	fast := looks(10, 20*time.Millisecond)
	if fast <= firstSpeed {
		t.Errorf("no queue: %.0f bytes a second", fast)
	}
	if got := looks(1, 61*time.Millisecond); got != fast/2 {
		t.Errorf("a queue: %.0f bytes a second", got)
	}
	if got := looks(100, time.Second); got != leastSpeed {
		t.Errorf("a long queue: %.0f bytes a second", got)
	}
	if got := looks(100, 30*time.Millisecond); got != mostSpeed {
		t.Errorf("the queue is gone: %.0f bytes a second", got)
	}
}

func TestTheBrakeWaits(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b, start := newBrake(), time.Now()
		slow := func() time.Duration { return 0 }
		for range firstSpeed / signaling.MaxFileChunk {
			if err := b.wait(t.Context(), signaling.MaxFileChunk, slow); err != nil {
				t.Fatal(err)
			}
		}
		if took := time.Since(start); took < 900*time.Millisecond || took > 1100*time.Millisecond {
			t.Errorf("a second's bytes take %v", took)
		}
		over, cancel := context.WithCancel(t.Context())
		cancel()
		if err := b.wait(over, signaling.MaxFileChunk, slow); !errors.Is(err, context.Canceled) {
			t.Errorf("it does not end: %v", err)
		}
	})
}
