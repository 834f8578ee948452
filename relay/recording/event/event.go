// Package event is what a recording says beside its pictures: one line of JSON for each
// thing that happened.
//
// FORMAT.md, in the folder above, lists the events. No event holds a secret, which keys
// were pressed, or what a clipboard held.
package event

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
)

// MaxLine is the longest line of an event, in bytes.
const MaxLine = 64 << 10

// Event is one of this package's types.
type Event interface {
	// EventType is what the line says in "type".
	EventType() string
}

// Line is an event and when it happened.
type Line struct {
	At    Time
	Event Event
}

// Unknown is an event of a type that this package does not know: a newer one's.
type Unknown struct {
	// Type is its name, and Raw its whole line.
	Type string
	Raw  json.RawMessage
}

// EventType returns the name.
func (u *Unknown) EventType() string { return u.Type }

// ErrLong is returned for an event that does not fit a line.
var ErrLong = fmt.Errorf("event has more than %d bytes", MaxLine)

// head begins every line.
type head struct {
	At   Time   `json:"t"`
	Type string `json:"type"`
}

// Append appends the line and a newline to b.
func (l Line) Append(b []byte) ([]byte, error) {
	if u, ok := l.Event.(*Unknown); ok {
		return append(append(b, u.Raw...), '\n'), nil
	}
	if l.Event == nil {
		return b, errors.New("line without an event")
	}
	begin, err := encode(head{At: l.At, Type: l.Event.EventType()})
	if err != nil {
		return b, err
	}
	rest, err := encode(l.Event)
	if err != nil {
		return b, err
	}
	line := begin
	if len(rest) > len("{}") {
		line = append(append(begin[:len(begin)-1], ','), rest[1:]...)
	}
	if len(line) > MaxLine {
		return b, ErrLong
	}
	return append(append(b, line...), '\n'), nil
}

// encode is json.Marshal that leaves <, > and & as they are, as other languages do.
func encode(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return bytes.TrimSuffix(b.Bytes(), []byte("\n")), nil
}

// Parse reads a line, without its newline. It keeps nothing of data.
func Parse(data []byte) (Line, error) {
	if len(data) > MaxLine {
		return Line{}, ErrLong
	}
	var h head
	if err := json.Unmarshal(data, &h); err != nil {
		return Line{}, fmt.Errorf("event: %w", err)
	}
	e := blank(h.Type)
	if e == nil {
		if h.Type == "" {
			return Line{}, errors.New("event without a type")
		}
		return Line{At: h.At, Event: &Unknown{Type: h.Type, Raw: bytes.Clone(data)}}, nil
	}
	if err := json.Unmarshal(data, e); err != nil {
		return Line{}, fmt.Errorf("event %s: %w", h.Type, err)
	}
	return Line{At: h.At, Event: e}, nil
}
