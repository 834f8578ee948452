// Package rate finds out how fast a network takes what is sent, from when each packet
// left and when it arrived: the transport-wide feedback of browsers
// (draft-holmer-rmcat-transport-wide-cc-extensions-01).
//
// It is made for pictures of a screen, which are mostly nothing and now and then a
// burst. Google's congestion control (draft-ietf-rmcat-gcc-02), as pion has it, ties
// its estimate to one and a half times what arrived, which for a screen at rest is
// nothing, and evens out bursts by a clock of five milliseconds. Here a burst is a
// measurement: packets that leave faster than a link takes them arrive at the link's
// own pace (packet trains, Dovrolis et al., INFOCOM 2001), and those that arrive as
// fast as they left show that the link takes so much at least. Silence says nothing and
// changes nothing.
//
// What queues is told by the delay of a packet over the least delay of late, as LEDBAT
// (RFC 6817) and NADA (RFC 8698) have it. Loss lowers the estimate only when it is
// more than radio links lose by themselves.
package rate

import (
	"sync"
	"time"
)

const (
	// least and most bound an estimate, in bits a second.
	least = 100_000
	most  = 200_000_000

	// remembered is the number of packets in flight that are known.
	remembered = 1 << 12
	// baseWindow is how long a least delay holds: clocks drift apart.
	baseWindow = 30 * time.Second
	// feedbackWithin is the longest time between two reports of a browser that has
	// something to report.
	feedbackWithin = 250 * time.Millisecond
	// smoothing is the weight of one report in the loss.
	smoothing = 0.2
	// A path is lossy above badLoss; above much it cannot be chance.
	badLoss  = 0.03
	muchLoss = 0.15
	// silent is for how long pictures may tell nothing of the link.
	silent = 500 * time.Millisecond
	// lossGap is the least time between two reactions to loss.
	lossGap = 500 * time.Millisecond
)

// Arrival is what a receiver reports about one packet.
type Arrival struct {
	// Sequence is the packet's transport-wide number.
	Sequence uint16
	// Lost is true when the packet has not arrived by the time of the report.
	Lost bool
	// At is when it arrived, by a clock that has its zero anywhere.
	At time.Duration
}

// State is what an Estimator knows at a moment.
type State struct {
	// BitsPerSecond is the estimate. Measured is false as long as it is only assumed.
	BitsPerSecond int
	Measured      bool
	// Queue is how long the link needs for what has been sent and has not left it.
	Queue time.Duration
	// Delay is the part of the last packet's delay that was spent in queues.
	Delay time.Duration
	// RoundTrip is the least time of late between a packet and its report; zero before
	// the first. It contains the time that the receiver gathers its report for.
	RoundTrip time.Duration
	// Loss is the share of packets lost of late, 0 to 1.
	Loss float64
	// Unheard is how long ago the oldest packet was sent that no report tells of, zero
	// when there is none.
	Unheard time.Duration
}

// packet is one that was sent.
type packet struct {
	number  uint64 // the sequence number, unwrapped, plus one: zero is an empty place
	bytes   int
	sent    time.Time
	again   bool // another one may have brought the same before
	heard   bool // its arrival, or its loss
	arrived bool
}

// Estimator estimates. Its methods may be called from any goroutine.
type Estimator struct {
	mu       sync.Mutex
	bits     float64 // the estimate
	measured bool
	packets  [remembered]packet
	next     uint64 // the number of the next packet
	oldest   uint64 // no packet before it is unheard
	queue    queue
	base     window
	zero     time.Time // of the local clock
	train    train
	shown    float64   // by the last train, in bits a second
	told     time.Time // when the last packet left of that
	delay    time.Duration
	trip     window
	loss     float64
	reacted  time.Time // to loss
}

// New returns an Estimator that assumes a rate, in bits a second, until it knows better.
func New(assumed int) *Estimator {
	return &Estimator{bits: clamp(float64(assumed)), zero: time.Now()}
}

func clamp(bits float64) float64 { return max(least, min(bits, most)) }

// Assume replaces the assumed rate, unless the rate has been measured.
func (e *Estimator) Assume(bitsPerSecond int) {
	e.mu.Lock()
	defer e.mu.Unlock()
	if !e.measured {
		e.bits = clamp(float64(bitsPerSecond))
	}
}

// Sent notes that a packet left, and returns the number to send it under. If it leaves
// again, its loss says nothing: SRTP throws away what has come before (RFC 3711 section
// 3.3.2), and no report tells of that.
func (e *Estimator) Sent(bytes int, again bool, at time.Time) uint16 {
	e.mu.Lock()
	defer e.mu.Unlock()
	number := e.next
	e.next++
	e.packets[number%remembered] = packet{number: number + 1, bytes: bytes, again: again, sent: at}
	if e.next-e.oldest > remembered {
		e.oldest = e.next - remembered
	}
	e.queue.add(bytes, e.bits, at)
	return uint16(number) //nolint:gosec // wraps around
}

// Beside notes that something left that no report will tell of.
func (e *Estimator) Beside(bytes int, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue.add(bytes, e.bits, at)
}

