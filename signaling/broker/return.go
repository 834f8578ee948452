package broker

import (
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// takeUp puts a stored session back in its place after a restart.
func (b *Broker) takeUp(r Record) {
	s := newSession(r)
	b.sessions[s.ID] = s
	switch {
	case s.State != signaling.StateWaiting:
		b.enter(s, s.State)
		b.after(&s.technician.away, signaling.ReturnWithin, func() { b.end(s, signaling.EndTechnicianLost) })
	case s.Invitation != "":
		b.rejoin(s)
	default:
		b.codes.add(s)
		b.after(&s.deadline, time.Until(s.CodeExpires), func() { b.spendCode(s) })
	}
	if s.Allowed != nil {
		b.turn.Open(s.ID)
	}
	if s.Further != nil {
		b.awaitFurther(s)
	}
	b.awaitReturn(s, host)
	if s.State != signaling.StateWaiting {
		b.limit(s)
	}
}

// resume takes a session up on a new connection and repeats what the side needs.
func (b *Broker) resume(v *visitor, m *signaling.Resume) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	if v.session != nil {
		return wrongState(m, v.session.State)
	}
	s, ok := b.sessions[m.SessionID]
	if !ok || !s.belongsTo(v, m.Token) {
		return &signaling.Error{Code: signaling.CodeSessionUnknown, Message: "This session has ended."}
	}
	if s.State == signaling.StateEnded {
		b.introduced(v)
		_ = v.link.Send(&signaling.Ended{Reason: s.Reason}) // a link that has ended comes back
		return nil
	}
	b.accept(v, s)
	b.send(s, v.role, &signaling.Resumed{State: s.State})
	if v.role == host {
		b.tellKeys(s)
	}
	b.repeat(s, v.role)
	p := s.party(v.role)
	pending := p.pending
	p.pending = nil
	for _, m := range pending {
		b.send(s, v.role, m)
	}
	return nil
}

// belongsTo reports whether the token is that of the visitor's side, and the
// session the visitor's own.
func (s *session) belongsTo(v *visitor, token string) bool {
	want := s.HostToken
	if v.role == technician {
		want = s.TechnicianToken
		if s.Technician.ID != v.who.ID {
			return false
		}
	}
	return len(want) > 0 && subtle.ConstantTimeCompare(want, hashToken(token)) == 1
}

// repeat says again what the side needs in this state.
func (b *Broker) repeat(s *session, to role) {
	switch {
	case s.State == signaling.StateWaiting:
		if s.Code == nil && s.Invitation == "" {
			b.issueCode(s)
		}
	case s.State == signaling.StateRequested:
		if to == host {
			b.sendRequest(s)
		}
	case to == host:
		b.repeatLimits(s, host)
		b.sendServers(s)
		if s.Further != nil {
			b.sendRequest(s)
		}
	default:
		b.repeatLimits(s, technician)
		b.sendGrant(s)
	}
}

// newToken returns a token and its hash: only the hash is kept.
func newToken() (token string, hash []byte) {
	token = rand.Text()
	return token, hashToken(token)
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
