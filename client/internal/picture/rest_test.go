package picture

import (
	"image"
	"testing"
	"time"
)

// resting is a loop that has encoded a pass at rest just now.
func resting(bits int) *loop {
	l := &loop{last: time.Now()}
	l.network.BitsPerSecond = bits
	return l
}

// A slow network is busy for half of the time at most while a picture rests.
func TestPassesLeaveTheNetworkFree(t *testing.T) {
	for bytes, want := range map[int]time.Duration{1000: restNext, 50_000: 800 * time.Millisecond} {
		l := resting(1_000_000)
		l.planNext(false, bytes)
		if got := l.sharpen.Sub(l.last); got != want {
			t.Errorf("%v after a pass of %d bytes, want %v", got, bytes, want)
		}
	}
}

// What is still under a veil follows, however sharp the part before came out, and is no
// pass of those that a picture has at most.
func TestAPartThatIsSharpIsNotAll(t *testing.T) {
	l := resting(1_000_000)
	l.veil.owed = []image.Rectangle{desktop}
	l.planNext(true, 0)
	if got := l.sharpen.Sub(l.last); got != restNext || l.passes != 0 {
		t.Errorf("the next part comes after %v, %d passes, want %v and none", got, l.passes, restNext)
	}
}
