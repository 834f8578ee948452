// Package ui is what the host's person sees and says. The program hands it codes,
// requests and the state of the session; it hands back answers and commands.
//
// [Terminal] is the interface of a terminal; [Events] tells scripts the same as
// lines of JSON.
package ui

import (
	"fmt"
	"strings"
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
	// Photo is the technician's, as a PNG of at most 96 × 96 pixels; nil for none.
	Photo []byte
	// Recording says what a yes means for a recording, and Readers who can open it.
	Recording Recording
	Readers   []string
	// Within is how long the person has for an answer.
	Within time.Duration
	// Again is how long the technician has had control, when the question is whether they
	// keep it; 0 for a request. Then silence takes it back, and a no ends the session.
	Again time.Duration
	// Settle is how long nothing answers: what the technician typed last may still be on
	// its way.
	Settle time.Duration
	// Give says that the question is another one: which of their files the person gives.
	// Then Wanted says that the technician has asked for one, and Path is what the person
	// has named already, or empty.
	Give, Wanted bool
	Path         string
}

// Answer is the person's answer to a Request.
type Answer struct {
	// Scopes are what they allow; nothing for a no.
	Scopes signaling.Scopes
	// Recorded says that they agree to the recording that they were asked for by itself.
	Recorded bool
	// Reported says that they called nobody: the session is over, and the relay hears of it.
	Reported bool
	// Path is the file that they give, where that was the question; empty for a no.
	Path string
}

// Recording is what a person's yes means for a recording.
type Recording int

// The values of Recording.
const (
	// Unrecorded: there is none.
	Unrecorded Recording = iota
	// RecordingAsked: they are asked for it by itself, and say so in Answer.Recorded.
	RecordingAsked
	// RecordingRequired: a yes is one to the recording too, and without it there is no
	// session.
	RecordingRequired
	// RecordingAgreed: they have agreed before.
	RecordingAgreed
)

// Command is something that the person wants done unasked.
type Command interface{ isCommand() }

// The commands.
type (
	// Stop ends the session.
	Stop struct{}
	// Allow changes what the technician may do from now on.
	Allow struct{ Scopes signaling.Scopes }
	// Pause shows nothing and lets nothing be done until Unpause; nothing is taken back.
	Pause struct{}
	// PauseRecording has nothing recorded until UnpauseRecording, where the organisation
	// allows that; the session goes on. Own is as in Unpause.
	PauseRecording struct{ Own bool }
	// UnpauseRecording ends that.
	UnpauseRecording struct{ Own bool }
	// Unpause ends a Pause. Own says that the system knows it for the person's own hand;
	// else it has no effect for a moment after the technician has used the machine.
	Unpause struct{ Own bool }
	// Hidden says that what shows the person who is there cannot be kept in sight. It ends
	// the session.
	Hidden struct{}
	// Chat says something to the technician, in at most 1,000 characters.
	Chat struct{ Text string }
	// Open opens an invitation, when nobody is there.
	Open struct{ Code signaling.Code }
	// WordsSame says that the person has found the words to be the same.
	WordsSame struct{}
	// WordsDiffer says that they are not.
	WordsDiffer struct{}
	// Give has the person asked which file they give. Path is what they have named already,
	// or empty: it is a question still, as the technician may have typed it.
	Give struct{ Path string }
	// StopFile ends a Transfer.
	StopFile struct {
		ToHost bool
		ID     uint32
	}
	// Quit ends the program.
	Quit struct{}
)

func (Stop) isCommand()             {}
func (Allow) isCommand()            {}
func (Pause) isCommand()            {}
func (PauseRecording) isCommand()   {}
func (UnpauseRecording) isCommand() {}
func (Unpause) isCommand()          {}
func (Hidden) isCommand()           {}
func (Chat) isCommand()             {}
func (Open) isCommand()             {}
func (WordsSame) isCommand()        {}
func (WordsDiffer) isCommand()      {}
func (Give) isCommand()             {}
func (StopFile) isCommand()         {}
func (Quit) isCommand()             {}

// AllowView takes control back, and goes on showing the screen.
func AllowView() Allow { return Allow{signaling.NewScopes(signaling.ScopeView)} }

// AllowControl allows control.
func AllowControl() Allow {
	return Allow{signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)}
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
	// Since is when the person said yes first, and Until when the session ends at the
	// latest; zero for no end.
	Since, Until time.Time
	// Paused says that the person has paused the session.
	Paused bool
	// Yielding says that remote input waits, as the person uses this machine themselves.
	Yielding bool
	// Recording is how the recording stands, empty while there is none; Readers can open
	// it, and RecordingPausable says that the person may hold it back.
	Recording         signaling.RecordingState
	Readers           []string
	RecordingPausable bool
	// Copy is the address of what the person can see of the session that has Ended; empty
	// for nothing. Whoever has it can see that too.
	Copy string
}

// Said is one message of the chat.
type Said struct {
	// Mine says that the person wrote it, and not the technician.
	Mine bool
	Text string
	At   time.Time
}

// Relay is how it stands with the relay.
type Relay struct {
	// Connected says that the relay is there.
	Connected bool
	// Name is the relay's host name, Problem and Hint what keeps it away; empty while it
	// is being looked for.
	Name, Problem, Hint string
}

// Line says it in a line.
func (r Relay) Line() string {
	if r.Connected {
		return "The relay is reachable again."
	}
	return strings.TrimSpace(fmt.Sprintf("The relay %s cannot be reached: %s. %s", r.Name, r.Problem, r.Hint))
}

// Notice is something that the person is told, with a hint of what to do or none.
type Notice struct {
	// Message and Hint are English, and what translations are found by. Message is a
	// format of package fmt for Args.
	Message string
	Args    []any
	Hint    string
}

// String returns the notice in English.
func (n Notice) String() string {
	return strings.TrimSpace(fmt.Sprintf(n.Message, n.Args...) + " " + n.Hint)
}

// Hand is whose hand pressed something.
type Hand int

// The hands.
const (
	// UnknownHand: this system cannot tell, or the press came by assistive technology.
	UnknownHand Hand = iota
	// OwnHand is the person's: a device of this machine.
	OwnHand
	// ProgramHand is a program's that injects input, such as this one for the technician.
	ProgramHand
	// DeviceHand is a device's, as far as this system tells: what is injected looks the same.
	DeviceHand
)

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
