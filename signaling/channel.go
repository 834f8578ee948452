package signaling

import (
	"errors"
	"fmt"
)

// ChannelID is the SCTP stream identifier of a data channel between host and
// technician. All channels are negotiated by these numbers (RFC 8831 section 6.5),
// not in band: both sides open them before the connection exists.
type ChannelID uint16

// The channels.
const (
	// ChannelControl is reliable and ordered.
	ChannelControl ChannelID = 0
	// ChannelInput is unordered and never retransmits: its sender repeats what has
	// not been acknowledged.
	ChannelInput ChannelID = 1
	// ChannelPointer is unordered and never retransmits: a newer place replaces a
	// lost one.
	ChannelPointer ChannelID = 2
	// ChannelCursor is unordered and never retransmits: a newer place replaces a lost
	// one.
	ChannelCursor ChannelID = 3
	// ChannelTile is unordered and never retransmits: the picture has all that it
	// carries soon after. Its messages are bytes and not text.
	ChannelTile ChannelID = 4
	// ChannelChat is reliable and ordered.
	ChannelChat ChannelID = 5
	// ChannelClipboard is reliable and ordered.
	ChannelClipboard ChannelID = 6
	// ChannelFiles is reliable and ordered. It carries what is said of files, and how the
	// connection is made that carries their bytes.
	ChannelFiles ChannelID = 7
)

// Channel describes a data channel. Programs on both sides open what [Channels]
// lists, and nothing else.
type Channel struct {
	ID    ChannelID
	Label string
	// Reliable channels are ordered too. The others are neither, and retransmit nothing.
	Reliable bool
	// FromTechnician and FromHost are the messages that either side may send as text; a
	// side that may send none has an empty Set.
	FromTechnician, FromHost *Set
}

// Channels lists the channels of a connection.
func Channels() []Channel {
	return []Channel{
		{ChannelControl, "control", true, ControlFromTechnician, ControlFromHost},
		{ChannelInput, "input", false, InputFromTechnician, InputFromHost},
		{ChannelPointer, "pointer", false, PointerFromTechnician, newSet()},
		{ChannelCursor, "cursor", false, newSet(), CursorFromHost},
		{ChannelTile, "tile", false, newSet(), newSet()},
		{ChannelChat, "chat", true, ChatMessages, ChatMessages},
		{ChannelClipboard, "clipboard", true, ClipboardMessages, ClipboardMessages},
		{ChannelFiles, "files", true, FilesFromTechnician, FilesFromHost},
	}
}

// What the sides may send on the channels.
var (
	// ControlFromTechnician and ControlFromHost are the messages of ChannelControl.
	ControlFromTechnician = newSet(&Present{}, &Watch{}, &Observe{}, &Tiles{}, &Nonce{}, &Compared{}, &End{}, &Error{})
	ControlFromHost       = newSet(
		&Permissions{}, &Reveal{}, &Compared{}, &Screen{}, &Monitors{}, &Shape{}, &Figures{}, &Ended{}, &Error{},
	)
	// InputFromTechnician and InputFromHost are the messages of ChannelInput.
	InputFromTechnician = newSet(&Input{})
	InputFromHost       = newSet(&InputAck{})
	// PointerFromTechnician is the message of ChannelPointer.
	PointerFromTechnician = newSet(&Pointer{})
	// CursorFromHost is the message of ChannelCursor.
	CursorFromHost = newSet(&Cursor{})
	// ChatMessages are what both sides send on ChannelChat.
	ChatMessages = newSet(&Chat{}, &InputAck{})
	// ClipboardMessages are what both sides send on ChannelClipboard.
	ClipboardMessages = newSet(&Clipboard{}, &InputAck{})
	// FilesFromTechnician and FilesFromHost are the messages of ChannelFiles.
	FilesFromTechnician = newSet(&Offer{}, &Candidate{}, &File{}, &Take{}, &Whole{}, &Kept{}, &Drop{}, &Want{})
	FilesFromHost       = newSet(&Answer{}, &Candidate{}, &File{}, &Take{}, &Whole{}, &Kept{}, &Drop{})
)

// Present hands a renewed or widened grant to the host.
type Present struct {
	Grant string `json:"grant"`
}

func (*Present) messageType() string { return "present" }

func (m *Present) check() error { return checkOpaque("grant", m.Grant, 1, maxJWT) }

