package rate

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"
)

// link is a simulated link: a queue of a length, a rate, delay, jitter and loss.
type link struct {
	bits   float64
	delay  time.Duration // one way
	jitter time.Duration
	loss   float64
	length time.Duration // of the queue, 500 ms when zero
}

// the links.
var links = map[string]link{
	"20 Mbit/s 30 ms":     {bits: 20e6, delay: 15 * time.Millisecond},
	"5 Mbit/s 60 ms 1%":   {bits: 5e6, delay: 30 * time.Millisecond, loss: 0.01},
	"1 Mbit/s 100 ms 2%":  {bits: 1e6, delay: 50 * time.Millisecond, loss: 0.02},
	"300 kbit/s 150 ms":   {bits: 300e3, delay: 75 * time.Millisecond},
	"5 Mbit/s 40 ms 5%":   {bits: 5e6, delay: 20 * time.Millisecond, loss: 0.05},
	"5 Mbit/s, jitter":    {bits: 5e6, delay: 20 * time.Millisecond, jitter: 8 * time.Millisecond},
	"5 Mbit/s, no buffer": {bits: 5e6, delay: 20 * time.Millisecond, length: 30 * time.Millisecond},
}

// world runs an Estimator over a link, in steps of simulated time.
type world struct {
	*Estimator
	link     link
	random   *rand.Rand
	now      time.Time
	busy     time.Time // until when the link sends
	came     time.Time // the last packet's arrival: they come in order
	arrivals []arrival // not yet reported
	reports  []report  // on the way back
	reported time.Time
	age      time.Duration // the oldest picture's age at arrival, since it was taken
}

type arrival struct {
	sequence uint16
	at       time.Time
	lost     bool
}

type report struct {
	list []Arrival
	at   time.Time
}

const step = 250 * time.Microsecond

func newWorld(l link, assumed int) *world {
	w := &world{Estimator: New(assumed), link: l, random: rand.New(rand.NewPCG(1, 2)), now: time.Now()}
	w.reported = w.now
	return w
}

// send gives the link one packet, and returns when it arrives.
func (w *world) send(bytes int) time.Time {
	sequence := w.Sent(bytes, false, w.now)
	if w.busy.Before(w.now) {
		w.busy = w.now
	}
	length := w.link.length
	if length == 0 {
		length = 500 * time.Millisecond
	}
	if w.busy.Sub(w.now) > length || w.random.Float64() < w.link.loss {
		w.arrivals = append(w.arrivals, arrival{sequence: sequence, lost: true})
		return w.now
	}
	w.busy = w.busy.Add(time.Duration(float64(8*bytes) / w.link.bits * float64(time.Second)))
	at := w.busy.Add(w.link.delay + time.Duration(w.random.Float64()*float64(w.link.jitter)))
	if at.Before(w.came) {
		at = w.came
	}
	w.came = at
	w.arrivals = append(w.arrivals, arrival{sequence: sequence, at: at})
	return at
}

// pass lets a step of time pass: reports are made every 100 ms.
func (w *world) pass() {
	w.now = w.now.Add(step)
	if w.now.Sub(w.reported) >= 100*time.Millisecond {
		w.reported = w.now
		w.report()
	}
	for len(w.reports) > 0 && !w.reports[0].at.After(w.now) {
		w.Heard(w.reports[0].list, w.now)
		w.reports = w.reports[1:]
	}
}

// report makes a report of what has arrived: whatever is lost is so before something
// that has arrived.
func (w *world) report() {
	last := -1
	for n, a := range w.arrivals {
		if !a.lost && !a.at.After(w.now) {
			last = n
		}
	}
	if last < 0 {
		return
	}
	r := report{at: w.now.Add(w.link.delay)}
	for _, a := range w.arrivals[:last+1] {
		r.list = append(r.list, Arrival{Sequence: a.sequence, Lost: a.lost, At: a.at.Sub(w.zero) + time.Hour})
	}
	w.arrivals = w.arrivals[last+1:]
	w.reports = append(w.reports, r)
}

// show sends pictures as the pipeline does: the next is taken when the one before has
// left, at 60 a second at most, each of a size; packets leave at twice the estimate.
func (w *world) show(d time.Duration, size func(s State) int) (pictures int) {
	end := w.now.Add(d)
	w.age = 0
	for w.now.Before(end) {
		s := w.State(w.now)
		if s.Queue > 10*time.Millisecond {
			w.pass()
			continue
		}
		taken, next := w.now, w.now
		pictures++
		left := size(s)
		each := (left + (left+1199)/1200 - 1) / ((left + 1199) / 1200) // as equal as can be
		for left > 0 {
			if w.now.Before(next) {
				w.pass()
				continue
			}
			bytes := min(left, each)
			left -= bytes
			w.age = max(w.age, w.send(bytes).Sub(taken))
			gap := float64(8*bytes) / float64(w.State(w.now).Pace())
			next = next.Add(time.Duration(gap * float64(time.Second)))
		}
		for w.now.Sub(taken) < time.Second/60 {
			w.pass()
		}
	}
	return pictures
}

