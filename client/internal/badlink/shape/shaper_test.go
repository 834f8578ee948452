package shape_test

import (
	"encoding/binary"
	"math"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/badlink/shape"
)

const ms = time.Millisecond

// came is a packet that arrived: the number that it carries, and when.
type came struct {
	Number int
	At     time.Duration
}

// wire is a shaper and a clock that only the test moves.
type wire struct {
	*shape.Shaper
	now     time.Duration
	arrived []came
}

func newWire(t *testing.T, words string) *wire {
	t.Helper()
	return &wire{Shaper: shape.New(settings(t, words), 1)}
}

func settings(t *testing.T, words string) shape.Settings {
	t.Helper()
	s := shape.Defaults()
	for _, word := range strings.Fields(words) {
		var err error
		if s, err = s.With(word); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// push sends a packet of so many bytes that carries a number.
func (w *wire) push(number, bytes int) {
	packet := make([]byte, bytes)
	binary.BigEndian.PutUint32(packet, uint32(number))
	w.Push(w.now, packet)
}

// until moves the clock, stopping wherever the shaper asks for it.
func (w *wire) until(end time.Duration) {
	for next, ok := w.Next(); ok && next <= end; next, ok = w.Next() {
		w.now = max(w.now, next)
		for packet := w.Pop(w.now); packet != nil; packet = w.Pop(w.now) {
			w.arrived = append(w.arrived, came{int(binary.BigEndian.Uint32(packet)), w.now})
		}
	}
	w.now = end
}

// numbers returns those of the packets that arrived.
func (w *wire) numbers() []int {
	var n []int
	for _, c := range w.arrived {
		n = append(n, c.Number)
	}
	return n
}

func TestPacketsTakeTheirTime(t *testing.T) {
	for name, c := range map[string]struct {
		words string
		want  []came
	}{
		"a line that does nothing":   {"", []came{{1, 0}, {2, 0}, {3, 0}}},
		"delay":                      {"delay=75ms", []came{{1, 75 * ms}, {2, 75 * ms}, {3, 75 * ms}}},
		"1,000 bytes at 1 Mbit/s":    {"rate=1M", []came{{1, 8 * ms}, {2, 16 * ms}, {3, 24 * ms}}},
		"rate, then delay":           {"rate=1M delay=20ms", []came{{1, 28 * ms}, {2, 36 * ms}, {3, 44 * ms}}},
		"a queue of one packet":      {"rate=1M queue=1000", []came{{1, 8 * ms}, {2, 16 * ms}}},
		"a queue of nothing":         {"rate=1M queue=0", []came{{1, 8 * ms}}},
		"a queue of a packet's time": {"rate=1M queue=8ms", []came{{1, 8 * ms}, {2, 16 * ms}}},
		"everything lost":            {"rate=1M loss=1", nil},
		"down":                       {"down", nil},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWire(t, c.words)
			for number := range 3 {
				w.push(number+1, 1000)
			}
			w.until(time.Second)
			if diff := cmp.Diff(c.want, w.arrived); diff != "" {
				t.Errorf("arrived (-want +got):\n%s", diff)
			}
			if next, ok := w.Next(); ok {
				t.Errorf("something is due at %v on an empty line", next)
			}
		})
	}
}

// Whoever calls late gets the packets late, but the line is not slower for it.
func TestLateCallerDoesNotSlowTheLine(t *testing.T) {
	w := newWire(t, "rate=1M")
	for number := range 10 {
		w.push(number, 1000)
	}
	w.now = 40 * ms // while five packets were put on the line
	w.push(10, 1000)
	w.until(time.Second)
	if last := w.arrived[len(w.arrived)-1]; last != (came{10, 88 * ms}) {
		t.Errorf("the eleventh packet: %v, want it at 88ms", last)
	}
}

