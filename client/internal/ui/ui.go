// Package ui is what the host's person sees and says. The program hands it codes,
// requests and the state of the session; it hands back answers and commands.
//
// [Terminal] is the interface of a terminal; [Events] tells scripts the same as
// lines of JSON.
package ui

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// Request is a technician's question to the person.
type Request struct {
	// Technician is someone whom the relay has signed in.
	Technician signaling.Person
	// Ask is what they ask for.
	Ask signaling.Scopes
	// Ticket is the technician's reference, or empty.
	Ticket string
	// Recorded says whether the session will be recorded.
	Recorded bool
	// Within is how long the person has for an answer.
	Within time.Duration
	// Again is how long the technician has had control, when the question is whether they
	// keep it; 0 for a request. Then silence takes it back, and a no ends the session.
	Again time.Duration
	// Settle is how long nothing answers: what the technician typed last may still be on
	// its way.
	Settle time.Duration
}

// Command is something that the person wants done unasked.
type Command int

// The commands.
const (
	// Stop ends the session.
	Stop Command = iota + 1
	// AllowView takes control back, and goes on showing the screen.
	AllowView
	// AllowControl allows control.
	AllowControl
	// WordsSame and WordsDiffer say what the person has found out about the words.
	WordsSame
	WordsDiffer
	// Quit ends the program.
	Quit
)

// Scopes returns what the technician may do after AllowView and AllowControl, and
// nothing for other commands.
func (c Command) Scopes() signaling.Scopes {
	switch c {
	case AllowView:
		return signaling.NewScopes(signaling.ScopeView)
	case AllowControl:
		return signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
	case Stop, Quit, WordsSame, WordsDiffer:
	}
	return nil
}

// Phase is where the session stands, as a person would say it.
type Phase int

// The phases.
const (
	// Connecting: the person has said yes, the technician is on their way.
	Connecting Phase = iota + 1
	// Active: the technician is there.
	Active
	// Reconnecting: the connection broke, and both sides try to get it back.
	Reconnecting
	// Ended: nobody is there any more.
	Ended
)

// State is what an interface shows of a session.
type State struct {
	Phase      Phase
	Technician signaling.Person
	// Path is the way that the media takes, while Active.
	Path signaling.Path
	// Scopes is what the technician may do now, Allowed what the person allows: the
	// relay may have granted less.
	Scopes, Allowed signaling.Scopes
	// Reason is why the session Ended.
	Reason signaling.EndReason
	// Words are what the two people compare on this connection.
	Words Words
}

// Words are the words to compare, and how far that is.
type Words struct {
	// List is what the person compares with what the technician reads out; zero while
	// there are none.
	List verifywords.Words
	// Missing says that the technician's side has made none in time.
	Missing bool
	// Required says that nothing but viewing is possible until Same.
	Required bool
	// Same says that the person has found them to be the same.
	Same bool
	// Theirs is what the technician says of them; empty for nothing.
	Theirs signaling.Comparison
}
