package app

import (
	"errors"
	"time"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/signaling"
)

// provedWithin is how long a path has to prove that it works before a restart takes it
// away: a check goes out about every second, and its answer needs a round trip.
const provedWithin = 1500 * time.Millisecond

// restart is an offer to restart a connection that has a path. After a silence it may be
// late: packets pass again at once, and the offer comes when TCP tries again, seconds after
// that. To take it would cost a path that works, until the answer is there, which TCP may
// hold up for longer.
type restart struct {
	offer      *peer.Offer
	answered   uint64 // the checks on the path that were answered before it came
	candidates []*signaling.Candidate
	dropped    bool // it is not needed, nor are the candidates that still come
}

// hold keeps an offer for a connection that has a path until it is known whether that
// works. It reports whether it does: an offer that nothing speaks against is not held.
func (s *session) hold(offer *peer.Offer) bool {
	s.restart = nil
	if s.link == nil || !s.link.offer.Continues(offer) {
		return false
	}
	answered, ok := s.link.conn.Answered()
	if !ok {
		return false
	}
	r := &restart{offer: offer, answered: answered}
	s.restart = r
	l := s.link
	time.AfterFunc(provedWithin, func() { l.post(func(s *session) { s.decide(r) }) })
	return true
}

// decide drops a restart or answers it, unless another one has come.
func (s *session) decide(r *restart) {
	if s.restart != r {
		return
	}
	if r.dropped = r.needless(s.link.conn.Answered()); r.dropped {
		s.log.Info("a restart comes too late: the connection works")
		r.candidates = nil
		return
	}
	s.restart = nil
	s.takeOffer(r.offer)
	for _, c := range r.candidates {
		if s.reason == "" {
			s.hearCandidate(c)
		}
	}
}

// needless reports whether the path works both ways, by the checks that were answered by
// now: when there is a path, and it is another one or has had an answer.
func (r *restart) needless(answered uint64, ok bool) bool { return ok && answered != r.answered }

// keep takes a candidate that belongs to the restart.
func (r *restart) keep(c *signaling.Candidate) error {
	switch {
	case r.dropped:
		return nil
	case len(r.candidates) >= signaling.MaxQueue:
		return errors.New("too many candidates for a restart")
	}
	r.candidates = append(r.candidates, c)
	return nil
}
