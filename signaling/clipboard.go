package signaling

import (
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	// MaxClipboard is the length of a text from a clipboard, in bytes of UTF-8.
	MaxClipboard = 64 << 10
	// MaxClipboardPart is the length of what one Clipboard holds of it, in characters:
	// written as JSON, that is less than MaxMessage.
	MaxClipboardPart = 8 << 10
	// ClipboardsAtOnce is how many texts a sender sends at once.
	ClipboardsAtOnce = 5
	// ClipboardEvery is the time in which it may send one more.
	ClipboardEvery = time.Second
	// ClipboardsTakenAtOnce is how many Clipboards a receiver takes at once.
	ClipboardsTakenAtOnce = 100
	// ClipboardTakenEvery is the time in which it takes one more.
	ClipboardTakenEvery = time.Second / 20
)

// Clipboard is text that was copied on one side and is to be pasted on the other, or a
// part of it. Both sides send the parts of a text one after the other.
type Clipboard struct {
	// Sent numbers the texts that one side sends on a connection, from 1.
	Sent uint64 `json:"sent"`
	Text string `json:"text"`
	// More says that another part follows.
	More bool `json:"more,omitempty"`
}

func (*Clipboard) messageType() string { return "clipboard" }

func (m *Clipboard) check() error {
	if m.Sent == 0 {
		return errors.New("sent: numbered from 1")
	}
	if n := utf8.RuneCountInString(m.Text); n < 1 || n > MaxClipboardPart {
		return fmt.Errorf("text: want 1 to %d characters, got %d", MaxClipboardPart, n)
	}
	return CheckClipboard(m.Text)
}

// CheckClipboard checks a text that goes from one clipboard to another: at most
// MaxClipboard bytes of UTF-8 without NUL, at which programs would cut it off. Its error
// does not hold the text.
func CheckClipboard(text string) error {
	switch {
	case len(text) > MaxClipboard:
		return fmt.Errorf("text: more than %d bytes", MaxClipboard)
	case !utf8.ValidString(text):
		return errors.New("text: not UTF-8")
	case strings.ContainsRune(text, 0):
		return errors.New("text: holds NUL")
	}
	return nil
}

// ClipboardParts makes the messages that carry a text, which is not empty.
func ClipboardParts(sent uint64, text string) []*Clipboard {
	var parts []*Clipboard
	for text != "" {
		end, n := len(text), 0
		for at := range text {
			if n == MaxClipboardPart {
				end = at
				break
			}
			n++
		}
		parts = append(parts, &Clipboard{Sent: sent, Text: text[:end], More: end < len(text)})
		text = text[end:]
	}
	return parts
}