// Heard notes what a receiver reports, in the order of the sequence numbers.
func (e *Estimator) Heard(report []Arrival, at time.Time) {
	e.mu.Lock()
	defer e.mu.Unlock()
	var arrived, lost int
	var last *packet
	if len(report) > 0 {
		e.skip(report[0].Sequence)
	}
	for _, a := range report {
		p := e.find(a.Sequence)
		if p == nil || p.arrived {
			continue
		}
		first := !p.heard
		p.heard = true
		if a.Lost {
			if first && !p.again {
				lost++
			}
			continue
		}
		p.arrived = true
		arrived++
		e.measure(p, a.At)
		last = p
	}
	if last == nil {
		return
	}
	e.trip.add(at.Sub(last.sent), at)
	e.weigh(arrived, lost, at)
	e.replay(last, at)
}

// Known reports whether count packets from the number first on can have been sent, and how
// many of them, at the start, were sent too long ago to be known.
func (e *Estimator) Known(first, count uint16) (old uint16, ok bool) {
	e.mu.Lock()
	defer e.mu.Unlock()
	back := uint16(e.next) - first //nolint:gosec // wraps around
	if uint64(back) > e.next || count > back {
		return 0, false
	}
	return max(back, remembered) - remembered, true
}

// skip gives up the packets that no report tells of any more, as one was lost.
func (e *Estimator) skip(first uint16) {
	if p := e.find(first); p != nil {
		e.oldest = max(e.oldest, p.number-1)
	}
}

// find returns the packet of a number, or nil.
func (e *Estimator) find(sequence uint16) *packet {
	back := uint64(uint16(e.next) - sequence) //nolint:gosec // wraps around
	if back == 0 || back > e.next || back > remembered {
		return nil
	}
	p := &e.packets[(e.next-back)%remembered]
	if p.number != e.next-back+1 {
		return nil
	}
	return p
}

// measure notes one packet's delay and its place in a train.
func (e *Estimator) measure(p *packet, arrival time.Duration) {
	delay := arrival - p.sent.Sub(e.zero)
	e.base.add(delay, p.sent)
	e.delay = delay - e.base.least()
	if !e.train.takes(p, e.delay, e.bits) {
		e.train = train{}
	}
	if e.train.add(p, arrival); e.train.tells(e.bits) {
		e.told = p.sent
		e.learn()
	}
}

// learn moves the estimate to what the train under way shows.
func (e *Estimator) learn() {
	bits, full := e.train.result(e.bits)
	e.train.restart()
	e.shown = bits
	switch {
	case e.loss > muchLoss && bits > e.bits:
		return // those that got through came early, as the others were thrown away
	case full && !e.measured:
		e.bits = bits
	case full && bits < e.bits:
		e.bits += (bits - e.bits) / 2
	case full:
		e.bits += (bits - e.bits) / 3
	case bits > e.bits:
		e.bits = min(bits, 2*e.bits)
	default:
		return // it was not fast enough to show anything
	}
	e.measured = e.measured || full
	e.bits = clamp(e.bits)
}

// weigh reacts to loss.
func (e *Estimator) weigh(arrived, lost int, at time.Time) {
	weight := min(1, smoothing*float64(arrived+lost)/5)
	e.loss += (float64(lost)/float64(arrived+lost) - e.loss) * weight
	if e.loss > muchLoss && at.Sub(e.reacted) > lossGap {
		e.reacted = at
		e.bits = clamp(max(e.bits*(1-e.loss/2), e.shown/2))
	}
}

// replay works out what queues now from what queued when the last packet that arrived
// was sent, and from all that was sent since.
func (e *Estimator) replay(last *packet, at time.Time) {
	e.queue = queue{left: e.delay, at: last.sent}
	for n := last.number; n < e.next; n++ {
		if p := &e.packets[n%remembered]; !p.heard {
			e.queue.add(p.bytes, e.bits, p.sent)
		}
	}
	e.queue.pass(at)
	for e.oldest < e.next && e.packets[e.oldest%remembered].heard {
		e.oldest++
	}
}

// State returns what is known now.
func (e *Estimator) State(now time.Time) State {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.queue.pass(now)
	s := State{
		BitsPerSecond: int(e.bits), Measured: e.measured, Queue: e.queue.left, Delay: e.delay,
		Loss: e.loss, RoundTrip: e.trip.least(),
	}
	for n := e.oldest; n < e.next; n++ {
		if p := &e.packets[n%remembered]; !p.heard {
			s.Unheard = max(now.Sub(p.sent), 1)
			break
		}
	}
	return s
}

// Wanted returns how many bytes are to leave at once behind a first packet, so that they tell
// whether the link takes more than it is taken for; zero when something has told that of
// late. Pictures that keep to the estimate tell nothing: each is a packet or two.
func (e *Estimator) Wanted(now time.Time) int {
	e.mu.Lock()
	defer e.mu.Unlock()
	if now.Sub(e.told) < silent {
		return 0
	}
	return wanted(e.bits)
}

// Patience is how long a report on a packet may take.
func (s State) Patience() time.Duration { return s.RoundTrip + feedbackWithin + s.Queue }

// Lossy reports whether more is lost than most links lose by themselves.
func (s State) Lossy() bool { return s.Loss > badLoss }

// Pace is the rate at which packets may leave, in bits a second: above the estimate, as
// only that shows when the link takes more; little above it on a path that loses much,
// as its queue may be short.
func (s State) Pace() int {
	if s.Lossy() {
		return s.BitsPerSecond * 5 / 4
	}
	return s.BitsPerSecond * 2
}
