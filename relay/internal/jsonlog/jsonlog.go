// Package jsonlog makes the relay's logger: one JSON object a line, in which no
// value can forge a line, move a terminal's cursor or turn text around.
package jsonlog

import (
	"bytes"
	"fmt"
	"io"
	"log/slog"
	"unicode/utf8"

	"github.com/lendhand/lendhand/signaling"
)

// New returns a logger that writes records from level on to w.
func New(w io.Writer, level slog.Level) *slog.Logger {
	return slog.New(slog.NewJSONHandler(escaper{w}, &slog.HandlerOptions{Level: level}))
}

// escaper rewrites what encoding/json leaves as it is. Everything that is not
// ASCII stands inside a JSON string there, so that escaping it changes no value.
type escaper struct{ w io.Writer }

// Write takes one whole record, as slog's handlers write them.
func (e escaper) Write(line []byte) (int, error) {
	out := line
	if bytes.ContainsFunc(line, unsafe) {
		out = escape(line)
	}
	if _, err := e.w.Write(out); err != nil {
		return 0, err
	}
	return len(line), nil
}

func escape(line []byte) []byte {
	var out bytes.Buffer
	for _, r := range string(line) {
		if unsafe(r) {
			fmt.Fprintf(&out, `\u%04x`, r) // all of them are below U+10000
			continue
		}
		out.WriteRune(r)
	}
	return out.Bytes()
}

// unsafe reports whether r has to be escaped. Line feeds end records; encoding/json
// has escaped those inside of strings.
func unsafe(r rune) bool { return r != '\n' && signaling.Unsafe(r) || r == utf8.RuneError }