func TestRateOverASecond(t *testing.T) {
	w := newWire(t, "rate=5M delay=30ms queue=100ms")
	for w.now < 10*time.Second { // twice what the line takes
		w.push(0, 1250)
		w.until(w.now + ms)
	}
	w.until(11 * time.Second)
	c := w.Counters()
	if rate := float64(c.LeftBytes) * 8 / 10.1; math.Abs(rate/5e6-1) > 0.01 {
		t.Errorf("%.0f bit/s left, want 5000000", rate)
	}
	if c.Overflowed == 0 || c.EnteredPackets != c.LeftPackets+c.Overflowed {
		t.Errorf("entered %d, left %d, overflowed %d", c.EnteredPackets, c.LeftPackets, c.Overflowed)
	}
	if c.MostBytes != 62_500 { // 100 ms
		t.Errorf("at most %d bytes waited, want 62500", c.MostBytes)
	}
	if c.WaitingBytes != 0 {
		t.Errorf("%d bytes wait still", c.WaitingBytes)
	}
}

func TestShareOfLoss(t *testing.T) {
	w := newWire(t, "loss=0.05")
	for number := range 20_000 {
		w.push(number, 100)
		w.until(w.now + ms)
	}
	c := w.Counters()
	if c.Lost < 900 || c.Lost > 1100 {
		t.Errorf("%d of 20000 were lost, want about 1000", c.Lost)
	}
	if c.Lost+c.LeftPackets != 20_000 {
		t.Errorf("%d lost and %d left, want 20000 together", c.Lost, c.LeftPackets)
	}
	// Each for itself: of the lost ones, a twentieth follows another lost one.
	if pairs := followed(w.numbers()); pairs < 20 || pairs > 90 {
		t.Errorf("%d losses came right after another one, want about 50", pairs)
	}
}

// followed counts losses of two in a row.
func followed(arrived []int) int {
	pairs := 0
	for i := 1; i < len(arrived); i++ {
		pairs += max(0, arrived[i]-arrived[i-1]-2)
	}
	return pairs
}

func TestSameSeedSameLosses(t *testing.T) {
	lost := func(seed uint64) []int {
		w := &wire{Shaper: shape.New(settings(t, "loss=0.3 jitter=5ms"), seed)}
		for number := range 200 {
			w.push(number, 100)
		}
		w.until(time.Second)
		return w.numbers()
	}
	if diff := cmp.Diff(lost(7), lost(7)); diff != "" {
		t.Errorf("the same seed gave something else:\n%s", diff)
	}
	if slices.Equal(lost(7), lost(8)) {
		t.Error("another seed gave the same")
	}
}

func TestJitterAndOrder(t *testing.T) {
	for order, sorted := range map[string]bool{"kept": true, "loose": false} {
		t.Run(order, func(t *testing.T) {
			w := newWire(t, "delay=50ms jitter=10ms order="+order)
			for number := range 1000 {
				w.push(number, 100)
				w.until(w.now + ms)
			}
			w.until(w.now + time.Second)
			if got := slices.IsSorted(w.numbers()); got != sorted {
				t.Errorf("sorted: %v", got)
			}
			least, most := time.Hour, time.Duration(0)
			for _, c := range w.arrived {
				took := c.At - time.Duration(c.Number)*ms
				least, most = min(least, took), max(most, took)
			}
			if least < 50*ms || least > 51*ms || most > 60*ms || most < 59*ms {
				t.Errorf("packets took %v to %v, want 50ms to 60ms", least, most)
			}
		})
	}
}

// What travels keeps its order when the delay falls.
func TestOrderWhenTheDelayFalls(t *testing.T) {
	w := newWire(t, "delay=100ms")
	w.push(1, 100)
	w.Change(w.now, settings(t, "delay=10ms"))
	w.push(2, 100)
	w.until(time.Second)
	if diff := cmp.Diff([]came{{1, 100 * ms}, {2, 100 * ms}}, w.arrived); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
}

