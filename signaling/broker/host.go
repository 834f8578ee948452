package broker

import (
	"crypto/rand"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// register opens a session.
func (b *Broker) register(v *visitor, m *signaling.Register) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	if v.session != nil {
		return wrongState(m, v.session.State)
	}
	token, hash := newToken()
	s := &session{Record: Record{
		ID:              "s_" + rand.Text(),
		State:           signaling.StateWaiting,
		Created:         time.Now(),
		Host:            signaling.HostInfo{Name: m.Name, OS: m.OS},
		HostKey:         m.SessionKey,
		HostFingerprint: m.Fingerprint,
		HostToken:       hash,
	}}
	b.sessions[s.ID] = s
	b.accept(v, s)
	b.send(s, host, &signaling.Registered{
		SessionID: s.ID, Token: token, Issuer: b.grants.Name(), Keys: b.grants.Keys(),
	})
	b.issueCode(s)
	return nil
}

// consent is a yes, or a change of mind.
func (b *Broker) consent(s *session, m *signaling.Consent) *signaling.Error {
	if s.State == signaling.StateWaiting {
		return wrongState(m, s.State)
	}
	key, err := grant.DecodeKey(s.HostKey)
	if err != nil {
		return consentInvalid("the session has no key")
	}
	c, err := grant.VerifyConsent(m.Statement, key, b.grants.Name(), s.ID)
	if err != nil {
		b.log.Warn("consent refused", "session", s.ID, "error", err)
		return consentInvalid("the statement is not the host's")
	}
	asked := s.Asked
	if c.RequestID != "" && s.further != nil {
		asked = signaling.NewScopes(append(s.further, s.Asked...)...)
	}
	switch {
	case c.Subject != s.Technician.ID:
		return consentInvalid("the statement is about another technician")
	case c.RequestID != s.RequestID && (c.RequestID != "" || s.State == signaling.StateRequested):
		return consentInvalid("the statement answers no open request")
	case !c.Scopes.Within(asked):
		return consentInvalid("the statement allows more than was asked")
	}
	first := s.State == signaling.StateRequested
	s.Allowed, s.Consent = c.Scopes, m.Statement
	if c.RequestID != "" {
		s.Asked, s.further, s.RequestID = asked, nil, ""
		s.answer.stop()
	}
	switch {
	case first:
		b.begin(s)
	case c.RequestID != "":
		b.sendGrant(s)
	}
	b.save(s)
	return nil
}

// begin is what follows the first yes.
func (b *Broker) begin(s *session) {
	b.enter(s, signaling.StateConnecting)
	b.turn.Open(s.ID)
	b.send(s, host, &signaling.Connect{ICEServers: b.turn.Servers(s.ID, string(host))})
	b.sendGrant(s)
	b.renewLater(s)
	b.log.Info("session granted", "session", s.ID, "technician", s.Technician.ID, "scopes", s.Allowed)
}

// refuse is a no, or silence.
func (b *Broker) refuse(s *session, m *signaling.Refuse) *signaling.Error {
	if s.RequestID == "" || m.RequestID != s.RequestID {
		return wrongState(m, s.State)
	}
	if s.State == signaling.StateRequested {
		b.end(s, m.Reason)
		return nil
	}
	b.dropFurther(s, m.Reason)
	return nil
}

func (b *Broker) answer(s *session, m *signaling.Answer) *signaling.Error {
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	b.allowFromSDP(s, m.SDP)
	b.send(s, technician, m)
	return nil
}

// candidate passes an ICE candidate on to the other side.
func (b *Broker) candidate(v *visitor, m *signaling.Candidate) *signaling.Error {
	s := v.session
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	b.allowCandidate(s, m.Candidate)
	to := host
	if v.role == host {
		to = technician
	}
	b.send(s, to, m)
	return nil
}

func (b *Broker) connected(s *session, m *signaling.Connected) *signaling.Error {
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	b.enter(s, signaling.StateActive)
	b.save(s)
	b.log.Info("session connected", "session", s.ID, "path", m.Path)
	return nil
}

func (b *Broker) disconnected(s *session, m *signaling.Disconnected) *signaling.Error {
	if s.State != signaling.StateActive {
		return wrongState(m, s.State)
	}
	b.enter(s, signaling.StateReconnecting)
	b.save(s)
	return nil
}

// allowFromSDP notes the candidates that a description carries.
func (b *Broker) allowFromSDP(s *session, sdp string) {
	for line := range strings.Lines(sdp) {
		if c, ok := strings.CutPrefix(line, "a=candidate:"); ok {
			b.allowCandidate(s, "candidate:"+c)
		}
	}
}

// allowCandidate notes an announced address (RFC 8839 section 5.1: foundation,
// component, transport, priority, address, port). What is no address, such as a
// name of multicast DNS, is nobody that the relay would forward to.
func (b *Broker) allowCandidate(s *session, candidate string) {
	fields := strings.Fields(candidate)
	if len(fields) < 6 || !strings.EqualFold(fields[2], "udp") {
		return
	}
	addr, err := netip.ParseAddr(fields[4])
	if err != nil {
		return
	}
	port, err := strconv.ParseUint(fields[5], 10, 16)
	if err != nil {
		return
	}
	b.turn.Allow(s.ID, netip.AddrPortFrom(addr, uint16(port)))
}

func consentInvalid(why string) *signaling.Error {
	return &signaling.Error{Code: signaling.CodeConsentInvalid, Message: "Consent refused: " + why + "."}
}
