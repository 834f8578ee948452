package winclip

import (
	"errors"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

func TestEncode(t *testing.T) {
	for text, want := range map[string][]uint16{
		"":         {0},
		"a\nb":     {'a', '\r', '\n', 'b', 0},
		"a\r\nb\n": {'a', '\r', '\n', 'b', '\r', '\n', 0},
		"ü😀":       {0xfc, 0xd83d, 0xde00, 0},
	} {
		got, err := encode(text)
		if d := cmp.Diff(want, got); d != "" || err != nil {
			t.Errorf("%q: %v\n%s", text, err, d)
		}
	}
	if _, err := encode("a\x00b"); err == nil {
		t.Error("a NUL is encoded")
	}
}

func TestDecode(t *testing.T) {
	lines := utf16.Encode([]rune(strings.Repeat("\r\n", signaling.MaxClipboard)))
	for _, c := range []struct {
		name   string
		memory []uint16
		want   string
		err    error
	}{
		{"nothing", nil, "", clipboard.ErrNoText},
		{"a NUL alone", []uint16{0, 'a'}, "", clipboard.ErrNoText},
		{"what comes after the NUL", []uint16{'a', 0, 'b', 'c'}, "a", nil},
		{"no NUL", []uint16{'a', 'b'}, "ab", nil},
		{"half a character", []uint16{'a', 0xd83d, 'b', 0}, "a\uFFFDb", nil},
		{"lines", []uint16{'a', '\r', '\n', '\n', '\r', 0}, "a\n\n\r", nil},
		{"the most lines", append(lines, 0), strings.Repeat("\n", signaling.MaxClipboard), nil},
		{"one more", append(lines, 'x', 0), "", clipboard.ErrTooLong},
		{"one more, in bytes", append(make16('ü', signaling.MaxClipboard/2), 'x', 0), "", clipboard.ErrTooLong},
		{"far too much", make16('x', 1<<20), "", clipboard.ErrTooLong},
	} {
		got, err := decode(c.memory)
		if got != c.want || !errors.Is(err, c.err) {
			t.Errorf("%s: %d bytes, %v; want %d, %v", c.name, len(got), err, len(c.want), c.err)
		}
	}
}

func make16(unit uint16, n int) []uint16 {
	memory := make([]uint16, n)
	for i := range memory {
		memory[i] = unit
	}
	return memory
}

// Whatever a program leaves in the clipboard, it is text that may be sent, or an error. A
// text that is written comes back.
func FuzzDecode(f *testing.F) {
	f.Add([]byte("a\x00\r\x00\n\x00\x00\x00"))
	f.Add([]byte("\x3d\xd8\x00\xde"))
	f.Add([]byte{0xff})
	f.Fuzz(func(t *testing.T, data []byte) {
		memory := make([]uint16, len(data)/2)
		for i := range memory {
			memory[i] = uint16(data[2*i]) | uint16(data[2*i+1])<<8
		}
		text, err := decode(memory)
		if err != nil {
			return
		}
		if !utf8.ValidString(text) || len(text) > signaling.MaxClipboard || strings.ContainsRune(text, 0) {
			t.Errorf("%x is %q", data, text)
		}
		again, err := encode(text)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := decode(again); got != text || err != nil {
			t.Errorf("%q comes back as %q, %v", text, got, err)
		}
	})
}