// Where order does not matter, the next one overtakes, and its time is told.
func TestOvertakingWhenTheDelayFalls(t *testing.T) {
	w := newWire(t, "rate=1M delay=100ms order=loose")
	w.push(1, 1000)
	w.until(8 * ms)
	w.Change(w.now, settings(t, "rate=1M delay=10ms order=loose"))
	w.push(2, 1000)
	w.until(time.Second)
	if diff := cmp.Diff([]came{{2, 26 * ms}, {1, 108 * ms}}, w.arrived); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
}

// The queue keeps its order however it fills and empties.
func TestOrderOfAFillingQueue(t *testing.T) {
	w := newWire(t, "rate=1M queue=1M")
	var want []int
	for number := range 300 {
		w.push(number, 125) // 1 ms
		want = append(want, number)
		w.until(w.now + time.Duration(number%7)*ms/4)
	}
	w.until(time.Second)
	if diff := cmp.Diff(want, w.numbers()); diff != "" {
		t.Errorf("numbers (-want +got):\n%s", diff)
	}
}

func TestRateChangesForWhatWaits(t *testing.T) {
	w := newWire(t, "rate=1M")
	for number := range 3 {
		w.push(number, 1000)
	}
	w.until(4 * ms)
	w.Change(w.now, settings(t, "rate=2M"))
	w.until(time.Second)
	if diff := cmp.Diff([]came{{0, 8 * ms}, {1, 12 * ms}, {2, 16 * ms}}, w.arrived); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
}

// Ten seconds without any packet: those of before, under way or waiting, do not come
// after it, and those of after do not wait for them.
func TestBlackout(t *testing.T) {
	w := newWire(t, "rate=1M delay=50ms")
	for number := range 10 {
		w.push(number, 1000)
	}
	w.until(20 * ms) // two travel, one is being sent, seven wait
	w.Change(w.now, settings(t, "rate=1M delay=50ms down"))
	w.push(10, 1000)
	w.until(10*time.Second + 20*ms)
	w.Change(w.now, settings(t, "rate=1M delay=50ms up"))
	w.push(11, 1000)
	w.until(time.Minute)
	if diff := cmp.Diff([]came{{11, 10*time.Second + 78*ms}}, w.arrived); diff != "" {
		t.Errorf("arrived (-want +got):\n%s", diff)
	}
	want := shape.Counters{EnteredPackets: 12, EnteredBytes: 12_000, LeftPackets: 1, LeftBytes: 1000, Cut: 11, MostBytes: 9000}
	if diff := cmp.Diff(want, w.Counters()); diff != "" {
		t.Errorf("counters (-want +got):\n%s", diff)
	}
}

// The shaper owns what it holds: the caller may use its memory again at once.
func TestPacketsAreCopied(t *testing.T) {
	s := shape.New(settings(t, "rate=1M"), 1)
	packet := make([]byte, 3000) // more than the memory that is kept for one
	for number := range byte(4) {
		packet[0] = number
		s.Push(0, packet[:1000+1000*int(number%3)])
	}
	for number := range byte(4) {
		if got := s.Pop(time.Second); got == nil || got[0] != number || len(got) != 1000+1000*int(number%3) {
			t.Fatalf("packet %d came as %d bytes of %v", number, len(got), got[:min(1, len(got))])
		}
	}
	if s.Pop(time.Second) != nil {
		t.Error("one packet too many")
	}
}

// Packets come and go for ever in the memory of the first ones.
func TestMemoryIsUsedAgain(t *testing.T) {
	const packets = 100
	w := newWire(t, "rate=10M delay=5ms loss=0.1 queue=10ms")
	packet := make([]byte, 1000)
	turn := func() {
		for range packets {
			w.Push(w.now, packet)
			w.now += ms
			for w.Pop(w.now) != nil { // each is done with at once
			}
		}
	}
	turn()
	if got := testing.AllocsPerRun(10, turn); got > packets { // one to note when it arrives
		t.Errorf("%.0f allocations for %d packets", got, packets)
	}
}
