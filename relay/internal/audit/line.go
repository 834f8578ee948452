package audit

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// timeForm is RFC 3339 in UTC with six digits of a second.
const timeForm = "2006-01-02T15:04:05.000000Z"

// FormatTime writes a time as lines do. Text in this form sorts as the times do.
func FormatTime(t time.Time) string { return t.UTC().Format(timeForm) }

// Line returns the one way to write the event: a JSON object with its fields in a
// fixed order, no spaces, fields that are empty left out, details sorted by key.
// It has no line feed. Fields beyond their limits are cut.
func (e Event) Line() string { return string(e.limited().append(nil)) }

// append adds the line of an event that is within the limits.
func (e Event) append(b []byte) []byte {
	b = strconv.AppendInt(append(b, `{"n":`...), e.Number, 10)
	b = appendField(b, "time", FormatTime(e.Time))
	b = appendField(b, "kind", string(e.Kind))
	for _, f := range [...]struct{ name, value string }{
		{"actor", e.Actor}, {"session", e.Session}, {"subject", e.Subject}, {"address", e.Address},
	} {
		if f.value != "" {
			b = appendField(b, f.name, f.value)
		}
	}
	if len(e.Detail) > 0 {
		b = append(b, `,"detail":`...)
		opening := byte('{')
		for _, key := range slices.Sorted(maps.Keys(e.Detail)) {
			b = appendString(append(b, opening), key)
			b = appendString(append(b, ':'), e.Detail[key])
			opening = ','
		}
		b = append(b, '}')
	}
	return append(b, '}')
}

func appendField(b []byte, name, value string) []byte {
	b = appendString(append(b, ','), name)
	return appendString(append(b, ':'), value)
}

// appendString adds a JSON string. Characters that end a line, act on a terminal or
// turn text around are escaped, others stand as they are.
func appendString(b []byte, s string) []byte {
	b = append(b, '"')
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case signaling.Unsafe(r):
			b = fmt.Appendf(b, `\u%04x`, r) // all of them are below U+10000
		default:
			b = append(b, string(r)...)
		}
	}
	return append(b, '"')
}

var errNoEvent = errors.New("not an event")

// ParseLine reads a line of a trail. Fields that it does not know are passed over:
// a later version may have them.
func ParseLine(line string) (Event, error) {
	var f struct {
		N       int64             `json:"n"`
		Time    time.Time         `json:"time"`
		Kind    Kind              `json:"kind"`
		Actor   string            `json:"actor"`
		Session string            `json:"session"`
		Subject string            `json:"subject"`
		Address string            `json:"address"`
		Detail  map[string]string `json:"detail"`
	}
	if err := json.Unmarshal([]byte(line), &f); err != nil {
		return Event{}, fmt.Errorf("%w: %w", errNoEvent, err)
	}
	if f.N < 1 || f.Kind == "" {
		return Event{}, fmt.Errorf("%w: no number or no kind", errNoEvent)
	}
	return Event{
		Number: f.N, Time: f.Time.UTC(), Kind: f.Kind, Actor: f.Actor, Session: f.Session,
		Subject: f.Subject, Address: f.Address, Detail: f.Detail,
	}, nil
}
