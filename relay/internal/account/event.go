package account

import (
	"net/netip"
	"time"
)

// EventKind says what happened.
type EventKind string

// The kinds of events.
const (
	EventSignIn          EventKind = "sign_in"
	EventSignInRefused   EventKind = "sign_in_refused"
	EventSignOut         EventKind = "sign_out"
	EventSignInEnded     EventKind = "sign_in_ended"
	EventCreated         EventKind = "account_created"
	EventChanged         EventKind = "account_changed"
	EventPasswordChanged EventKind = "password_changed"
	EventFactorAdded     EventKind = "factor_added"
	EventFactorRemoved   EventKind = "factor_removed"
	EventLinkMade        EventKind = "link_made"
	EventLinkUsed        EventKind = "link_used"
)

// Event is something that happened to an account. It never holds a secret.
type Event struct {
	Time time.Time
	Kind EventKind
	// Actor is the ID of the account that did it, "command line", or empty when
	// nobody has proven to be anybody.
	Actor string
	// Subject is the ID of the account that it was done to.
	Subject string
	// Address is where it came from; it is not valid for the command line.
	Address netip.Addr
	// Detail says more: short names, short texts.
	Detail map[string]string
}

// By is who does something to an account.
type By struct {
	// Actor is as in Event.
	Actor   string
	Address netip.Addr
}

// CommandLine is who has the machine.
func CommandLine() By { return By{Actor: "command line"} }

// note tells the journal. Details are pairs of name and value.
func (s *Service) note(kind EventKind, by By, subject string, details ...string) {
	e := Event{Time: s.now(), Kind: kind, Actor: by.Actor, Subject: subject, Address: by.Address}
	for i := 0; i+1 < len(details); i += 2 {
		if e.Detail == nil {
			e.Detail = make(map[string]string)
		}
		e.Detail[details[i]] = details[i+1]
	}
	s.journal(e)
}
