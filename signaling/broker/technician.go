package broker

import (
	"crypto/rand"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// redeem uses a code, and puts the request to the host.
func (b *Broker) redeem(v *visitor, m *signaling.Redeem) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	if v.session != nil {
		return wrongState(m, v.session.State)
	}
	if wait := b.tries.wait(v.who.ID, v.from); wait > 0 {
		return tooManyTries("Too many wrong codes.", wait)
	}
	s := b.findCode(m.Code)
	if s == nil {
		// Answered before it is counted: how long that takes depends on who waits.
		_ = v.link.Send(codeInvalid()) // a link that has ended needs no answer
		b.wrongCode(v, m.Code)
		return nil
	}
	token, hash := newToken()
	b.codes.remove(s)
	s.Code, s.CodeGroup = nil, nil
	s.Technician, s.TechnicianFingerprint, s.TechnicianToken = v.who, m.Fingerprint, hash
	s.Ticket, s.Asked = m.Ticket, signaling.NewScopes(m.Ask...)
	b.openRequest(s)
	b.accept(v, s)
	b.enter(s, signaling.StateRequested)
	b.save(s)
	b.send(s, technician, &signaling.Requested{
		SessionID: s.ID, Token: token, Host: s.Host, ExpiresIn: secondsUntil(s.Answer),
	})
	b.sendRequest(s)
	return nil
}

// ask puts a further request to the host while the session runs.
func (b *Broker) ask(s *session, m *signaling.Ask) *signaling.Error {
	if s.State != signaling.StateActive || s.Further != nil {
		return wrongState(m, s.State)
	}
	if wait := s.asks.Wait(time.Now()); wait > 0 {
		return tooManyTries("You have asked often enough.", wait)
	}
	s.Further = signaling.NewScopes(m.Ask...)
	b.openRequest(s)
	b.save(s)
	b.sendRequest(s)
	b.awaitFurther(s)
	return nil
}

// awaitFurther withdraws a further request whose time is up.
func (b *Broker) awaitFurther(s *session) {
	b.after(&s.answer, time.Until(s.Answer), func() {
		b.send(s, host, &signaling.Withdrawn{RequestID: s.RequestID})
		b.dropFurther(s, signaling.EndNoAnswer)
	})
}

// dropFurther ends a further request without a yes.
func (b *Broker) dropFurther(s *session, reason signaling.EndReason) {
	s.Further, s.RequestID = nil, ""
	s.answer.stop()
	s.asks.Take(time.Now())
	b.save(s)
	b.send(s, technician, &signaling.Refused{Reason: reason})
}

func (b *Broker) offer(s *session, m *signaling.Offer) *signaling.Error {
	if s.Allowed == nil {
		return wrongState(m, s.State)
	}
	b.allowFromSDP(s, m.SDP)
	b.send(s, host, m)
	return nil
}

func (b *Broker) openRequest(s *session) {
	s.RequestID = "r_" + rand.Text()
	s.Answer = time.Now().Add(signaling.AnswerWithin)
}

// sendRequest puts the open request to the person.
func (b *Broker) sendRequest(s *session) {
	ask := s.Asked
	if s.Further != nil {
		ask = s.Further
	}
	b.send(s, host, &signaling.Request{
		RequestID: s.RequestID, Technician: s.Technician, Ask: ask, Ticket: s.Ticket,
		ExpiresIn: secondsUntil(s.Answer),
	})
}

// sendGrant gives the technician a new grant for what was asked and answered by a
// yes. The host narrows it by what the person allows at each moment.
func (b *Broker) sendGrant(s *session) {
	token, g, err := b.grants.Issue(grant.Grant{
		Subject: s.Technician.ID, SessionID: s.ID, Scopes: s.Asked, Fingerprint: s.TechnicianFingerprint,
	})
	if err != nil {
		b.log.Error("no grant", "session", s.ID, "error", err)
		b.end(s, signaling.EndError)
		return
	}
	servers, expires := b.turn.Servers(s.ID, string(technician))
	b.send(s, technician, &signaling.Granted{Grant: token, Scopes: g.Scopes, ICEServers: servers})
	b.renewBefore(s, g.Expires, expires)
}

func secondsUntil(t time.Time) int { return max(0, int(time.Until(t).Round(time.Second)/time.Second)) }

// codeInvalid is the one answer to every code that is not alive: which of them were
// ever given out is nobody's business.
func codeInvalid() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeInvalidCode,
		Message: "That code is not valid.",
		Hint:    "Codes work once and for ten minutes. Ask for the one that is shown now.",
	}
}

func tooManyTries(what string, wait time.Duration) *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeTooManyTries,
		Message: what,
		Hint:    fmt.Sprintf("Try again in %d seconds.", int(wait/time.Second)+1),
	}
}
