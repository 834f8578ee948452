package broker

import (
	"net/netip"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
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
	// EventPause, EventUnpause: the person held everything back, and went on.
	EventPause   EventKind = "pause"
	EventUnpause EventKind = "unpause"
	// EventReported: the person says that they called nobody. The subject is the account of
	// the technician.
	EventReported EventKind = "reported"
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
	// Actor is who did it: a technician's or administrator's account, ActorHost, or
	// ActorRelay.
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

// note tells the journal of an event in a session, or in none.
func (b *Broker) note(e Event, s *session) {
	if b.journal == nil {
		return
	}
	e.Time = time.Now()
	if s != nil {
		e.Session = s.ID
		if p := s.speaker(e.Actor); p != nil && p.visitor != nil {
			e.Address = p.visitor.from
		}
	}
	b.journal(e)
}

// speaker returns the side that an actor speaks for; nil for neither.
func (s *session) speaker(actor string) *party {
	switch {
	case actor == ActorHost:
		return &s.host
	case actor != "" && actor == s.Technician.ID:
		return &s.technician
	}
	return nil
}

// words writes scopes as details have them.
func words(scopes signaling.Scopes) string {
	list := make([]string, len(scopes))
	for i, s := range scopes {
		list[i] = string(s)
	}
	return strings.Join(list, " ")
}
