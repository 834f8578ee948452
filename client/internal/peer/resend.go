package peer

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/peer/rate"
)

const (
	// resendGap is the least time between two sendings of one packet, when the round
	// trip is shorter.
	resendGap = 20 * time.Millisecond
	// resendRoom is how much what is sent again may be ahead of the pace, in bytes. What
	// is more is asked for again.
	resendRoom = 30_000
	// stalledAfter is how much longer than usual a report may take before a path counts
	// as stalled.
	stalledAfter = 400 * time.Millisecond
	// stalledAtMost is when it does not any more: either the connection counts as broken by
	// then, or it is worth a try.
	stalledAtMost = 4 * time.Second
	// The last packets of a frame are sent again when no report tells of them: nothing
	// comes after them from which the technician's side could see that they are missing
	// (as RFC 8985 section 7 does for TCP). So many, so often, at growing intervals.
	tailPackets = 4
	tailProbes  = 20
	tailLongest = time.Second
	// On a path that loses much, the last few are sent again after a moment, without waiting
	// for a report: a letter is not to wait for that.
	earlyPackets = 2
	earlyAfter   = 15 * time.Millisecond
)

// tail is what waits for the report on the last packets.
type tail struct {
	timer  *time.Timer
	early  bool // the last packets were sent again without waiting
	probes int  // sent since the last report
}

// await sets the time by which a report is to tell of what was just sent. It is called
// with mu held.
func (s *sender) await(now time.Time) {
	if !s.heard || s.closed {
		return
	}
	state := s.rate.State(now)
	patience := state.Patience() << min(s.tail.probes, 4)
	switch {
	case s.tail.probes > 0:
		patience = min(patience, tailLongest)
	case state.Lossy() && !s.tail.early:
		patience = earlyAfter
	}
	s.tail.timer.Reset(patience)
}

// probe sends the last packets again that no report tells of.
func (s *sender) probe() {
	b := s.track.negotiated()
	s.mu.Lock()
	defer s.mu.Unlock()
	if b == nil || s.closed || s.held || s.unacked == 0 || s.tail.probes >= tailProbes {
		return
	}
	last := uint16(tailPackets)
	if s.tail.probes == 0 && !s.tail.early && s.rate.State(time.Now()).Lossy() {
		s.tail.early, last = true, earlyPackets
	} else {
		s.tail.probes++
	}
	for n := last; n > 0; n-- {
		if k := &s.ring[(s.next-n)%history]; k.used && !k.acked && k.sequence == s.next-n {
			_ = s.send(b, k, true) // the next probe tries again
		}
	}
}

// revive looks at once whether packets arrive again, on a path that is new or back.
func (s *sender) revive() {
	s.mu.Lock()
	s.tail.probes = 0
	s.mu.Unlock()
	s.probe()
}

// resend sends packets again that the technician's side misses.
func (s *sender) resend(missing []uint16) {
	b := s.track.negotiated()
	now := time.Now()
	gap := max(resendGap, s.rate.State(now).RoundTrip/2)
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, sequence := range missing {
		k := &s.ring[sequence%history]
		if b == nil || s.closed || s.held || s.bucket.bytes < -resendRoom {
			return
		}
		if !k.used || k.sequence != sequence || now.Sub(k.sent) < gap {
			continue
		}
		if s.rate.State(now).Queue > mostQueued {
			return // it would be lost again; the technician's side asks again
		}
		if s.send(b, k, true) != nil {
			return
		}
	}
}

// arrived notes what the technician's side reports.
func (s *sender) arrived(report []rate.Arrival, now time.Time) {
	s.rate.Heard(report, now)
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(report) == 0 {
		return
	}
	s.tail.probes = 0
	s.skip(report[0].Sequence)
	for _, a := range report {
		if !a.Lost {
			s.settle(a.Sequence)
		}
		s.expected = a.Sequence + 1
	}
	if s.unacked == 0 {
		s.tail.timer.Stop()
	} else {
		s.await(now)
	}
}

// skip settles the packets that no report tells of any more, as one was lost. What is
// missing of them is asked for. It is called with mu held.
func (s *sender) skip(first uint16) {
	n := s.expected
	if gap := int(int16(first - n)); gap > len(s.transport) { //nolint:gosec // numbers wrap around
		n += uint16(gap - len(s.transport)) //nolint:gosec // positive; those before are not known
	}
	for ; int16(first-n) > 0; n++ { //nolint:gosec // numbers wrap around
		s.settle(n)
	}
	s.heard = true
}

// settle notes that the packet of a transport-wide number has arrived, whichever time it
// was sent: once one has come, no report tells of the others. It is called with mu held.
func (s *sender) settle(transport uint16) {
	sequence := s.transport[int(transport)%len(s.transport)]
	k := &s.ring[sequence%history]
	if k.used && !k.acked && k.sequence == sequence && k.transport-transport < uint16(len(s.transport)) {
		k.acked = true
		s.unacked--
	}
}

// rested reports whether all that was sent has arrived, and since when.
func (s *sender) rested() (since time.Time, ok bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.fresh, s.heard && s.unacked == 0
}
