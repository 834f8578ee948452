package picture

import (
	"context"
	"time"
)

const (
	// budget is how much a network may still have to do when the next picture is taken:
	// nothing waits where it would get old, and nothing stands idle.
	budget = 10 * time.Millisecond
	// look is how often the networks are looked at while they are waited for: reports may
	// tell that they are done sooner.
	look = 20 * time.Millisecond
	// parked is the same while there is nobody to show anything to.
	parked = 50 * time.Millisecond
	// stray is by how much a link may be slower than the fastest one and still count.
	stray = 4
)

// Link is a Sink at the other end of a network. WriteFrame returns when the frame has
// left this machine.
type Link interface {
	Sink
	// Network tells how the network takes what it is given.
	Network() Network
}

// Network says how a network stands.
type Network struct {
	// BitsPerSecond is what it takes, by estimate; zero when nothing is known of it.
	// Measured is false as long as it is only assumed.
	BitsPerSecond int
	Measured      bool
	// Queue is how long it needs for what it has been given already.
	Queue time.Duration
	// RoundTrip is the least time of late between a packet and its report.
	RoundTrip time.Duration
	// Loss is the share of packets lost of late, 0 to 1.
	Loss float64
	// Stalled is true when no report comes where one should have come.
	Stalled bool
	// Away is true when nothing is to be sent at all.
	Away bool
}

// standing is what several networks together allow.
type standing struct {
	Network // the slowest one's that counts; zero when there is none
	// wait is how long the next picture is to be waited for; zero is not at all.
	wait time.Duration
	// nobody is true when there is no one to encode for.
	nobody bool
	// kept is true when a Keeper keeps what is encoded.
	kept bool
}

// at is the standing of one link.
type at struct {
	Network
	pending bool // a frame has not left this machine
}

// together divides one encode between viewers: the slowest link sets the rate, and the
// pictures wait for it. One that is more than four times slower than the fastest, or
// that is stalled while others are not, does not count: it gets what it can take, key
// frames mostly, and holds up nobody.
func together(links []at, others int) standing {
	fastest, moving := 0, false
	for _, l := range links {
		if !l.Away && !l.Stalled {
			fastest, moving = max(fastest, l.BitsPerSecond), true
		}
	}
	s := standing{nobody: others == 0}
	first := true
	for _, l := range links {
		if l.Away {
			continue
		}
		s.nobody = false
		if moving && (l.Stalled || l.BitsPerSecond*stray < fastest) {
			continue
		}
		if first || l.BitsPerSecond < s.BitsPerSecond {
			s.Network, first = l.Network, false
		}
		s.wait = max(s.wait, l.hold())
	}
	if s.nobody {
		s.wait = parked
	}
	return s
}

// hold returns how long a link is to be left alone.
func (l *at) hold() time.Duration {
	switch {
	case l.pending || l.Stalled:
		return look
	case l.Queue > budget:
		return min(l.Queue-budget, look)
	}
	return 0
}

// standing looks at all sinks.
func (p *Pipeline) standing() standing {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.links = p.links[:0]
	others := 0
	for f := range p.feeds {
		if f.keeper != nil {
			continue
		}
		if f.link == nil {
			others++
			continue
		}
		p.links = append(p.links, at{f.link.Network(), f.pending.Load() > 0})
	}
	s := together(p.links, others)
	bitsPerSecond, kept := p.keeping()
	s.keep(bitsPerSecond)
	s.kept = kept
	return s
}

// yield waits until the networks can take another picture, so that the newest is the
// next, and none gets old in a queue.
func (l *loop) yield(ctx context.Context) error {
	for {
		l.network = l.pipeline.standing()
		if l.network.wait == 0 {
			return ctx.Err()
		}
		if l.passes == 0 && !l.coarse && !l.sharpen.IsZero() {
			// A change that had to wait is the next picture; it has not rested.
			l.sharpen = later(l.sharpen, time.Now().Add(l.network.wait+restFirst))
		}
		l.timer.Reset(l.network.wait)
		select {
		case <-l.timer.C:
		case <-l.pipeline.left:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
