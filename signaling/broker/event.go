package broker

import (
	"net/netip"
	"time"
)

// EventKind names what has happened, for programs that read the journal.
type EventKind string

// What a broker tells its journal.
const (
	// EventCodeIssued: a host has a code; which one is never told.
	EventCodeIssued EventKind = "code_issued"
	// EventCodeRedeemed, EventCodeWrong: a technician tried one.
	EventCodeRedeemed EventKind = "code_redeemed"
	EventCodeWrong    EventKind = "code_wrong"
	// EventCodeSpoiled: wrong tries have ended a code.
	EventCodeSpoiled EventKind = "code_spoiled"
	// EventRequest: a person is asked. EventConsent, with the signed statement, and
	// EventRefused are the answers.
	EventRequest EventKind = "request"
	EventConsent EventKind = "consent"
	EventRefused EventKind = "refused"
	// EventGrant: a technician got a grant.
	EventGrant EventKind = "grant"
	// EventPermission: what is allowed changed while the session ran, by the person
	// (with the statement) or by the organisation's limits.
	EventPermission EventKind = "permission"
	// EventVerifyWords: what the person made of the words.
	EventVerifyWords EventKind = "verify_words"
	// EventSessionEnded: with its reason.
	EventSessionEnded EventKind = "session_ended"
	// EventInvitationMade, EventInvitationOpened, EventInvitationWithdrawn: by a
	// technician, a host, a technician.
	EventInvitationMade      EventKind = "invitation_made"
	EventInvitationOpened    EventKind = "invitation_opened"
	EventInvitationWithdrawn EventKind = "invitation_withdrawn"
)

// The actors of events that are no account.
const (
	ActorHost  = "host"
	ActorRelay = "relay"
)

// Event is one thing that has happened. Its texts have the limits of PROTOCOL.md; none
// of them is a code or a token.
type Event struct {
	Time time.Time
	Kind EventKind
	// Actor is who did it: a technician's account, ActorHost, or ActorRelay.
	Actor string
	// Session is the session's ID; empty for none.
	Session string
	// Subject is what it was done to: an account or an invitation; empty for none.
	Subject string
	// Address is where the actor's connection comes from: an IPv4 address or the /64 of an
	// IPv6 address; zero when nobody's.
	Address netip.Prefix
	// Detail is what else is known.
	Detail map[string]string
}
