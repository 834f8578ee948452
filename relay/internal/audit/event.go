// Package audit is the relay's audit trail: what was done, by whom and when, as
// lines of JSON in a Merkle tree whose signed checkpoints commit to every line.
// AUDIT.md beside this file says how a stranger can verify a trail.
//
// [Log] appends, [Verify] finds what was changed, and the command line and the
// web page read. The trail holds no secret: no password, code, token or key.
package audit

import (
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

// Kind says what an event is about.
type Kind string

// The kinds of events that the relay writes. Readers must expect others.
const (
	SignIn              Kind = "sign_in"
	SignInRefused       Kind = "sign_in_refused"
	SignOut             Kind = "sign_out"
	SignInEnded         Kind = "sign_in_ended"
	CodeIssued          Kind = "code_issued"
	CodeRedeemed        Kind = "code_redeemed"
	CodeWrong           Kind = "code_wrong"
	CodeSpoiled         Kind = "code_spoiled"
	Request             Kind = "request"
	Consent             Kind = "consent"
	Refused             Kind = "refused"
	Grant               Kind = "grant"
	Permission          Kind = "permission"
	VerifyWords         Kind = "verify_words"
	Pause               Kind = "pause"
	Unpause             Kind = "unpause"
	Reported            Kind = "reported"
	SessionEnded        Kind = "session_ended"
	InvitationMade      Kind = "invitation_made"
	InvitationOpened    Kind = "invitation_opened"
	InvitationWithdrawn Kind = "invitation_withdrawn"
	AccountCreated      Kind = "account_created"
	AccountChanged      Kind = "account_changed"
	PasswordChanged     Kind = "password_changed"
	FactorAdded         Kind = "factor_added"
	FactorRemoved       Kind = "factor_removed"
	LinkMade            Kind = "link_made"
	LinkUsed            Kind = "link_used"
	PolicyChanged       Kind = "policy_changed"
	KeyRotated          Kind = "key_rotated"
	RelayStarted        Kind = "relay_started"
	RelayStopped        Kind = "relay_stopped"
	// RecordingBegun, RecordingHead and RecordingEnded follow the chain of a recording:
	// nobody can shorten or replace it unseen. The rest is what was done to it.
	RecordingBegun   Kind = "recording_begun"
	RecordingHead    Kind = "recording_head"
	RecordingEnded   Kind = "recording_ended"
	RecordingDeleted Kind = "recording_deleted"
	// EventsLost says that "count" events could not be written. The trail writes it
	// by itself.
	EventsLost Kind = "events_lost"
	// TrailBroken says that what stood before it did not fit the newest checkpoint
	// when it was written. The trail writes it by itself, and goes on.
	TrailBroken Kind = "trail_broken"
)

// Actors that are no accounts.
const (
	ActorHost        = "host"
	ActorRelay       = "relay"
	ActorCommandLine = "command line"
)

// Event is one entry of the trail.
type Event struct {
	// Number is the place in the trail, from 1; [Log] sets it.
	Number int64
	// Time is when it happened, to the microsecond; [Log] sets it when it is zero.
	Time time.Time
	Kind Kind
	// Actor is who did it: the ID of an account, or one of the actors above.
	Actor string
	// Session is the session that it happened in, if any.
	Session string
	// Subject is who or what it was done to, if that is not the session: the ID of
	// an account, for example.
	Subject string
	// Address is the network address that it came from, if it is known.
	Address string
	// Detail says more. Its keys are words of a–z, 0–9 and underscore.
	Detail map[string]string
}

// Limits of an event, in bytes of UTF-8. What is longer is cut and ends in "…".
const (
	maxWord    = 32
	maxField   = 256
	maxValue   = 4096
	maxDetails = 16
)

const (
	ellipsis = "…"
	// moreDetails is the key of how many details were left out.
	moreDetails = "more_details"
)

// limited returns e as it is written: every field within its limit and UTF-8. An
// event is never refused for what a stranger put into it.
func (e Event) limited() Event {
	if e.Time = e.Time.UTC().Truncate(time.Microsecond); e.Time.Year() < 1 || e.Time.Year() > 9999 {
		e.Time = time.Time{} // RFC 3339 has four digits
	}
	e.Kind = Kind(word(string(e.Kind)))
	e.Actor, e.Session = cut(e.Actor, maxField), cut(e.Session, maxField)
	e.Subject, e.Address = cut(e.Subject, maxField), cut(e.Address, maxField)
	e.Detail = limitedDetail(e.Detail)
	return e
}

func limitedDetail(given map[string]string) map[string]string {
	if len(given) == 0 {
		return nil
	}
	detail := make(map[string]string, min(len(given), maxDetails))
	lost, last := 0, ""
	for _, key := range slices.Sorted(maps.Keys(given)) {
		name := word(key)
		if _, taken := detail[name]; taken || len(detail) == maxDetails {
			lost++
			continue
		}
		detail[name], last = cut(given[key], maxValue), name
	}
	if lost > 0 && len(detail) == maxDetails {
		delete(detail, last) // makes room
		lost++
	}
	if lost > 0 {
		detail[moreDetails] = strconv.Itoa(lost)
	}
	return detail
}

// word returns s as a kind or a key: of a–z, 0–9 and underscore, not empty.
func word(s string) string {
	s = strings.Map(func(r rune) rune {
		if r >= 'a' && r <= 'z' || r >= '0' && r <= '9' {
			return r
		}
		return '_'
	}, s)
	if s == "" {
		return "_"
	}
	return s[:min(len(s), maxWord)]
}

// cut returns s as UTF-8 of at most limit bytes.
func cut(s string, limit int) string {
	s = strings.ToValidUTF8(s, string(utf8.RuneError))
	if len(s) <= limit {
		return s
	}
	end := limit - len(ellipsis)
	for !utf8.RuneStart(s[end]) {
		end--
	}
	return s[:end] + ellipsis
}
