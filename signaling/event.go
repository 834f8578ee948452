package signaling

import (
	"encoding/json"
	"fmt"
)

// Event is one thing that the technician's hands did: a [KeyEvent], [ButtonEvent],
// [WheelEvent] or [TextEvent].
type Event interface {
	kind() string
	check() error
}

// KeyEvent is a key that went down, repeated, or went up.
type KeyEvent struct {
	// Code is KeyboardEvent.code, the key's place on the keyboard.
	Code string `json:"code"`
	Down bool   `json:"down"`
	// Text is what the technician's layout makes of the key, when that is text.
	Text string `json:"text,omitempty"`
}

func (*KeyEvent) kind() string { return "key" }

func (e *KeyEvent) check() error {
	return firstError(checkOpaque("code", e.Code, 1, maxCodeName), checkKeyText(e.Text))
}

// checkKeyText checks the text of a key, which most keys have none of.
func checkKeyText(s string) error {
	if s == "" {
		return nil
	}
	return checkTyped("text", s)
}

// ButtonEvent is a pointer button that went down or up at a place.
type ButtonEvent struct {
	// Button is MouseEvent.button: 0 left, 1 middle, 2 right, 3 back, 4 forward.
	Button int  `json:"button"`
	Down   bool `json:"down"`
	X      int  `json:"x"`
	Y      int  `json:"y"`
	// Screen is the number of the Screen that the place is on; 0: the present one.
	Screen uint64 `json:"screen,omitempty"`
}

func (*ButtonEvent) kind() string { return "button" }

func (e *ButtonEvent) check() error {
	return firstError(checkNumber("button", float64(e.Button), 0, 4), checkPlace(e.X, e.Y))
}

// WheelEvent is a turn of the wheel at a place, in notches, right and down
// positive. Fractions are fine.
type WheelEvent struct {
	DX float64 `json:"dx"`
	DY float64 `json:"dy"`
	X  int     `json:"x"`
	Y  int     `json:"y"`
	// Screen is the number of the Screen that the place is on; 0: the present one.
	Screen uint64 `json:"screen,omitempty"`
}

func (*WheelEvent) kind() string { return "wheel" }

func (e *WheelEvent) check() error {
	return firstError(
		checkNumber("dx", e.DX, -maxNotches, maxNotches),
		checkNumber("dy", e.DY, -maxNotches, maxNotches),
		checkPlace(e.X, e.Y),
	)
}

// TextEvent is text that came without a key: from an input method, a composition,
// an emoji picker.
type TextEvent struct {
	Text string `json:"text"`
}

func (*TextEvent) kind() string { return "text" }

func (e *TextEvent) check() error { return checkTyped("text", e.Text) }

// Events is a list of events; each is written as an object whose "kind" names its
// type.
type Events []Event

// MarshalJSON writes the events.
func (events Events) MarshalJSON() ([]byte, error) {
	list := make([]json.RawMessage, 0, len(events))
	for _, e := range events {
		fields, err := json.Marshal(e)
		if err != nil {
			return nil, err
		}
		list = append(list, tagged("kind", e.kind(), fields))
	}
	return json.Marshal(list)
}

// UnmarshalJSON reads the events.
func (events *Events) UnmarshalJSON(data []byte) error {
	var list []json.RawMessage
	if err := json.Unmarshal(data, &list); err != nil {
		return err
	}
	*events = make(Events, 0, len(list))
	for _, raw := range list {
		e, err := decodeEvent(raw)
		if err != nil {
			return err
		}
		*events = append(*events, e)
	}
	return nil
}

func decodeEvent(raw json.RawMessage) (Event, error) {
	var head struct {
		Kind string `json:"kind"`
	}
	if err := json.Unmarshal(raw, &head); err != nil {
		return nil, err
	}
	var e Event
	switch head.Kind {
	case "key":
		e = &KeyEvent{}
	case "button":
		e = &ButtonEvent{}
	case "wheel":
		e = &WheelEvent{}
	case "text":
		e = &TextEvent{}
	default:
		return nil, fmt.Errorf("unknown kind of event %.32q", head.Kind)
	}
	return e, json.Unmarshal(raw, e)
}
