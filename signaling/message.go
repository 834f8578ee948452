package signaling

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
)

// Message is one of the messages of this package; no other package can add one.
type Message interface {
	// messageType is the value of the "type" field.
	messageType() string
	// check reports the first field that breaks its limit.
	check() error
}

// TypeOf returns the name of the message's type, as in its "type" field.
func TypeOf(m Message) string { return m.messageType() }

// Encode writes m as one JSON object. It refuses a message that its receiver would
// refuse.
func Encode(m Message) ([]byte, error) {
	if err := m.check(); err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.messageType(), err)
	}
	fields, err := json.Marshal(m)
	if err != nil {
		return nil, fmt.Errorf("encode %s: %w", m.messageType(), err)
	}
	out := tagged("type", m.messageType(), fields)
	if len(out) > MaxMessage {
		return nil, fmt.Errorf("encode %s: %d bytes, more than %d", m.messageType(), len(out), MaxMessage)
	}
	return out, nil
}

// tagged puts a first field in front of an object's others.
func tagged(field, value string, object []byte) []byte {
	out := fmt.Appendf(nil, "{%q:%q", field, value)
	if len(object) > len("{}") {
		out = append(out, ',')
	}
	return append(out, object[1:]...)
}

// Set is the messages that one side may send on one connection.
type Set struct {
	types map[string]reflect.Type
}

func newSet(prototypes ...Message) *Set {
	s := &Set{types: make(map[string]reflect.Type, len(prototypes))}
	for _, p := range prototypes {
		s.types[p.messageType()] = reflect.TypeOf(p).Elem()
	}
	return s
}

// Decode reads one message of the set. Its error is always an [*Error]: one of
// CodeMessageTooLarge, CodeBadMessage and CodeUnknownMessage. Fields that it does
// not know are ignored, so that later versions can add some.
func (s *Set) Decode(data []byte) (Message, error) {
	if len(data) > MaxMessage {
		return nil, &Error{Code: CodeMessageTooLarge, Message: fmt.Sprintf("a message is at most %d bytes", MaxMessage)}
	}
	var head struct {
		Type string `json:"type"`
	}
	if err := json.Unmarshal(data, &head); err != nil {
		return nil, badMessage("message", err)
	}
	t, ok := s.types[head.Type]
	if !ok {
		return nil, &Error{Code: CodeUnknownMessage, Message: Clean(fmt.Sprintf("unknown message type %.32q", head.Type), maxHint)}
	}
	m, ok := reflect.New(t).Interface().(Message)
	if !ok {
		return nil, badMessage(head.Type, errors.New("not a message"))
	}
	if err := json.Unmarshal(data, m); err != nil {
		return nil, badMessage(head.Type, err)
	}
	if err := m.check(); err != nil {
		return nil, badMessage(head.Type, err)
	}
	return m, nil
}

func badMessage(what string, err error) *Error {
	return &Error{Code: CodeBadMessage, Message: Clean(fmt.Sprintf("malformed %s: %v", what, err), maxHint)}
}
