package app

import (
	"errors"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

func (s *session) setServers(m *signaling.Connect) {
	s.servers = m.ICEServers
	s.known = true // it is the relay's answer to the first consent
	s.beginRecording(m)
	if s.link == nil || s.reason != "" {
		return
	}
	if err := s.link.conn.SetServers(m.ICEServers); err != nil {
		s.log.Warn("new TURN servers", "error", err)
	}
}

// hearOffer answers the technician's offer: the first, or one for a connection that
// broke.
func (s *session) hearOffer(m *signaling.Offer) {
	if s.phase == 0 {
		s.log.Warn("offer before consent")
		return
	}
	offer, err := peer.ParseOffer(m.SDP)
	if err != nil {
		s.fail("offer", err)
		return
	}
	if err := s.takeGrant(m.Grant, offer.Fingerprint); err != nil {
		s.log.Warn("grant refused", "error", err)
		s.stop(signaling.EndGrantInvalid)
		return
	}
	if s.sameKey(offer.Fingerprint) && !s.hold(offer) {
		s.takeOffer(offer)
	}
}

// takeOffer takes an offer, and answers it.
func (s *session) takeOffer(offer *peer.Offer) {
	answer, err := s.answer(offer)
	if err != nil {
		s.fail("offer", err)
		return
	}
	s.tell(&signaling.Answer{SDP: answer})
}

// takeGrant puts a grant into force if it is for this technician in this session. One
// that is older than the one in force changes nothing.
func (s *session) takeGrant(token, fingerprint string) error {
	g, err := s.verifier.Verify(token, grant.Expect{
		SessionID: s.registered.SessionID, Subject: s.technician.ID, Fingerprint: fingerprint,
	})
	if err != nil {
		return err
	}
	if g.Expires.Before(s.grant.Expires) {
		return nil
	}
	s.grant = g
	s.gate.SetGrant(g.Scopes, g.Expires.Add(grant.Leeway))
	return nil
}

// answer gives the offer to the connection that it continues, or to a new one.
func (s *session) answer(offer *peer.Offer) (string, error) {
	if s.link != nil && !s.link.offer.Continues(offer) {
		s.lose()
	}
	if s.link == nil {
		l, err := s.newLink()
		if err != nil {
			return "", err
		}
		s.link = l
	}
	s.link.offer = offer
	return s.link.conn.Accept(offer)
}

func (s *session) hearCandidate(m *signaling.Candidate) {
	if s.link == nil {
		return
	}
	if s.restart != nil {
		if err := s.restart.keep(m); err != nil {
			s.fail("candidate", err)
		}
		return
	}
	switch err := s.link.conn.AddCandidate(m); {
	case errors.Is(err, peer.ErrCandidates):
		s.fail("candidate", err)
	case err != nil:
		s.log.Info("candidate of no use", "error", err)
	}
}

// fail ends the session because something is not as it must be.
func (s *session) fail(what string, err error) {
	s.log.Warn("session fails", "at", what, "error", err)
	reason := signaling.EndError
	switch {
	case errors.Is(err, picture.ErrScreenLost):
		reason = signaling.EndScreenLost
	case errors.Is(err, peer.ErrKeys):
		reason = signaling.EndWordsDiffer
	}
	s.config.UI.Say(ui.Notice{Message: "The session cannot go on: %s.", Args: []any{err.Error()}})
	s.stop(reason)
}

// connectionChanged handles a change of the connection.
func (s *session) connectionChanged(state peer.State, path signaling.Path) {
	switch state {
	case peer.Connected:
		s.deadline.Stop()
		s.phase, s.path = ui.Active, path
		s.gate.Return()
		if s.startPicture(); s.reason != "" {
			return // it could not be taken
		}
		s.tell(&signaling.Connected{Path: path})
		s.written(s.config.Events.Connected(path))
		s.journal.add(&event.Path{Path: string(path)})
		s.journal.add(&event.Connection{State: "connected"})
		s.show()
	case peer.Disconnected:
		s.disconnected()
	case peer.Failed:
		s.stopPicture()
		s.disconnected()
	}
}

// lose ends a connection that another one must replace.
func (s *session) lose() {
	l := s.link
	s.dropCarrier()
	s.link, s.restart = nil, nil
	l.rest()
	s.disconnected()
	s.part(l, nil)
}

// disconnected waits for the technician to come back. Until then nothing is seen or
// done, even if something still arrives.
func (s *session) disconnected() {
	s.gate.Leave()
	if s.link != nil {
		s.link.hands.letGo()
	}
	if s.phase != ui.Active {
		return
	}
	s.phase = ui.Reconnecting
	s.journal.add(&event.Connection{State: "disconnected"})
	s.within(signaling.ReturnWithin, func() { s.stop(signaling.EndConnectionFailed) })
	s.tell(&signaling.Disconnected{})
	s.show()
	if s.alone {
		s.stop(signaling.EndTechnicianLost) // no offer can come any more
	}
}
