package event

import (
	"maps"
	"slices"
)

// Who did something, or at whose side something arrived.
const (
	Technician = "technician"
	// Person sits at the host, and Host is the machine: a file or a clipboard goes there.
	Person = "person"
	Host   = "host"
)

// What a Pause pauses.
const (
	PausedSession   = "session"
	PausedRecording = "recording"
)

// Consent is what the person has allowed, as their host signed it: the JWT of the
// signalling message "consent". The first event of a recording, and again after each
// change that is a new statement.
type Consent struct {
	Statement string `json:"statement"`
}

// Permissions are what the technician may do from now on.
type Permissions struct {
	// Now are the scopes in force.
	Now    []string `json:"now"`
	Paused bool     `json:"paused,omitempty"`
}

// Screen is what the pictures show from now on: places of Pointer and Click are in its
// pixels, from its upper left corner.
type Screen struct {
	// Number is that of the signalling message "screen".
	Number uint64 `json:"number"`
	// X and Y are its place on the desktop.
	X      int `json:"x"`
	Y      int `json:"y"`
	Width  int `json:"width"`
	Height int `json:"height"`
	// Monitor is the ID of the monitor that is shown, -1 for all.
	Monitor  int       `json:"monitor"`
	Monitors []Monitor `json:"monitors,omitempty"`
}

// Monitor is one that the host has.
type Monitor struct {
	ID     int    `json:"id"`
	Name   string `json:"name"`
	X      int    `json:"x"`
	Y      int    `json:"y"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Pointer is where the pointer has come to, at most ten times a second.
type Pointer struct {
	X  int    `json:"x"`
	Y  int    `json:"y"`
	By string `json:"by,omitempty"`
}

// Click is a button that went down.
type Click struct {
	// Button is 0 for the main one, 1 for the middle one, 2 for the other.
	Button int    `json:"button"`
	X      int    `json:"x"`
	Y      int    `json:"y"`
	By     string `json:"by,omitempty"`
}

// Keys is how many keys the technician has pressed in this part: never which.
type Keys struct {
	Count int `json:"count"`
}

// Window is the one that has come to the front.
type Window struct {
	Title   string `json:"title"`
	Program string `json:"program,omitempty"`
}

// Chat is a message.
type Chat struct {
	From string `json:"from"`
	Text string `json:"text"`
}

// Clipboard is text that was passed on, by its length alone.
type Clipboard struct {
	To         string `json:"to"`
	Characters int    `json:"characters"`
}

// File is one that has arrived at the host, or has been sent to the technician, whole or in part.
type File struct {
	To   string `json:"to"`
	Name string `json:"name"`
	// Size is in bytes, SHA256 in lower-case hexadecimal.
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
	// Part says that it was ended before it was whole: Size and SHA256 are of what went.
	Part bool `json:"part,omitempty"`
}

// Pause begins a pause that the person, or a rule, made.
type Pause struct {
	What   string `json:"what"`
	Reason string `json:"reason,omitempty"`
}

// Unpause ends it.
type Unpause struct {
	What string `json:"what"`
	// Length is how long the pause was.
	Length Time `json:"length"`
}

// Gap is a stretch of which there are no pictures though the session ran.
type Gap struct {
	From   Time   `json:"from"`
	To     Time   `json:"to"`
	Reason string `json:"reason"`
}

// Quality is how the pictures are encoded from now on.
type Quality struct {
	Codec         string `json:"codec"`
	Width         int    `json:"width"`
	Height        int    `json:"height"`
	BitsPerSecond int    `json:"bitsPerSecond"`
}

// Path is the way that the media takes: "direct" or "relay".
type Path struct {
	Path string `json:"path"`
}

// Connection is the technician's: "connected", "disconnected".
type Connection struct {
	State string `json:"state"`
}

// Words is what came of comparing the words: "same" or "different".
type Words struct {
	Result string `json:"result"`
}

// End is the last event. Reason is that of the signalling message "ended".
type End struct {
	Reason string `json:"reason"`
}

// EventType returns "consent".
func (*Consent) EventType() string { return "consent" }

// EventType returns "permissions".
func (*Permissions) EventType() string { return "permissions" }

// EventType returns "screen".
func (*Screen) EventType() string { return "screen" }

// EventType returns "pointer".
func (*Pointer) EventType() string { return "pointer" }

// EventType returns "click".
func (*Click) EventType() string { return "click" }

// EventType returns "keys".
func (*Keys) EventType() string { return "keys" }

// EventType returns "window".
func (*Window) EventType() string { return "window" }

// EventType returns "chat".
func (*Chat) EventType() string { return "chat" }

// EventType returns "clipboard".
func (*Clipboard) EventType() string { return "clipboard" }

// EventType returns "file".
func (*File) EventType() string { return "file" }

// EventType returns "pause".
func (*Pause) EventType() string { return "pause" }

// EventType returns "unpause".
func (*Unpause) EventType() string { return "unpause" }

// EventType returns "gap".
func (*Gap) EventType() string { return "gap" }

// EventType returns "quality".
func (*Quality) EventType() string { return "quality" }

// EventType returns "path".
func (*Path) EventType() string { return "path" }

// EventType returns "connection".
func (*Connection) EventType() string { return "connection" }

// EventType returns "words".
func (*Words) EventType() string { return "words" }

// EventType returns "end".
func (*End) EventType() string { return "end" }

// kinds make an empty event of each type.
var kinds = map[string]func() Event{
	"consent":     func() Event { return &Consent{} },
	"permissions": func() Event { return &Permissions{} },
	"screen":      func() Event { return &Screen{} },
	"pointer":     func() Event { return &Pointer{} },
	"click":       func() Event { return &Click{} },
	"keys":        func() Event { return &Keys{} },
	"window":      func() Event { return &Window{} },
	"chat":        func() Event { return &Chat{} },
	"clipboard":   func() Event { return &Clipboard{} },
	"file":        func() Event { return &File{} },
	"pause":       func() Event { return &Pause{} },
	"unpause":     func() Event { return &Unpause{} },
	"gap":         func() Event { return &Gap{} },
	"quality":     func() Event { return &Quality{} },
	"path":        func() Event { return &Path{} },
	"connection":  func() Event { return &Connection{} },
	"words":       func() Event { return &Words{} },
	"end":         func() Event { return &End{} },
}

// blank returns a new event of the type, nil for one that is not known.
func blank(name string) Event {
	if kind, ok := kinds[name]; ok {
		return kind()
	}
	return nil
}

// Types returns the names of all types of this package, sorted.
func Types() []string { return slices.Sorted(maps.Keys(kinds)) }