// moving is a picture's size while much moves: a tenth of a second of the link.
func moving(s State) int { return max(1500, s.BitsPerSecond/80) }

func TestEstimateOfALink(t *testing.T) {
	for name, l := range links {
		for _, assumed := range []int{300_000, 1_500_000, 20_000_000} {
			t.Run(fmt.Sprintf("%s from %d", name, assumed), func(t *testing.T) {
				w := newWorld(l, assumed)
				w.show(5*time.Second, moving)
				pictures := w.show(10*time.Second, moving)
				got := w.State(w.now)
				if bits := float64(got.BitsPerSecond); bits < 0.7*l.bits || bits > 1.3*l.bits {
					t.Errorf("%d bit/s, want %.0f", got.BitsPerSecond, l.bits)
				}
				if w.age > l.delay+400*time.Millisecond {
					t.Errorf("a picture was %v old", w.age)
				}
				t.Logf("%d bit/s, %d pictures in 10 s, the oldest %v, loss %.3f, round trip %v",
					got.BitsPerSecond, pictures, w.age, got.Loss, got.RoundTrip)
			})
		}
	}
}

// The rate falls and rises: the estimate follows within seconds.
func TestRateChanges(t *testing.T) {
	w := newWorld(link{bits: 5e6, delay: 30 * time.Millisecond}, 1_500_000)
	w.show(5*time.Second, moving)
	for _, c := range []struct {
		bits float64
		age  time.Duration
	}{{300e3, 5 * time.Second}, {5e6, time.Second}, {1e6, time.Second}, {20e6, time.Second}} {
		w.link.bits = c.bits
		w.show(5*time.Second, moving)
		if got := float64(w.State(w.now).BitsPerSecond); got < 0.7*c.bits || got > 1.3*c.bits {
			t.Errorf("%.0f bit/s, want %.0f", got, c.bits)
		}
		if w.age > c.age {
			t.Errorf("at %.0f bit/s a picture was %v old", c.bits, w.age)
		}
		t.Logf("at %.0f bit/s: %d, oldest %v", c.bits, w.State(w.now).BitsPerSecond, w.age)
	}
}

// Small pictures say nothing about a link, and silence does not either.
func TestQuietTrafficKeepsTheEstimate(t *testing.T) {
	w := newWorld(links["5 Mbit/s 60 ms 1%"], 1_500_000)
	w.show(5*time.Second, moving)
	before := w.State(w.now).BitsPerSecond
	w.show(20*time.Second, func(State) int { return 700 })
	for end := w.now.Add(10 * time.Minute); w.now.Before(end); {
		w.now = w.now.Add(time.Second)
		w.pass()
	}
	if got := w.State(w.now); got.BitsPerSecond < before*8/10 || got.BitsPerSecond > before*12/10 || got.Queue > 0 {
		t.Errorf("%+v, before it was %d bit/s", got, before)
	}
}

// Pictures that keep to the estimate are a packet each and tell nothing, for ever, unless
// one is cut small when that is wanted: then the way up takes seconds, and a slow link is
// taken for no faster one.
func TestPicturesThatKeepToTheEstimate(t *testing.T) {
	for _, c := range []struct {
		name        string
		link        link
		cut         bool
		least, most int
	}{
		{"never cut", links["20 Mbit/s 30 ms"], false, 300_000, 300_000},
		{"a good link", links["20 Mbit/s 30 ms"], true, 3_000_000, 26_000_000},
		{"a slow link", links["300 kbit/s 150 ms"], true, 210_000, 390_000},
	} {
		t.Run(c.name, func(t *testing.T) {
			const fps, packets = 30, 8
			w := newWorld(c.link, 300_000)
			var tried time.Time
			for end := w.now.Add(5 * time.Second); w.now.Before(end); {
				pieces, left := 1, w.State(w.now).BitsPerSecond*8/10/8/fps
				if c.cut && w.Wanted(w.now) > 0 && w.now.Sub(tried) > silent {
					pieces, tried = packets, w.now
				}
				for next := w.now.Add(time.Second / fps); w.now.Before(next); w.pass() {
					for each := min(1160, left/pieces); left >= each && each > 0; left -= each {
						w.send(each + 70)
					}
				}
			}
			if got := w.State(w.now).BitsPerSecond; got < c.least || got > c.most {
				t.Errorf("%d bit/s, want %d to %d", got, c.least, c.most)
			}
		})
	}
}

