package vpx

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

// film is a care with its pictures.
type film struct {
	*testing.T
	care care
}

const ticks = canvas.TicksPerSecond / 30

// show shows moving pictures, and wants the last to be made with care, or not.
func (f *film) show(pictures int, took time.Duration, want bool) {
	f.Helper()
	var got bool
	for range pictures {
		got = f.care.next(ticks, true)
		f.care.took(took)
	}
	if got != want {
		f.Errorf("after %d pictures of %v each: careful %t, want %t", pictures, took, got, want)
	}
}

func TestCareForWhatMovesOn(t *testing.T) {
	f := &film{T: t}
	const quick = 10 * time.Millisecond
	f.show(12, quick, false) // a page that is turned
	f.show(50, quick, true)
	f.care.next(ticks, false)
	f.show(12, quick, false)
	f.show(1, quick, true)
	f.care.next(canvas.TicksPerSecond/5, true)
	f.show(1, quick, false)
}

func TestCareTakesNoTime(t *testing.T) {
	f := &film{T: t}
	const quick, disturbed, slow = 10 * time.Millisecond, 30 * time.Millisecond, 20 * time.Millisecond
	f.show(50, quick, true)
	f.show(3, disturbed, true)
	f.show(3, quick, true)
	f.show(5, slow, false)
	f.show(50, 15*time.Millisecond, false) // no ping-pong: with care it would be slow again
	f.show(5, 8*time.Millisecond, true)
}
