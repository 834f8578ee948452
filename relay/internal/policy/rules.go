// Package policy says what people may do at a relay: the organisation's rules, and
// those of groups of people, which only ever tighten them. POLICY.md describes every
// rule, and the JSON that they are written in.
//
// Nothing here loosens what a host's own program allows: its rules win at the host.
package policy

import (
	"slices"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Recording says whether sessions are recorded.
type Recording string

// Off and required contradict each other: a session that may not be recorded and
// has to be is none. Whoever is under both has [recordingNever].
const (
	RecordingOff      Recording = "off"
	RecordingOptional Recording = "optional"
	RecordingRequired Recording = "required"

	// recordingNever is no word of a policy: validation refuses what leads to it.
	recordingNever Recording = "never"
)

// Words says whether both ends have to compare the verify words before control.
type Words string

// The two ways, the looser one first.
const (
	WordsOffered  Words = "offered"
	WordsRequired Words = "required"
)

// Factor says whether an account needs a second factor.
type Factor string

// The two ways, the looser one first.
const (
	FactorOptional Factor = "optional"
	FactorRequired Factor = "required"
)

// The defaults of an organisation that says nothing.
const (
	DefaultConfirmEvery = 30 * time.Minute
	DefaultIdle         = 2 * time.Hour
	DefaultRetention    = 180
)

// Rules are the rules for an organisation or a group. A duration of zero is no limit.
type Rules struct {
	// Scopes are what technicians may ask for; view is always one of them.
	Scopes    signaling.Scopes
	Recording Recording
	// RecordingPausable says whether the person may hold the recording back for a time, and
	// RecordingCopy what they can see of it afterwards.
	RecordingPausable bool
	RecordingCopy     signaling.Copy
	// RecordingSlow is what is done when it is made faster than it can be uploaded.
	RecordingSlow signaling.Slow
	// RetentionDays is how long a recording is kept; 0: nothing is said.
	RetentionDays int
	// LongestSession ends a session, however much the two have left to do.
	LongestSession time.Duration
	// ConfirmEvery is how long control lasts before the person is asked again.
	ConfirmEvery time.Duration
	// Networks are where technicians may come from.
	Networks Networks
	// Idle is how long a sign-in lasts without being used.
	Idle         time.Duration
	VerifyWords  Words
	SecondFactor Factor
}

// Loosest returns the rules that forbid nothing: what a group that says nothing adds
// to the organisation's rules.
func Loosest() Rules {
	return Rules{
		Scopes: signaling.NewScopes(signaling.AllScopes()...), Recording: RecordingOptional,
		RecordingPausable: true, RecordingCopy: signaling.CopyRecording, RecordingSlow: signaling.SlowShrink,
		VerifyWords: WordsOffered, SecondFactor: FactorOptional,
	}
}

// Default returns the rules of an organisation that says nothing.
func Default() Rules {
	r := Loosest()
	r.ConfirmEvery, r.Idle = DefaultConfirmEvery, DefaultIdle
	r.RecordingPausable, r.RecordingCopy, r.RetentionDays = false, signaling.CopySummary, DefaultRetention
	return r
}

// Tighten returns the rules that allow what both allow. Of two retentions it has the longer
// one: what is deleted too early does not come back.
func (r Rules) Tighten(by Rules) Rules {
	return Rules{
		Scopes:            r.Scopes.Narrow(by.Scopes),
		Recording:         r.Recording.tighten(by.Recording),
		RecordingPausable: r.RecordingPausable && by.RecordingPausable,
		RecordingCopy:     lesser(r.RecordingCopy, by.RecordingCopy),
		RecordingSlow:     stricter(r.RecordingSlow, by.RecordingSlow, signaling.SlowShrink),
		RetentionDays:     max(r.RetentionDays, by.RetentionDays),
		LongestSession:    shorter(r.LongestSession, by.LongestSession),
		ConfirmEvery:      shorter(r.ConfirmEvery, by.ConfirmEvery),
		Networks:          r.Networks.Intersect(by.Networks),
		Idle:              shorter(r.Idle, by.Idle),
		VerifyWords:       stricter(r.VerifyWords, by.VerifyWords, WordsOffered),
		SecondFactor:      stricter(r.SecondFactor, by.SecondFactor, FactorOptional),
	}
}

// Within reports whether other allows everything that r allows. How long recordings are
// kept is nothing that is allowed.
func (r Rules) Within(other Rules) bool {
	return r.Scopes.Within(other.Scopes) &&
		r.Recording.tighten(other.Recording) == r.Recording &&
		(!r.RecordingPausable || other.RecordingPausable) &&
		lesser(r.RecordingCopy, other.RecordingCopy) == r.RecordingCopy &&
		(r.RecordingSlow == signaling.SlowKeep || other.RecordingSlow != signaling.SlowKeep) &&
		noLonger(r.LongestSession, other.LongestSession) &&
		noLonger(r.ConfirmEvery, other.ConfirmEvery) &&
		r.Networks.Within(other.Networks) &&
		noLonger(r.Idle, other.Idle) &&
		(r.VerifyWords == WordsRequired || other.VerifyWords != WordsRequired) &&
		(r.SecondFactor == FactorRequired || other.SecondFactor != FactorRequired)
}

func (r Recording) tighten(by Recording) Recording {
	switch {
	case r == by, by == RecordingOptional:
		return r
	case r == RecordingOptional:
		return by
	}
	return recordingNever
}

// copies are what the person can see of a recording, the least first.
func copies() []signaling.Copy {
	return []signaling.Copy{signaling.CopyNone, signaling.CopySummary, signaling.CopyRecording}
}

func lesser(a, b signaling.Copy) signaling.Copy {
	if slices.Index(copies(), a) <= slices.Index(copies(), b) {
		return a
	}
	return b
}

// shorter returns the shorter of two limits.
func shorter(a, b time.Duration) time.Duration {
	if noLonger(a, b) {
		return a
	}
	return b
}

// noLonger reports whether a limits at least as much as b.
func noLonger(a, b time.Duration) bool { return b == 0 || a != 0 && a <= b }

func stricter[T comparable](a, b, loose T) T {
	if a == loose {
		return b
	}
	return a
}
