package record

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/recording/event"
)

func TestTenSecondsWithoutAReceipt(t *testing.T) {
	began := time.Now()
	f := &flow{receipted: began}
	at := func(seconds float64) time.Time { return began.Add(time.Duration(seconds * float64(time.Second))) }
	for _, c := range []struct {
		name   string
		second float64
		waits  bool
		full   bool
		sent   bool
		want   State
	}{
		{"nothing waits", 100, false, false, false, Going},
		{"something begins to wait", 101, true, false, false, Going},
		{"not yet", 110.9, true, false, false, Going},
		{"ten seconds", 111, true, false, false, Stalled},
		{"still", 170, true, false, false, Stalled},
		{"a receipt", 170.5, true, false, true, Going},
		{"no room", 171, true, true, false, Stalled},
		{"room", 172, true, false, false, Going},
		{"all is there", 173, false, false, true, Going},
		{"again", 200, true, false, false, Going},
		{"sixty seconds more", 270, true, false, false, Lost},
		{"too late", 271, true, false, true, Lost},
	} {
		if c.sent {
			f.sent(1, time.Second, at(c.second))
		}
		if got, _ := f.look(0, c.waits, c.full, at(c.second)); got != c.want {
			t.Errorf("%s: %v, want %v", c.name, got, c.want)
		}
	}
}

// While what waits grows the pictures get less and less; they have all again when little
// waits.
func TestShrink(t *testing.T) {
	began := time.Now()
	f := &flow{receipted: began}
	f.sent(1_000_000, 10*time.Second, began) // 800 kbit/s
	for _, c := range []struct {
		second  int
		backlog event.Time
		want    int
	}{
		{1, 1000, 0},
		{2, 4000, 0},
		{3, 4100, 560_000},
		{4, 4500, 560_000},
		{5, 5000, 392_000},
		{7, 4900, 392_000}, // it shrinks
		{9, 5000, 274_400},
		{11, 3000, 274_400},
		{13, 1400, 0},
	} {
		now := began.Add(time.Duration(c.second) * time.Second)
		f.look(c.backlog, true, false, now)
		if got := f.takes(); got != c.want {
			t.Errorf("after %d s, with %d ms: %d bit/s, want %d", c.second, c.backlog, got, c.want)
		}
	}
	for second := range 100 {
		f.look(event.Time(5000+second), true, false, began.Add(time.Duration(20+2*second)*time.Second))
	}
	if got := f.takes(); got != leastRate {
		t.Errorf("%d bit/s at last, want %d", got, leastRate)
	}
}
