package rate

import (
	"testing"
	"time"
)

const away = 20 * time.Millisecond // how long a packet takes

// talk is an Estimator with a clock, and with reports that a test makes itself.
type talk struct {
	*Estimator
	now time.Time
}

func newTalk(assumed int) *talk { return &talk{Estimator: New(assumed), now: time.Now()} }

// send sends a packet of 1000 bytes.
func (t *talk) send() uint16 { return t.Sent(1000, false, t.now) }

// came is the arrival of a packet that is sent now, and queues for a while.
func (t *talk) came(sequence uint16, queues time.Duration) Arrival {
	return Arrival{Sequence: sequence, At: t.now.Sub(t.zero) + away + queues}
}

// halve loses every other packet, of which each leaves by itself. A report comes every
// 100 ms.
func (t *talk) halve(reports int) {
	for range reports {
		var report []Arrival
		for range 5 {
			report = append(report, Arrival{Sequence: t.send(), Lost: true}, t.came(t.send(), 0))
			t.now = t.now.Add(20 * time.Millisecond)
		}
		t.Heard(report, t.now)
	}
}

// burst sends packets at once, which arrive with a gap between each two of them.
func (t *talk) burst(packets int, gap time.Duration) {
	var report []Arrival
	for n := range packets {
		report = append(report, t.came(t.send(), time.Duration(n)*gap))
	}
	t.now = t.now.Add(away + time.Duration(packets)*gap)
	t.Heard(report, t.now)
}

func (t *talk) bits() int { return t.State(t.now).BitsPerSecond }

// Some networks hand over together what came one after the other, as if they were very
// fast.
func TestOneBurstDoublesTheEstimateAtMost(t *testing.T) {
	e := newTalk(1_000_000)
	e.burst(4, 0)
	if got := e.bits(); got != 2_000_000 {
		t.Errorf("%d bit/s, want 2000000", got)
	}
}

func TestLossLowersTheEstimateTwiceASecondAtMost(t *testing.T) {
	e := newTalk(1_000_000)
	e.halve(1)
	first := e.bits()
	if first == 1_000_000 {
		t.Fatal("loss has not lowered the estimate")
	}
	e.halve(4)
	if got := e.bits(); got != first {
		t.Errorf("%d bit/s after %d within half a second", got, first)
	}
	e.halve(2)
	if got := e.bits(); got >= first {
		t.Errorf("%d bit/s after %d, with as much lost", got, first)
	}
}

// Whatever a path loses: it has shown what it takes.
func TestLossLowersTheEstimateToHalfOfWhatWasShownAtMost(t *testing.T) {
	e := newTalk(1_000_000)
	e.burst(4, 8*time.Millisecond) // of 1 Mbit/s
	e.halve(100)
	if got := e.bits(); got != 500_000 {
		t.Errorf("%d bit/s, want 500000", got)
	}
}

// A report may be lost as well. What it told of is not waited for.
func TestALostReport(t *testing.T) {
	e := newTalk(1_000_000)
	e.send()
	heard := e.came(e.send(), 0)
	e.now = e.now.Add(time.Second)
	e.Heard([]Arrival{heard}, e.now)
	if got := e.State(e.now).Unheard; got != 0 {
		t.Errorf("unheard for %v", got)
	}
}

// A packet that overtook another is not in the network when the other comes.
func TestAPacketThatComesLate(t *testing.T) {
	e := newTalk(100_000) // of which each is 48 ms, and too small to tell anything
	late, early := e.Sent(600, false, e.now), e.Sent(600, false, e.now)
	reports := [][]Arrival{
		{{Sequence: late, Lost: true}, e.came(early, 0)},
		{e.came(late, 5*time.Millisecond)},
	}
	e.now = e.now.Add(away + 10*time.Millisecond)
	for _, report := range reports {
		e.Heard(report, e.now)
	}
	if got := e.State(e.now).Queue; got != 0 {
		t.Errorf("%v of packets that have arrived are in the network", got)
	}
}

func TestPace(t *testing.T) {
	for loss, want := range map[float64]int{0: 2_000_000, 0.02: 2_000_000, 0.05: 1_250_000} {
		if got := (State{BitsPerSecond: 1_000_000, Loss: loss}).Pace(); got != want {
			t.Errorf("%d bit/s with a loss of %v, want %d", got, loss, want)
		}
	}
}

// The least value counts for as long as clocks may be trusted, and a while longer.
func TestWindow(t *testing.T) {
	var w window
	if got := w.least(); got != 0 {
		t.Errorf("%v without a value", got)
	}
	began := time.Now()
	for _, c := range []struct{ at, value, want time.Duration }{
		{0, 20, 20},
		{time.Second, 30, 20},
		{2 * time.Second, 10, 10},
		{baseWindow + time.Second, 30, 10},
		{2 * baseWindow, 25, 10},
		{2*baseWindow + 2*time.Second, 40, 25},
	} {
		w.add(c.value, began.Add(c.at))
		if got := w.least(); got != c.want {
			t.Errorf("%d after %v, want %d", got, c.at, c.want)
		}
	}
}