// Small pictures that queue show that the rate has fallen.
func TestSmallPicturesShowAFall(t *testing.T) {
	w := newWorld(link{bits: 5e6, delay: 30 * time.Millisecond}, 1_500_000)
	w.show(5*time.Second, moving)
	w.link.bits = 300e3
	w.show(5*time.Second, func(State) int { return 1100 })
	if got := w.State(w.now).BitsPerSecond; got > 600e3 {
		t.Errorf("%d bit/s, want 300000", got)
	}
	w.show(5*time.Second, func(State) int { return 1100 })
	if w.age > 600*time.Millisecond {
		t.Errorf("a picture was %v old", w.age)
	}
}

// What a path loses by chance does not make it slow, what it loses by far too much does.
func TestLoss(t *testing.T) {
	w := newWorld(link{bits: 5e6, delay: 20 * time.Millisecond, loss: 0.4}, 5_000_000)
	w.show(10*time.Second, moving)
	if got := w.State(w.now); got.BitsPerSecond > 3_500_000 || !got.Lossy() {
		t.Errorf("%+v with 40%% lost", got)
	}
}

func TestUnheard(t *testing.T) {
	w := newWorld(link{bits: 5e6, delay: 20 * time.Millisecond}, 5_000_000)
	if s := w.State(w.now); s.Unheard != 0 || s.Measured {
		t.Errorf("before anything was sent: %+v", s)
	}
	w.send(1000)
	for range int(50 * time.Millisecond / step) {
		w.pass()
	}
	if s := w.State(w.now); s.Unheard != 50*time.Millisecond {
		t.Errorf("unheard for %v, want 50 ms", s.Unheard)
	}
	for range int(150 * time.Millisecond / step) {
		w.pass()
	}
	if s := w.State(w.now); s.Unheard != 0 || s.RoundTrip < 40*time.Millisecond || s.Patience() < feedbackWithin {
		t.Errorf("after its report: %+v", s)
	}
	// A report of what was never sent, or long ago, is of no use.
	before := w.State(w.now)
	w.Heard([]Arrival{{Sequence: 60_000, At: time.Second}, {Sequence: 1, Lost: true}}, w.now)
	if after := w.State(w.now); after != before {
		t.Errorf("%+v became %+v", before, after)
	}
}

func TestNoAllocations(t *testing.T) {
	e := New(1_000_000)
	report := make([]Arrival, 1)
	now := time.Now()
	if n := testing.AllocsPerRun(1000, func() {
		now = now.Add(time.Millisecond)
		report[0] = Arrival{Sequence: e.Sent(1000, false, now), At: now.Sub(e.zero)}
		e.Heard(report, now)
		e.State(now)
	}); n != 0 {
		t.Errorf("%v allocations for a packet", n)
	}
}

// What is sent again, and had come before, is reported as lost for ever: it says nothing.
func TestWhatIsSentAgainIsNoLoss(t *testing.T) {
	e := New(1_000_000)
	now := time.Now()
	for range 50 {
		first, again := e.Sent(1000, false, now), e.Sent(1000, true, now)
		last := e.Sent(1000, false, now)
		now = now.Add(50 * time.Millisecond)
		at := now.Sub(e.zero)
		e.Heard([]Arrival{{Sequence: first, At: at}, {Sequence: again, Lost: true}, {Sequence: last, At: at}}, now)
	}
	if got := e.State(now); got.Loss > 0 {
		t.Errorf("a loss of %.2f", got.Loss)
	}
}

// A computer that is busy reads its packets late, now and then. That is no slow link.
func TestABusyReceiverIsNoSlowLink(t *testing.T) {
	e := New(300_000)
	now, random := time.Now(), rand.New(rand.NewPCG(1, 2)) //nolint:gosec // the same every time
	var came time.Duration
	for range 1000 {
		number := e.Sent(190, false, now)
		late := 16*time.Millisecond + time.Duration(random.Float64()*float64(24*time.Millisecond))
		if number == 0 {
			late = 0
		}
		came = max(came, now.Sub(e.zero)+20*time.Millisecond+late)
		now = now.Add(33 * time.Millisecond)
		e.Heard([]Arrival{{Sequence: number, At: came}}, now.Add(30*time.Millisecond))
	}
	if got := e.State(now).BitsPerSecond; got < 200_000 {
		t.Errorf("%d bit/s, want 300000", got)
	}
}
