package broker

import (
	"crypto/rand"
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
	if now := time.Now(); !v.sessions.Take(now) || !b.newcomers.Of(v.from, now).Take(now) {
		return tooFast()
	}
	var opened *invitation
	if m.Invitation != "" {
		if wait := b.openings.wait("", v.from); wait > 0 {
			return tooManyTries("Too many wrong invitations come from this network.", wait)
		}
		if opened = b.findInvitation(m.Invitation); opened == nil {
			b.wrongInvitation(v)
			return nil
		}
	}
	token, hash := newToken()
	keys := b.grants.Keys()
	s := newSession(Record{
		ID:              "s_" + rand.Text(),
		State:           signaling.StateWaiting,
		Created:         time.Now(),
		Host:            signaling.HostInfo{Name: m.Name, OS: m.OS},
		HostKey:         m.SessionKey,
		HostFingerprint: m.Fingerprint,
		HostToken:       hash,
		Records:         m.Records,
		Keys:            keyIDs(keys),
	})
	b.sessions[s.ID] = s
	b.accept(v, s)
	registered := &signaling.Registered{SessionID: s.ID, Token: token, Issuer: b.grants.Name(), Keys: keys}
	if opened != nil {
		registered.Invitation = opened.awaited()
		b.send(s, host, registered)
		b.open(opened, s)
		return nil
	}
	b.send(s, host, registered)
	b.issueCode(s)
	return nil
}

// consent is a yes, or a change of mind.
func (b *Broker) consent(s *session, m *signaling.Consent) *signaling.Error {
	if s.State == signaling.StateWaiting {
		return wrongState(m, s.State)
	}
	c, refusal := b.verifyConsent(s, m.Statement)
	if refusal != nil {
		return refusal
	}
	if m.Statement == s.Consent {
		return nil // said again after a lost connection
	}
	asked := s.askedWith(c.RequestID)
	switch {
	case c.RequestID != s.RequestID && (c.RequestID != "" || s.State == signaling.StateRequested):
		return consentInvalid("the statement answers no open request")
	case !c.Scopes.Within(asked):
		return consentInvalid("the statement allows more than was asked")
	case s.agreed(c.Recorded) != "":
		return consentInvalid(s.agreed(c.Recorded))
	case !s.words.Take(time.Now()):
		return tooFast()
	}
	b.noteConsent(s, c, m.Statement)
	first, begins := s.State == signaling.StateRequested, c.Recorded && !s.Recorded
	s.Allowed, s.Consent = c.Scopes, m.Statement
	if c.RequestID != "" {
		s.Asked, s.Further, s.RequestID = asked, nil, ""
		s.answer.stop()
	}
	if begins && !b.beginRecording(s) {
		return nil
	}
	switch {
	case first:
		b.begin(s)
	case begins:
		b.provide(s)
	case c.RequestID != "":
		b.sendGrant(s)
	}
	b.save(s)
	return nil
}

// verifyConsent reads a statement, which must be the host's and about the technician of
// this session.
func (b *Broker) verifyConsent(s *session, statement string) (grant.Consent, *signaling.Error) {
	key, err := grant.DecodeKey(s.HostKey)
	if err != nil {
		return grant.Consent{}, consentInvalid("the session has no key")
	}
	c, err := grant.VerifyConsent(statement, key, b.grants.Name(), s.ID)
	if err != nil {
		b.log.Warn("consent refused", "session", s.ID, "error", err)
		return grant.Consent{}, consentInvalid("the statement is not the host's")
	}
	if c.Subject != s.Technician.ID || c.Name != s.Technician.Name || c.Organisation != s.Technician.Organisation {
		return grant.Consent{}, consentInvalid("the statement is about another technician")
	}
	return c, nil
}

// askedWith returns the scopes that a yes may allow: with one to a request, what that
// request asks for further.
func (s *session) askedWith(requestID string) signaling.Scopes {
	if requestID == "" || s.Further == nil {
		return s.Asked
	}
	return signaling.NewScopes(append(s.Further, s.Asked...)...)
}

func (b *Broker) noteConsent(s *session, c grant.Consent, statement string) {
	kind := EventConsent
	if c.RequestID == "" {
		kind = EventPermission
	}
	detail := map[string]string{"scopes": words(c.Scopes), "request": c.RequestID, "statement": statement}
	if s.Recording != nil {
		detail["recorded"] = strconv.FormatBool(c.Recorded)
	}
	b.note(Event{Kind: kind, Actor: ActorHost, Subject: s.Technician.ID, Detail: detail}, s)
}

// begin is what follows the first yes.
func (b *Broker) begin(s *session) {
	s.Began = time.Now()
	b.enter(s, signaling.StateConnecting)
	b.turn.Open(s.ID)
	for _, to := range []role{host, technician} {
		b.repeatLimits(s, to)
	}
	b.awaitEnd(s)
	b.provide(s)
	b.log.Info("session granted", "session", s.ID, "technician", s.Technician.ID, "scopes", s.Allowed)
}

// refuse is a no, or silence.
func (b *Broker) refuse(s *session, m *signaling.Refuse) *signaling.Error {
	if s.RequestID == "" || m.RequestID != s.RequestID {
		return wrongState(m, s.State)
	}
	b.noteRefusal(s, m.Reason)
	if s.State == signaling.StateRequested {
		b.end(s, m.Reason)
		return nil
	}
	b.dropFurther(s, m.Reason)
	return nil
}

func (b *Broker) noteRefusal(s *session, reason signaling.EndReason) {
	b.note(Event{Kind: EventRefused, Actor: ActorHost, Subject: s.Technician.ID, Detail: map[string]string{
		"request": s.RequestID, "reason": string(reason),
	}}, s)
}

// compared notes what the person made of the words.
func (b *Broker) compared(s *session, m *signaling.Compared) *signaling.Error {
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	if !s.words.Take(time.Now()) {
		return tooFast()
	}
	b.note(Event{Kind: EventVerifyWords, Actor: ActorHost, Subject: s.Technician.ID, Detail: map[string]string{
		"result": string(m.Result),
	}}, s)
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
	s.path = m.Path
	if s.State != signaling.StateActive {
		b.enter(s, signaling.StateActive)
		b.save(s)
	}
	b.log.Debug("session connected", "session", s.ID, "path", m.Path)
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

// maxCandidates is how many candidates of one description are looked at.
const maxCandidates = 64

// allowFromSDP notes the candidates that a description carries.
func (b *Broker) allowFromSDP(s *session, sdp string) {
	left := maxCandidates
	for line := range strings.Lines(sdp) {
		if left > 0 && strings.HasPrefix(line, "a=candidate:") {
			b.allowCandidate(s, line)
			left--
		}
	}
}

// allowCandidate notes an announced address. What is no address, such as a name of
// multicast DNS, is nobody that the relay would forward to.
func (b *Broker) allowCandidate(s *session, candidate string) {
	if c, ok := signaling.ParseCandidate(candidate); ok && c.UDP {
		b.turn.Allow(s.ID, c.Address)
	}
}

func consentInvalid(why string) *signaling.Error {
	return &signaling.Error{Code: signaling.CodeConsentInvalid, Message: "Consent refused: " + why + "."}
}
