package sendinput

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lendhand/lendhand/client/internal/input"
)

// atOnce bounds what is sent in one go: a program's queue has room for ten thousand events.
const atOnce = 200

// Text implements input.Injector. Its characters need no key, and no lock touches them.
func (i *Injector) Text(text string) error {
	if i.closed {
		return input.ErrClosed
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("text of %d bytes is not UTF-8", len(text))
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	var events []event
	for _, char := range text {
		events = append(events, character(char)...)
		if len(events) >= atOnce {
			if err := send(events...); err != nil {
				return fmt.Errorf("type text: %w", err)
			}
			events = events[:0]
		}
	}
	if len(events) == 0 {
		return nil
	}
	if err := send(events...); err != nil {
		return fmt.Errorf("type text: %w", err)
	}
	return nil
}

// character returns what types one. New lines and tabs are keys: programs do more with them than write.
func character(char rune) []event {
	switch {
	case char == '\n':
		return tap("Enter")
	case char == '\t':
		return tap("Tab")
	case unicode.IsControl(char):
		return nil
	}
	var events []event
	for _, unit := range utf16.AppendRune(nil, char) {
		events = append(events, keyEvent(0, unit, keyUnicode), keyEvent(0, unit, keyUnicode|keyUp))
	}
	return events
}

func tap(code string) []event {
	k, _ := keyOf(code)
	return []event{k.event(true), k.event(false)}
}
