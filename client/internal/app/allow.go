package app

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// accept says yes.
func (s *session) accept(request *signaling.Request, said ui.Answer, allowed signaling.Scopes) {
	s.recorded.agree(request, said)
	asked := signaling.NewScopes(append(s.agreed.asked, request.Ask...)...)
	s.answered = request.RequestID
	s.reply = s.allow(agreement{asked, allowed}, request.RequestID)
	if s.phase != 0 || s.reason != "" {
		return
	}
	s.began = time.Now()
	s.phase = ui.Connecting
	s.beginLimits()
	s.within(signaling.ConnectWithin, func() { s.stop(signaling.EndConnectionFailed) })
	s.show()
	s.watchPerson()
	s.log.Info("session started", "technician", s.technician.ID, "scopes", allowed)
}

// allow puts what the person allows into force, and tells the relay in a signed
// statement, which it returns. The request is the one that it answers, or empty.
func (s *session) allow(next agreement, requestID string) signaling.Message {
	now := time.Now()
	until := now.Add(grant.ConsentLife)
	s.enforce(next, until)
	statement, err := grant.SignConsent(s.me.key, grant.Consent{
		Audience: s.registered.Issuer, Subject: s.technician.ID,
		Name: s.technician.Name, Organisation: s.technician.Organisation,
		SessionID: s.registered.SessionID, RequestID: requestID,
		Scopes: next.allowed, Recorded: s.recorded.terms != nil, Issued: now, Expires: until,
	})
	if err != nil {
		s.log.Error("no consent", "error", err)
		s.stop(signaling.EndError)
		return nil
	}
	s.recorded.statement = statement
	s.journal.add(&event.Consent{Statement: statement})
	m := &signaling.Consent{Statement: statement}
	if requestID == "" {
		s.unasked = m
	}
	s.tell(m)
	s.written(s.config.Events.Granted(next.allowed))
	return m
}

// enforce puts what the person allows into force.
func (s *session) enforce(next agreement, until time.Time) {
	s.before, s.agreed = s.agreed, next
	s.unasked, s.repeated = nil, false
	s.gate.Allow(next.allowed, until)
	s.controlSaid()
}

// repeatConsent tells the relay the newest consent again, which it may have missed. One
// that answers a request is not repeated: the relay asks again if it has missed that,
// and refuses a second answer.
func (s *session) repeatConsent() {
	if s.unasked != nil {
		s.tell(s.unasked)
	}
}

// consentRefused handles that the relay does not believe a consent. Without the first
// one there is no session. After that, what the relay refuses to widen stays as it was,
// and what the person has narrowed stays narrow.
func (s *session) consentRefused() {
	switch {
	case !s.known:
		s.stop(signaling.EndError)
	case s.repeated:
		s.repeated = false // it had the answer that was repeated
	case len(s.before.allowed) > 0 && !s.agreed.allowed.Within(s.before.allowed):
		kept := agreement{s.before.asked, s.before.allowed.Narrow(s.agreed.allowed)}
		s.enforce(kept, time.Now().Add(grant.ConsentLife))
		s.written(s.config.Events.Granted(s.agreed.allowed))
		s.config.UI.Say(ui.Notice{
			Message: "The relay does not accept what you allowed. Everything stays as it was.",
			Hint:    "The technician can ask again.",
		})
	}
}

// hearPerson does what the person wants.
func (s *session) hearPerson(c ui.Command) {
	switch c := c.(type) {
	case ui.Quit:
		s.leave()
		return
	case ui.Open:
		s.open(c.Code)
		return
	}
	if s.reason != "" || s.phase == 0 {
		return // there is nothing to stop or to change
	}
	switch c := c.(type) {
	case ui.Hidden:
		s.stop(signaling.EndBarHidden)
	case ui.Pause:
		s.pause()
	case ui.Unpause:
		s.unpause(c.Own)
	case ui.PauseRecording:
		s.pauseRecording(true, c.Own)
	case ui.UnpauseRecording:
		s.pauseRecording(false, c.Own)
	case ui.Chat:
		s.say(c.Text)
	case ui.Give:
		s.give(c.Path)
	case ui.StopFile:
		s.stopFile(c)
	case ui.Stop:
		s.stop(signaling.EndHostStopped)
	case ui.WordsSame:
		s.wordsSame()
	case ui.WordsDiffer:
		s.compared(signaling.WordsDifferent)
		s.mistrust("the person sees other words", "The words differ: somebody may be between you and the technician.")
	case ui.Allow:
		s.change(c.Scopes)
	}
}

// change changes what the person allows, unasked.
func (s *session) change(scopes signaling.Scopes) {
	say := func(message, hint string) { s.config.UI.Say(ui.Notice{Message: message, Hint: hint}) }
	if !scopes.Within(s.agreed.asked) {
		message := "That was not asked for."
		if scopes.Has(signaling.ScopeControl) && !s.agreed.asked.Has(signaling.ScopeControl) {
			message = "Control was not asked for."
		}
		say(message, "The technician can ask for it.")
		return
	}
	if len(scopes) == len(s.agreed.allowed) && scopes.Within(s.agreed.allowed) {
		say("That is how it is already.", "")
		return
	}
	if !scopes.Within(s.agreed.allowed) && s.isPrograms() {
		s.sayUnsure()
		return
	}
	s.allow(agreement{s.agreed.asked, scopes}, "")
	now, _ := s.gate.Permissions()
	switch {
	case s.phase != ui.Active:
		say("That will hold as soon as the technician is connected.", "")
	case !scopes.Within(now) && s.gate.WordsWanted():
		say("You allow it, as soon as you have said that the words are the same.", "Type same or differ.")
	case !scopes.Within(now):
		say("You allow it, but the relay does not.", "The technician can ask for it.")
	}
}