// Permissions tells the technician what the host allows from now on: what the
// grant and the person allow both. It is sent when the channel opens and after
// every change.
type Permissions struct {
	Scopes Scopes `json:"scopes"`
	// Grantable is what the person could allow without a new grant.
	Grantable Scopes `json:"grantable"`
	// Possible is all that the session can ever have: what the host can do, and nobody has
	// ruled out. Without it nothing is ruled out.
	Possible Scopes `json:"possible,omitempty"`
	// Commitment is the first half of the words to compare: on a connection's first
	// Permissions alone. See Nonce.
	Commitment string `json:"commitment,omitempty"`
	// VerifyWords says that nothing but view is allowed until the person has said that
	// the words are the same.
	VerifyWords bool `json:"verifyWords,omitempty"`
	// Paused says that the person has paused the session: nothing is shown or done, and
	// all that is permitted holds again when they go on.
	Paused bool `json:"paused,omitempty"`
	// Yielding says that the person uses the machine themselves: what the technician does
	// meanwhile has no effect.
	Yielding bool `json:"yielding,omitempty"`
	// Recording is how the recording stands; empty where nothing was ever to be recorded.
	Recording RecordingState `json:"recording,omitempty"`
}

func (*Permissions) messageType() string { return "permissions" }

func (m *Permissions) check() error {
	err := firstError(m.Scopes.check("scopes"), m.Grantable.check("grantable"), m.Recording.check())
	if m.Possible != nil {
		err = firstError(err, m.Possible.check("possible"))
	}
	if m.Commitment != "" {
		err = firstError(err, checkKey("commitment", m.Commitment))
	}
	return err
}

// Input carries every event that the host has not acknowledged, oldest first, and
// the state after the last of them. The host applies each event once, in order.
type Input struct {
	// First is the number of the first event in Events, or of the next one to come
	// when there is none. Events are numbered from 1 in the order they were made.
	First  uint64 `json:"first"`
	Events Events `json:"events"`
	// Held is what is down after the last event. The host lets go of anything else
	// once it has applied that event.
	Held Held `json:"held"`
}

func (*Input) messageType() string { return "input" }

func (m *Input) check() error {
	if m.First == 0 {
		return errors.New("first: events are numbered from 1")
	}
	if len(m.Events) > maxEvents {
		return fmt.Errorf("events: want at most %d, got %d", maxEvents, len(m.Events))
	}
	err := m.Held.check()
	for i, e := range m.Events {
		if e := e.check(); e != nil {
			err = firstError(err, fmt.Errorf("event %d: %w", i, e))
		}
	}
	return err
}

// Held is what is down: keys by KeyboardEvent.code and pointer buttons as in
// MouseEvent.buttons.
type Held struct {
	Keys    []string `json:"keys"`
	Buttons uint8    `json:"buttons"`
}

func (h *Held) check() error {
	if len(h.Keys) > maxHeld {
		return fmt.Errorf("held.keys: want at most %d, got %d", maxHeld, len(h.Keys))
	}
	var err error
	for _, k := range h.Keys {
		err = firstError(err, checkOpaque("held.keys", k, 1, maxCodeName))
	}
	return err
}

// InputAck says that every event up to Last has been applied, or refused; on ChannelChat,
// that every Chat up to Last has come; on ChannelClipboard, that the text with the number Last
// is in the clipboard.
type InputAck struct {
	Last uint64 `json:"last"`
}

func (*InputAck) messageType() string { return "ack" }

func (*InputAck) check() error { return nil }

// Pointer moves the pointer. The host drops it unless the last event it has applied
// is number After: a place from before a click must not move the click.
type Pointer struct {
	// Sequence grows by one with every Pointer; the host drops older ones.
	Sequence uint64 `json:"sequence"`
	After    uint64 `json:"after"`
	X        int    `json:"x"`
	Y        int    `json:"y"`
	// Screen is the number of the Screen that the place is on; 0: the present one.
	Screen uint64 `json:"screen,omitempty"`
}

func (*Pointer) messageType() string { return "pointer" }

func (m *Pointer) check() error { return checkPlace(m.X, m.Y) }

func checkPlace(x, y int) error {
	return firstError(
		checkNumber("x", float64(x), 0, maxCoordinate),
		checkNumber("y", float64(y), 0, maxCoordinate),
	)
}
