package app

import (
	"cmp"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// Limits are this machine's own: no relay and no answer of the person goes beyond
// them. What is zero is not limited.
type Limits struct {
	// Scopes are those that a technician can have at most; nil for all.
	Scopes signaling.Scopes
	// Longest is how long a session lasts, from the first yes.
	Longest time.Duration
	// ConfirmEvery is after how much control the person is asked again.
	ConfirmEvery time.Duration
	// VerifyWords wants the words compared before anything but view.
	VerifyWords bool
}

func (l *Limits) validate() error {
	switch {
	case l.Scopes != nil && !l.Scopes.Has(signaling.ScopeView):
		return errors.New("app: limits without view leave nothing to do")
	case l.Longest < 0 || l.ConfirmEvery < 0:
		return fmt.Errorf("app: limits of %s and %s", l.Longest, l.ConfirmEvery)
	}
	return nil
}

// bounds is what holds for one session: the narrowest of this machine's own limits
// and of all that the relay has said. The scopes and the end are the gate's. The
// session's goroutine owns it.
type bounds struct {
	confirmEvery time.Duration // 0: never
	since        time.Time     // control began, or was confirmed; zero: there never was any
	longest      time.Duration // from the first yes, as said before it; 0: no end
	confirm      *time.Timer
	notice       *time.Timer // a while before the end
}

func newBounds() bounds {
	b := bounds{confirm: time.NewTimer(time.Hour), notice: time.NewTimer(time.Hour)}
	b.stop()
	return b
}

func (b *bounds) stop() {
	b.confirm.Stop()
	b.notice.Stop()
}

// keepOwnLimits puts this machine's own limits into force, before anybody is asked.
func (s *session) keepOwnLimits() {
	own := s.config.Limits
	s.gate.Tighten(s.config.able(), time.Time{})
	if own.Scopes != nil {
		s.gate.Tighten(own.Scopes, time.Time{})
	}
	if own.VerifyWords {
		s.gate.RequireWords()
	}
	s.bounds.confirmEvery = own.ConfirmEvery
}

// limit takes away what the relay says. It can never give anything back.
func (s *session) limit(m *signaling.Limits) {
	var until time.Time
	switch left := time.Duration(m.EndsIn) * time.Second; {
	case left <= 0:
	case s.phase != 0:
		until = time.Now().Add(left)
	case s.bounds.longest == 0 || left < s.bounds.longest: // nothing runs yet
		s.bounds.longest = left
	}
	s.gate.Tighten(m.Scopes, until)
	if m.VerifyWords {
		s.gate.RequireWords()
	}
	if every := time.Duration(m.ConfirmEvery) * time.Second; every > 0 && (s.bounds.confirmEvery == 0 || every < s.bounds.confirmEvery) {
		s.bounds.confirmEvery = every
		s.awaitConfirmation()
	}
	s.awaitNotice()
}

// beginLimits puts the limits into force that count from the first yes.
func (s *session) beginLimits() {
	for _, longest := range []time.Duration{s.config.Limits.Longest, s.bounds.longest} {
		if longest > 0 {
			s.gate.Tighten(signaling.AllScopes(), s.began.Add(longest))
		}
	}
	s.awaitNotice()
}

// awaitNotice has the person told a while before the end.
func (s *session) awaitNotice() {
	if _, until := s.gate.Limit(); !until.IsZero() && s.phase != 0 {
		if left := time.Until(until) - signaling.EndNotice; left > 0 {
			s.bounds.notice.Reset(left)
		}
	}
}

func (s *session) tellNotice() {
	if s.reason == "" {
		s.config.UI.Say(ui.Notice{Message: "The session ends in one minute: it has lasted as long as it may."})
	}
}

// awaitConfirmation has the person asked when control has lasted as long as it may
// without a word of theirs.
func (s *session) awaitConfirmation() {
	s.bounds.confirm.Stop()
	if s.bounds.confirmEvery > 0 && s.agreed.allowed.Has(signaling.ScopeControl) {
		s.bounds.confirm.Reset(max(0, time.Until(s.bounds.since.Add(s.bounds.confirmEvery))))
	}
}

// controlSaid notes that the person has just said whether there is control. Who takes it
// back and gives it again confirms it, unless that can be the technician's typing.
func (s *session) controlSaid() {
	if s.agreed.allowed.Has(signaling.ScopeControl) && (s.bounds.since.IsZero() || s.touch.settling() == 0) {
		s.bounds.since = time.Now()
	}
	s.awaitConfirmation()
}

// confirm asks the person whether control goes on. Meanwhile there is none.
func (s *session) confirm() {
	if s.reason != "" || s.phase == 0 || !s.agreed.allowed.Has(signaling.ScopeControl) {
		return
	}
	if s.question != nil { // about to be answered, one way or the other
		s.bounds.confirm.Reset(signaling.ConfirmWithin)
		return
	}
	s.written(s.config.Events.Confirm())
	s.put(&question{request: &signaling.Request{Technician: s.technician, Ask: s.agreed.allowed}, again: true}, ui.Request{
		Technician: s.technician, Photo: s.photo, Ask: s.agreed.allowed, Within: signaling.ConfirmWithin,
		Again: cmp.Or(time.Since(s.bounds.since), s.bounds.confirmEvery),
	})
}

// confirmed handles the answer: silence takes control back, a no ends the session.
func (s *session) confirmed(allowed signaling.Scopes, err error) {
	switch {
	case err != nil:
		s.allow(agreement{s.agreed.asked, ui.AllowView().Scopes}, "")
	case !allowed.Has(signaling.ScopeView):
		s.stop(signaling.EndHostStopped)
	default:
		s.allow(agreement{s.agreed.asked, allowed}, "")
	}
}
