package recording

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"
)

// encodeLine writes v as a line of JSON without its newline, and leaves <, > and & as
// they are, as other languages do.
func encodeLine(v any) ([]byte, error) {
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	line := bytes.TrimSuffix(b.Bytes(), []byte("\n"))
	if len(line) > MaxLine {
		return nil, ErrLongLine
	}
	return line, nil
}

// ErrLongLine is returned for a line of more than MaxLine bytes.
var ErrLongLine = fmt.Errorf("line has more than %d bytes", MaxLine)

var errCanonical = errors.New("not written in the one form that is allowed")

// decodeExact reads a line that can be written in one way only, so that no two lines
// mean the same.
func decodeExact[T any](line []byte) (v T, err error) {
	if len(line) > MaxLine {
		return v, ErrLongLine
	}
	if err := json.Unmarshal(line, &v); err != nil {
		return v, err
	}
	again, err := encodeLine(v)
	if err == nil && !bytes.Equal(again, line) {
		err = errCanonical
	}
	return v, err
}

// decodeOpen reads a line that may say more than this version knows. A name must not
// stand twice in an object, in whatever case: two programs could take it for two things.
func decodeOpen(line []byte, v any) error {
	switch {
	case len(line) > MaxLine:
		return ErrLongLine
	case !utf8.Valid(line):
		return errors.New("not UTF-8")
	}
	if err := checkNames(json.NewDecoder(bytes.NewReader(line))); err != nil {
		return err
	}
	return json.Unmarshal(line, v)
}

// maxDepth is how deep objects and lists may stand in each other.
const maxDepth = 16

func checkNames(d *json.Decoder) error {
	type level struct {
		names map[string]bool // nil in a list
		value bool            // in an object: a value comes next
	}
	var open []level
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		if token == json.Delim('}') || token == json.Delim(']') {
			open = open[:len(open)-1]
			continue
		}
		if n := len(open); n > 0 && open[n-1].names != nil {
			if l := &open[n-1]; l.value {
				l.value = false
			} else if name := strings.ToLower(token.(string)); l.names[name] {
				return fmt.Errorf("%.64q stands twice", name)
			} else {
				l.names[name], l.value = true, true
				continue
			}
		}
		switch token {
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		case json.Delim('['):
			open = append(open, level{})
		}
		if len(open) > maxDepth {
			return fmt.Errorf("more than %d levels deep", maxDepth)
		}
	}
}
