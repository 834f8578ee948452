package app

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

var (
	onlyView       = signaling.NewScopes(signaling.ScopeView)
	viewAndControl = signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)

	errWithdrawn = errors.New("withdrawn")
)

// question is a request that the person is being asked.
type question struct {
	request *signaling.Request
	cancel  context.CancelCauseFunc
}

// answer is the person's answer: what they allow, or why there is none.
type answer struct {
	scopes signaling.Scopes
	err    error
}

// ask puts a request to the person. While it is open, nobody but the person may touch
// the machine: the technician's hands could answer it.
func (s *session) ask(m *signaling.Request) {
	switch {
	case s.question != nil && s.question.request.RequestID == m.RequestID:
		return // said again after a lost connection
	case s.answered == m.RequestID:
		s.tell(s.reply) // which was lost
		return
	case s.technician.ID != "" && s.technician.ID != m.Technician.ID:
		s.log.Warn("request of another technician")
		s.tell(&signaling.Refuse{RequestID: m.RequestID, Reason: signaling.EndDeclined})
		return
	}
	s.withdraw(errWithdrawn)
	s.gate.Pause()
	s.technician = m.Technician
	s.written(s.config.Events.Request(m.Technician, m.Ask))
	within := min(time.Duration(m.ExpiresIn)*time.Second, signaling.AnswerWithin)
	asking, cancel := context.WithCancelCause(context.Background())
	s.question = &question{m, cancel}
	s.asking.Go(func() {
		asking, stop := context.WithTimeout(asking, within)
		defer stop()
		scopes, err := s.config.UI.Ask(asking, ui.Request{
			Technician: m.Technician, Ask: m.Ask, Ticket: m.Ticket, Recorded: m.Recorded, Within: within,
		})
		s.answers <- answer{scopes, err}
	})
}

func (s *session) withdrawn(m *signaling.Withdrawn) {
	if s.question != nil && s.question.request.RequestID == m.RequestID {
		s.withdraw(errWithdrawn)
	}
}

// withdraw takes an open question back, and tells the person why.
func (s *session) withdraw(why error) {
	if s.question == nil {
		return
	}
	s.question.cancel(why)
	<-s.answers
	s.question = nil
	s.gate.Resume()
}

// hearAnswer handles the person's answer to the open question.
func (s *session) hearAnswer(a answer) {
	q := s.question
	s.question = nil
	q.cancel(nil)
	s.gate.Resume()
	allowed := a.scopes.Narrow(q.request.Ask)
	switch {
	case a.err != nil:
		s.refuse(q.request, signaling.EndNoAnswer)
	case !allowed.Has(signaling.ScopeView):
		s.refuse(q.request, signaling.EndDeclined)
	default:
		s.accept(q.request, allowed)
	}
}

// refuse says no. It is the relay that ends a session for it.
func (s *session) refuse(request *signaling.Request, reason signaling.EndReason) {
	s.answered = request.RequestID
	s.reply = &signaling.Refuse{RequestID: request.RequestID, Reason: reason}
	s.tell(s.reply)
}

// accept says yes.
func (s *session) accept(request *signaling.Request, allowed signaling.Scopes) {
	s.asked = signaling.NewScopes(append(s.asked, request.Ask...)...)
	s.answered = request.RequestID
	s.reply = s.allow(allowed, request.RequestID)
	if s.phase != 0 || s.reason != "" {
		return
	}
	s.began = time.Now()
	s.phase = ui.Connecting
	s.within(signaling.ConnectWithin, func() { s.stop(signaling.EndConnectionFailed) })
	s.show()
	s.log.Info("session started", "technician", s.technician.ID, "scopes", allowed)
}

// allow puts what the person allows into force, and tells the relay in a signed
// statement, which it returns.
func (s *session) allow(scopes signaling.Scopes, requestID string) signaling.Message {
	now := time.Now()
	until := now.Add(grant.ConsentLife)
	s.allowed = scopes
	s.gate.Allow(scopes, until)
	statement, err := grant.SignConsent(s.me.key, grant.Consent{
		Audience: s.registered.Issuer, Subject: s.technician.ID,
		Name: s.technician.Name, Organisation: s.technician.Organisation,
		SessionID: s.registered.SessionID, RequestID: requestID,
		Scopes: scopes, Issued: now, Expires: until,
	})
	if err != nil {
		s.log.Error("no consent", "error", err)
		s.stop(signaling.EndError)
		return nil
	}
	m := &signaling.Consent{Statement: statement}
	s.tell(m)
	s.written(s.config.Events.Granted(scopes))
	return m
}

// hearPerson does what the person wants.
func (s *session) hearPerson(c ui.Command) {
	switch {
	case c == ui.Quit:
		s.leave()
	case s.reason != "" || s.phase == 0:
		// There is nothing to stop or to change.
	case c == ui.Stop:
		s.stop(signaling.EndHostStopped)
	case c == ui.AllowView:
		s.change(onlyView)
	case c == ui.AllowControl:
		s.change(viewAndControl)
	}
}

// change changes what the person allows, unasked.
func (s *session) change(scopes signaling.Scopes) {
	say := s.config.UI.Say
	if !scopes.Within(s.asked) {
		say("Control was not asked for.", "The technician can ask for it.")
		return
	}
	if len(scopes) == len(s.allowed) && scopes.Within(s.allowed) {
		say("That is how it is already.", "")
		return
	}
	s.unasked = s.allow(scopes, "")
	now, _ := s.gate.Permissions()
	switch {
	case s.phase != ui.Active:
		say("That will hold as soon as the technician is connected.", "")
	case !scopes.Within(now):
		say("You allow it, but the relay does not.", "The technician can ask for control.")
	}
}
