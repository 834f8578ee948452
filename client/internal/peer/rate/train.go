package rate

import "time"

const (
	// Packets that leave within trainGap of each other make a train, and so do those that
	// leave no later than the link takes them, or that find a queue: the link was busy all
	// the time between them. If they leave more than sparse times later, it is likely the
	// computer at the other end that is busy, unless they come much later.
	trainGap = 5 * time.Millisecond
	sparse   = 4
	// queued is the delay from which on a packet has found a queue for sure: more than a
	// scheduler or a radio link makes.
	queued = 15 * time.Millisecond
	// A train tells something when the link is busy with it for enough, within bounds in
	// bytes. What is shorter needs no better estimate, unless it queues.
	enough     = 20 * time.Millisecond
	leastTrain = 700
	mostTrain  = 40_000
	// spread is by how much a train gets longer on a link that it fills.
	spread = 2 * time.Millisecond
	// finest is the shortest time that a receiver's clock can tell.
	finest = 500 * time.Microsecond
)

// train is a number of packets that left one right after the other.
type train struct {
	packets            int
	bytes              int // without the first packet's
	firstSent, sent    time.Time
	firstCame, arrived time.Duration
}

// takes reports whether a packet with that delay belongs to the train, on a link of that
// rate.
func (t *train) takes(p *packet, delay time.Duration, bitsPerSecond float64) bool {
	gap := p.sent.Sub(t.sent)
	return t.packets == 0 || gap <= trainGap || delay > queued ||
		gap.Seconds() < float64(8*p.bytes)/bitsPerSecond
}

func (t *train) add(p *packet, arrival time.Duration) {
	if t.packets == 0 {
		t.firstSent, t.firstCame = p.sent, arrival
	} else {
		t.bytes += p.bytes
	}
	t.packets++
	t.sent, t.arrived = p.sent, max(arrival, t.arrived)
}

// restart makes the train go on with its last packet as the first.
func (t *train) restart() {
	*t = train{packets: 1, firstSent: t.sent, sent: t.sent, firstCame: t.arrived, arrived: t.arrived}
}

// tells reports whether the train is long enough to tell something.
func (t *train) tells(bitsPerSecond float64) bool {
	return t.bytes >= wanted(bitsPerSecond)
}

// wanted returns the bytes behind its first packet that a train needs to tell something.
func wanted(bitsPerSecond float64) int {
	return max(leastTrain, min(int(bitsPerSecond/8*enough.Seconds()), mostTrain))
}

// result returns the rate of the train, in bits a second, and whether it filled a link that
// is taken for one of that rate. One that did not shows no more than the rate at which it
// left.
func (t *train) result(bitsPerSecond float64) (bits float64, full bool) {
	left, came := t.sent.Sub(t.firstSent), max(t.arrived-t.firstCame, finest)
	longer := left / 10
	if left.Seconds()*bitsPerSecond > float64(sparse*8*t.bytes) {
		longer = left / 2
	}
	full = came > left+max(spread, longer)
	return float64(8*t.bytes) / max(left, came).Seconds(), full
}
