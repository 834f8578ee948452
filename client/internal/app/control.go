package app

import (
	"fmt"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// onTheWay is how long a picture may take to a technician. Later on it has been seen, or
// will never be.
const onTheWay = time.Minute

// hearTechnician handles the messages of the control channel.
func (s *session) hearTechnician(m signaling.Message) {
	switch m := m.(type) {
	case *signaling.Present:
		s.presented(m)
	case *signaling.Watch:
		s.watch(m)
	case *signaling.Observe:
		s.observe(m)
	case *signaling.Tiles:
		s.setTiles(m)
	case *signaling.Nonce:
		s.hearNonce(m)
	case *signaling.Compared:
		s.hearCompared(m)
	case *signaling.End:
		s.technicianStopped()
	case *signaling.Error:
		s.log.Info("the technician's side reports an error", "code", m.Code, "error", m.Message)
	}
}

// presented takes a newer grant. A wrong one leaves the one before in force.
func (s *session) presented(m *signaling.Present) {
	err := s.takeGrant(m.Grant, s.link.offer.Fingerprint)
	if err == nil {
		return
	}
	s.log.Warn("grant refused", "error", err)
	s.toTechnician(&signaling.Error{
		Code:    signaling.CodeGrantInvalid,
		Message: "The host does not accept this permission.",
	})
}

// controlOpened says what the technician must know first.
func (s *session) controlOpened() {
	s.link.open = true
	if s.beginWords(); s.reason != "" {
		return
	}
	s.tellPermissions()
	s.tellScreen()
	s.tellMonitors() // what is asked for can be heard before the channel is known to be open
	s.link.cursor.again()
}

// permissionsChanged handles a change of what is allowed, by whomever.
func (s *session) permissionsChanged() {
	if s.reason != "" {
		return
	}
	switch {
	case s.gate.Over():
		s.stop(signaling.EndTimeLimit)
		return
	case s.gate.Expired():
		s.stop(signaling.EndGrantExpired)
		return
	}
	if s.verify.missing && s.gate.WordsWanted() {
		s.mistrust("no words to compare", "The connection to the technician cannot be verified.")
		return
	}
	s.clipboardChanged()
	s.filesChanged()
	s.journal.permissions(s.gate)
	if s.link == nil {
		return
	}
	if now, _ := s.gate.Permissions(); !now.Has(signaling.ScopeControl) || s.gate.Paused() {
		s.link.hands.letGo()
	}
	s.tellPermissions()
	s.link.cursor.changed()
	s.show()
}

func (s *session) tellPermissions() {
	now, grantable := s.gate.Permissions()
	if s.link.open && now.Has(signaling.ScopeView) {
		s.toTechnician(&signaling.Permissions{
			Scopes: now, Grantable: grantable, Possible: s.possible(), Commitment: s.commitment(),
			VerifyWords: s.gate.WordsWanted(), Paused: s.gate.Paused(), Recording: s.recorded.state(), Yielding: s.yielding(now),
		})
	}
}

// possible is all that the session can ever have; nil when nothing is ruled out.
func (s *session) possible() signaling.Scopes {
	left, _ := s.gate.Limit()
	if signaling.NewScopes(signaling.AllScopes()...).Within(left) {
		return nil
	}
	return left
}

// screenChanged handles a change of what the picture shows. One that cannot be told must
// not be seen: the technician would take it for the one before.
func (s *session) screenChanged() {
	if b := s.sight.look().bounds; isTooLarge(b) {
		s.fail("picture", fmt.Errorf("a screen of %d × %d pixels is too large to be shown", b.Dx(), b.Dy()))
		return
	}
	if s.link != nil {
		s.link.hands.look()
	}
	s.journal.screen(s.sight.look(), s.monitors)
	s.tellScreen()
}

// tellScreen tells which part of the desktop the picture shows, unless the person has
// paused the session.
func (s *session) tellScreen() {
	v := s.sight.look()
	if s.link == nil || !s.link.open || v.number == 0 || s.gate.Paused() {
		return
	}
	s.link.cursor.changed()
	m := &signaling.Screen{Width: v.bounds.Dx(), Height: v.bounds.Dy(), Number: v.number, Tiles: true}
	if stamp, ok := s.link.conn.Timestamp(v.since); ok && time.Since(v.since) < onTheWay {
		m.Since = &stamp
	}
	s.toTechnician(m)
}

// refuseView tells the technician that viewing is not allowed.
func (s *session) refuseView() {
	s.toTechnician(&signaling.Error{Code: signaling.CodeScopeMissing, Message: "Viewing is not allowed now."})
}

// toTechnician sends a message that must arrive.
func (s *session) toTechnician(m signaling.Message) {
	if err := s.link.conn.Send(signaling.ChannelControl, m); err != nil {
		s.log.Debug("message to the technician lost", "type", signaling.TypeOf(m), "error", err)
	}
}
