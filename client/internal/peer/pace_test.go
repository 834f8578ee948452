package peer

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
)

// A small frame leaves at once, and what is more at the network's pace. Where much is lost
// a queue may be short: there less does.
func TestWhatLeavesAtOnce(t *testing.T) {
	for _, c := range []struct {
		loss float64
		want int // packets of 1000 bytes before one has to wait
	}{{0, atOnce/1000 + 1}, {0.1, atOnceLossy/1000 + 1}} {
		var b bucket
		now, packets := time.Now(), 0
		for b.wait(now) == 0 && packets < 100 {
			b.spend(1000, now, rate.State{BitsPerSecond: 1_000_000, Loss: c.loss})
			packets++
		}
		if packets != c.want {
			t.Errorf("with a loss of %v, %d packets leave at once, want %d", c.loss, packets, c.want)
		}
	}
}
