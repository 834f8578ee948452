package broker

import (
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Recording is what an organisation wants of recordings.
type Recording string

// The rules of recording.
const (
	RecordingOff      Recording = "off"
	RecordingOptional Recording = "optional"
	RecordingRequired Recording = "required"
)

// Limits are what a technician's organisation allows in a session.
type Limits struct {
	// Scopes are those that may be asked for. Without [signaling.ScopeView] there are no
	// sessions.
	Scopes signaling.Scopes
	// Longest is how long a session lasts at most, from the person's first yes; 0: as long
	// as they like.
	Longest time.Duration
	// ConfirmEvery is after how much control the person is asked again; 0: never.
	ConfirmEvery time.Duration
	// VerifyWords says that nothing but view is allowed until the words were compared.
	VerifyWords bool
	// Recording is whether sessions are recorded; empty is RecordingOff.
	Recording Recording
	// Pausable, Copy and Slow are terms of recordings that begin now; empty is as
	// signaling.CopySummary and signaling.SlowShrink.
	Pausable bool
	Copy     signaling.Copy
	Slow     signaling.Slow
	// Retention is how many days they are kept; 0: nobody has said.
	Retention int
}

// Unlimited allows everything.
func Unlimited() Limits { return Limits{Scopes: signaling.NewScopes(signaling.AllScopes()...)} }

// LimitsChanged has the limits of every session asked for again, and puts what is
// different into force: the host hears it from the relay, and not by way of the
// technician.
func (b *Broker) LimitsChanged() {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.State != signaling.StateWaiting && s.State != signaling.StateEnded {
			b.limit(s)
		}
	}
}

func (b *Broker) limitsOf(technicianID string) Limits {
	if b.limits == nil {
		return Unlimited()
	}
	return b.limits(technicianID)
}

// forbids is the reason why there is no session under these limits; empty for none.
func (s *session) forbids() signaling.EndReason {
	switch {
	case !s.limits.Scopes.Has(signaling.ScopeView):
		return signaling.EndRevoked
	case !s.keepsToRecording():
		return signaling.EndRecordingRequired
	}
	return ""
}

func notPermitted() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeNotPermitted,
		Message: "Your organisation does not allow what you ask for.",
		Hint:    "Ask your administrator.",
	}
}

// equal reports whether both take the same away. The terms of a recording are those that
// its person has read.
func (l Limits) equal(other Limits) bool {
	return slices.Equal(l.Scopes, other.Scopes) && l.Longest == other.Longest && l.ConfirmEvery == other.ConfirmEvery &&
		l.VerifyWords == other.VerifyWords && l.Recording == other.Recording
}

// limit asks for the session's limits, and puts what is different into force.
func (b *Broker) limit(s *session) {
	before := s.limits
	s.limits = b.limitsOf(s.Technician.ID)
	if reason := s.forbids(); reason != "" {
		b.end(s, reason)
		return
	}
	if s.limits.equal(before) {
		return
	}
	b.awaitEnd(s)
	if s.State == signaling.StateEnded {
		return
	}
	b.tellLimits(s)
	if slices.Equal(s.limits.Scopes, before.Scopes) {
		return
	}
	b.note(Event{Kind: EventPermission, Actor: ActorRelay, Detail: map[string]string{"scopes": words(s.limits.Scopes)}}, s)
	if s.Allowed != nil {
		b.sendGrant(s)
	}
}

// awaitEnd ends the session when it has lasted as long as it may, and tells both sides
// a while before.
func (b *Broker) awaitEnd(s *session) {
	s.ending.stop()
	if s.limits.Longest == 0 || s.Began.IsZero() {
		return
	}
	left := time.Until(s.Began.Add(s.limits.Longest))
	switch {
	case left <= 0:
		b.end(s, signaling.EndTimeLimit)
	case left > signaling.EndNotice:
		b.after(&s.ending, left-signaling.EndNotice, func() {
			b.tellLimits(s)
			b.awaitEnd(s)
		})
	default:
		b.after(&s.ending, left, func() { b.end(s, signaling.EndTimeLimit) })
	}
}

// tellLimits tells both sides what is allowed.
func (b *Broker) tellLimits(s *session) {
	for _, to := range []role{host, technician} {
		b.send(s, to, s.told())
	}
}

// repeatLimits tells a side that has come back.
func (b *Broker) repeatLimits(s *session, to role) {
	if !s.limits.equal(Unlimited()) {
		b.send(s, to, s.told())
	}
}

// told is what the sides are told of the limits.
func (s *session) told() *signaling.Limits {
	m := &signaling.Limits{
		Scopes: s.limits.Scopes, ConfirmEvery: wholeSeconds(s.limits.ConfirmEvery), VerifyWords: s.limits.VerifyWords,
	}
	if s.limits.Longest > 0 {
		m.EndsIn = wholeSeconds(s.limits.Longest)
		if !s.Began.IsZero() {
			m.EndsIn = max(1, secondsUntil(s.Began.Add(s.limits.Longest)))
		}
	}
	return m
}

// wholeSeconds is 0 for nothing alone: that means no limit.
func wholeSeconds(d time.Duration) int {
	if d <= 0 {
		return 0
	}
	return min(max(1, int(d.Round(time.Second)/time.Second)), int(longestTold/time.Second))
}

// longestTold is the longest time that a message has. What is longer is told as this,
// and is shorter by the time that it matters.
const longestTold = 7 * 24 * time.Hour
