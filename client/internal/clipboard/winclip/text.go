package winclip

import (
	"errors"
	"slices"
	"strings"
	"unicode/utf16"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

// encode returns a text as Windows keeps it: UTF-16, lines that end with CR LF, and a NUL
// after the last.
func encode(text string) ([]uint16, error) {
	if strings.IndexByte(text, 0) >= 0 {
		return nil, errors.New("a NUL is no text")
	}
	text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\n", "\r\n")
	return append(utf16.Encode([]rune(text)), 0), nil
}

// decode returns the text in a piece of memory, which the first NUL ends. It returns
// clipboard.ErrNoText and clipboard.ErrTooLong.
func decode(memory []uint16) (string, error) {
	// The end of a line is two units there and one byte here; nothing else is more units
	// than bytes.
	const most = 2 * signaling.MaxClipboard
	end := slices.Index(memory[:min(len(memory), most+1)], 0)
	if end < 0 {
		end = len(memory) // of a program that forgot the NUL
	}
	if end > most {
		return "", clipboard.ErrTooLong
	}
	text := strings.ReplaceAll(string(utf16.Decode(memory[:end])), "\r\n", "\n")
	switch {
	case text == "":
		return "", clipboard.ErrNoText
	case len(text) > signaling.MaxClipboard:
		return "", clipboard.ErrTooLong
	}
	return text, nil
}
