package quartz

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/lendhand/lendhand/client/internal/input"
)

// Text implements input.Injector. Its characters need no key, and no lock touches them.
func (i *Injector) Text(text string) error {
	if i.closed {
		return input.ErrClosed
	}
	if !utf8.ValidString(text) {
		return fmt.Errorf("text of %d bytes is not UTF-8", len(text))
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	for _, char := range text {
		if err := i.character(char); err != nil {
			return fmt.Errorf("type text: %w", err)
		}
	}
	return nil
}

// character types one. New lines and tabs are keys: programs do more with them than write.
func (i *Injector) character(char rune) error {
	switch {
	case char == '\n':
		return i.tap("Enter")
	case char == '\t':
		return i.tap("Tab")
	case unicode.IsControl(char):
		return nil
	}
	return i.system.text(utf16.AppendRune(nil, char))
}

func (i *Injector) tap(code string) error {
	if err := i.system.key(keys[code], true, 0); err != nil {
		return err
	}
	return i.system.key(keys[code], false, 0)
}
