package broker

import (
	"net/netip"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// What the person does with a session, beside answering.

// paused notes that the person holds everything back, or goes on.
func (b *Broker) paused(s *session, m *signaling.Paused) *signaling.Error {
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	if !s.pauses.Take(time.Now()) {
		return tooFast()
	}
	if m.On == s.isPaused {
		return nil // said again after a lost connection
	}
	s.isPaused = m.On
	kind := EventUnpause
	if m.On {
		kind = EventPause
	}
	b.note(Event{Kind: kind, Actor: ActorHost, Subject: s.Technician.ID}, s)
	return nil
}

// report ends a session whose person says that they called nobody. Its code is used up
// already, or its invitation.
func (b *Broker) report(s *session, m *signaling.Report) *signaling.Error {
	if s.State == signaling.StateWaiting {
		return wrongState(m, s.State)
	}
	b.noteReport(s, netip.Prefix{}) // the address is known
	b.end(s, signaling.EndReported)
	return nil
}

// reportLate notes a report of a session that was over before it came. Whoever asks does
// not escape it by going at the right moment.
func (b *Broker) reportLate(v *visitor) {
	if s := v.ended; time.Since(s.Ended) <= signaling.ReturnWithin {
		b.noteReport(s, v.from)
	}
	v.ended = nil
}

func (b *Broker) noteReport(s *session, from netip.Prefix) {
	b.log.Warn("technician reported", "session", s.ID, "technician", s.Technician.ID)
	b.note(Event{Kind: EventReported, Actor: ActorHost, Subject: s.Technician.ID, Address: from, Detail: map[string]string{
		"technician": s.Technician.ID, "name": s.Technician.Name, "host": s.Host.Name, "ticket": s.Ticket,
	}}, s)
}
