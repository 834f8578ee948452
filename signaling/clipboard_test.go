package signaling

import (
	"strings"
	"testing"
)

// Whatever the longest texts are made of, their parts can be sent, and are the text.
func TestClipboardParts(t *testing.T) {
	for _, unit := range []string{"a", "\x01", "<", "ü", "\u2028", "世", "👩"} {
		text := strings.Repeat(unit, MaxClipboard/len(unit))
		if err := CheckClipboard(text); err != nil {
			t.Fatal(err)
		}
		var whole strings.Builder
		parts := ClipboardParts(7, text)
		for n, part := range parts {
			data, err := Encode(part)
			if err != nil {
				t.Fatalf("%q: %v", unit, err)
			}
			m, err := ClipboardMessages.Decode(data)
			if err != nil {
				t.Fatalf("%q: %v", unit, err)
			}
			got, ok := m.(*Clipboard)
			if !ok || got.Sent != 7 || got.More != (n < len(parts)-1) {
				t.Errorf("%q: part %d is %T, number %d, more %v", unit, n, m, part.Sent, part.More)
			}
			whole.WriteString(got.Text)
		}
		if whole.String() != text {
			t.Errorf("%q came differently", unit)
		}
	}
}

func TestCheckClipboard(t *testing.T) {
	for name, text := range map[string]string{
		"one byte too many": strings.Repeat("a", MaxClipboard+1), "NUL": "a\x00b", "not UTF-8": "a\xffb",
	} {
		err := CheckClipboard(text)
		if err == nil {
			t.Errorf("%s is taken", name)
		} else if strings.Contains(err.Error(), "ab") || len(err.Error()) > 100 {
			t.Errorf("%s: the error holds the text", name)
		}
	}
	if err := CheckClipboard("<b>two\r\n\tlines</b>\u202e"); err != nil {
		t.Error(err)
	}
}
