package broker

import (
	"crypto/rand"
	"fmt"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// redeem uses a code, and puts the request to the host.
func (b *Broker) redeem(v *visitor, m *signaling.Redeem) *signaling.Error {
	if m.Version != signaling.Version {
		return unsupported(m.Version)
	}
	if v.session != nil {
		return wrongState(m, v.session.State)
	}
	limits := b.limitsOf(v.who.ID)
	switch {
	case !limits.Scopes.Has(signaling.ScopeView):
		return notPermitted()
	case !b.hasRoom(limits):
		return storageFull()
	}
	s, refusal := b.findSession(v, m)
	if s == nil {
		return refusal
	}
	if limits.mustRecord() && (b.recordings == nil || !s.Records) {
		s.Technician = v.who
		b.end(s, signaling.EndRecordingRequired) // the person learns why, too
		return recordingRequired()
	}
	token, hash := newToken()
	b.use(s, m)
	s.Technician, s.TechnicianFingerprint, s.TechnicianToken = v.who, m.Fingerprint, hash
	s.Ticket, s.limits = m.Ticket, limits
	s.Asked = signaling.NewScopes(m.Ask...).Narrow(limits.Scopes)
	var why signaling.Unrecorded
	s.Recording, why = b.terms(s, m.Record)
	b.note(Event{Kind: EventCodeRedeemed, Actor: v.who.ID, Address: v.from, Detail: map[string]string{
		"host": s.Host.Name, "ticket": s.Ticket,
	}}, s)
	b.openRequest(s)
	b.accept(v, s)
	b.enter(s, signaling.StateRequested)
	b.save(s)
	b.send(s, technician, &signaling.Requested{
		SessionID: s.ID, Token: token, Host: s.Host, ExpiresIn: secondsUntil(s.Answer), Ask: s.Asked,
		Recorded: s.Recording != nil, Unrecorded: why,
	})
	b.sendRequest(s)
	return nil
}

// findSession returns the waiting session that a technician's message names. When
// there is none, it returns what is still to be answered, or nil.
func (b *Broker) findSession(v *visitor, m *signaling.Redeem) (*session, *signaling.Error) {
	if s := b.findOpened(v.who.ID, m); s != nil {
		return s, nil // their own invitation; nobody has guessed
	}
	if m.Code == "" {
		return nil, codeInvalid()
	}
	if wait := b.tries.wait(v.who.ID, v.from); wait > 0 {
		return nil, tooManyTries("Too many wrong codes.", wait)
	}
	if s := b.findCode(m.Code); s != nil {
		return s, nil
	}
	// Answered before it is counted: how long that takes depends on who waits.
	_ = v.link.Send(codeInvalid()) // a link that has ended needs no answer
	b.wrongCode(v, m.Code)
	return nil, nil
}

// use takes what has led to a session out of use.
func (b *Broker) use(s *session, m *signaling.Redeem) {
	b.codes.remove(s)
	s.Code, s.CodeGroup = nil, nil
	if i := b.invitations.byID[s.Invitation]; i != nil {
		if m.Ticket == "" {
			m.Ticket = i.Ticket
		}
		m.Record = m.Record || i.Record
		s.Invitation = ""
		b.forget(i)
	}
}

// ask puts a further request to the host while the session runs.
func (b *Broker) ask(s *session, m *signaling.Ask) *signaling.Error {
	if s.State != signaling.StateActive || s.Further != nil {
		return wrongState(m, s.State)
	}
	if wait := s.asks.Wait(time.Now()); wait > 0 {
		return tooManyTries("You have asked often enough.", wait)
	}
	ask := signaling.NewScopes(m.Ask...).Narrow(s.limits.Scopes)
	if ask.Within(s.Asked) && !m.Ask.Within(s.Asked) {
		return notPermitted()
	}
	if !s.Recorded {
		terms, why := b.terms(s, m.Record)
		if why != "" {
			return unrecorded(why)
		}
		s.Recording = terms
	}
	s.Further = ask
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
		b.noteRefusal(s, signaling.EndNoAnswer)
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

// openRequest begins what the person has a minute to answer.
func (b *Broker) openRequest(s *session) {
	s.RequestID = "r_" + rand.Text()
	s.Answer = time.Now().Add(signaling.AnswerWithin)
	detail := map[string]string{
		"request": s.RequestID, "ask": words(s.wanted()), "ticket": s.Ticket,
		"name": s.Technician.Name, "organisation": s.Technician.Organisation,
	}
	if s.Recording != nil {
		detail["recording"] = "asked"
		if s.Recording.Required {
			detail["recording"] = "required"
		}
		detail["readers"] = strings.Join(s.Recording.Names(), ", ")
	}
	b.note(Event{Kind: EventRequest, Actor: s.Technician.ID, Detail: detail}, s)
}

// wanted is what the open request asks for.
func (s *session) wanted() signaling.Scopes {
	if s.Further != nil {
		return s.Further
	}
	return s.Asked
}

// sendRequest puts the open request to the person.
func (b *Broker) sendRequest(s *session) {
	m := &signaling.Request{
		RequestID: s.RequestID, Technician: s.Technician, Ask: s.wanted(), Ticket: s.Ticket,
		Photo: b.photoOf(s.Technician.ID), Recording: s.Recording, ExpiresIn: secondsUntil(s.Answer),
	}
	if !s.limits.equal(Unlimited()) {
		m.Limits = s.told()
	}
	b.send(s, host, m)
}

// photoOf returns a technician's photo; nil for none. One that the host would not take is
// none: the request matters more.
func (b *Broker) photoOf(technicianID string) []byte {
	if b.photo == nil {
		return nil
	}
	file := b.photo(technicianID)
	if err := signaling.CheckPhoto(file); err != nil {
		b.log.Error("photo not shown", "technician", technicianID, "error", err)
		return nil
	}
	return file
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
