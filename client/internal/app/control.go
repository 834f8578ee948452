package app

import (
	"image"

	"github.com/lendhand/lendhand/signaling"
)

// hearTechnician handles the messages of the control channel.
func (s *session) hearTechnician(m signaling.Message) {
	switch m := m.(type) {
	case *signaling.Present:
		s.presented(m)
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
	s.tellPermissions()
	s.tellScreen()
	s.link.cursor.again()
}

// permissionsChanged handles a change of what is allowed, by whomever.
func (s *session) permissionsChanged() {
	if s.reason != "" {
		return
	}
	if s.gate.Expired() {
		s.stop(signaling.EndGrantExpired)
		return
	}
	if s.link == nil {
		return
	}
	if now, _ := s.gate.Permissions(); !now.Has(signaling.ScopeControl) {
		s.link.hands.letGo()
	}
	s.tellPermissions()
	s.link.cursor.changed()
	s.show()
}

func (s *session) tellPermissions() {
	now, grantable := s.gate.Permissions()
	if s.link.open && now.Has(signaling.ScopeView) {
		s.toTechnician(&signaling.Permissions{Scopes: now, Grantable: grantable})
	}
}

func (s *session) screenChanged(size image.Point) {
	s.size = size
	s.tellScreen()
}

func (s *session) tellScreen() {
	if size := s.size; s.link != nil && s.link.open && size != (image.Point{}) {
		s.toTechnician(&signaling.Screen{Width: size.X, Height: size.Y})
		s.link.cursor.changed()
	}
}

// toTechnician sends a message that must arrive.
func (s *session) toTechnician(m signaling.Message) {
	if err := s.link.conn.Send(signaling.ChannelControl, m); err != nil {
		s.log.Debug("message to the technician lost", "type", signaling.TypeOf(m), "error", err)
	}
}
