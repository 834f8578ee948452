package presence

import (
	"strings"
	"testing"
)

func TestParseKey(t *testing.T) {
	for text, want := range map[string]Key{
		"Ctrl+Alt+End":     DefaultKey(),
		"alt+control+END":  DefaultKey(),
		"strg + alt + end": DefaultKey(),
		"Super+Pause":      {Meta, "Pause"},
		"ctrl+shift+f12":   {Control | Shift, "F12"},
		"win+pagedown":     {Meta, "PageDown"},
		"ctrl+alt+q":       {Control | Alt, "Q"},
		"Ctrl+0":           {Control, "0"},
	} {
		got, err := ParseKey(text)
		if err != nil || got != want {
			t.Errorf("%q: %+v, %v, want %+v", text, got, err, want)
		}
		if again, err := ParseKey(got.String()); err != nil || again != got {
			t.Errorf("%q again: %+v, %v", got.String(), again, err)
		}
	}
	for text, says := range map[string]string{
		"":                      `"" is no key`,
		"End":                   "none of Ctrl",
		"Shift+End":             "none of Ctrl",
		"Ctrl+":                 `"" is no key`,
		"Ctrl+Ctrl+End":         "there twice",
		"Hyper+End":             `"Hyper" is no modifier`,
		"Ctrl+F13":              `"F13" is no key`,
		"Ctrl+é":                "is no key",
		"ctrl+alt+delete":       "belongs to the system",
		strings.Repeat("x", 99): "is no key",
	} {
		if k, err := ParseKey(text); err == nil || !strings.Contains(err.Error(), says) {
			t.Errorf("%q: %+v, %v, want %q", text, k, err, says)
		}
	}
}

// The text comes from a flag or a file, and is shown in an error.
func FuzzParseKey(f *testing.F) {
	f.Add("Ctrl+Alt+End")
	f.Add("+")
	f.Fuzz(func(t *testing.T, text string) {
		k, err := ParseKey(text)
		if err != nil {
			if len(err.Error()) > 200 {
				t.Errorf("an error of %d bytes", len(err.Error()))
			}
			return
		}
		if again, err := ParseKey(k.String()); err != nil || again != k {
			t.Errorf("%q is %s, and that %s, %v", text, k, again, err)
		}
	})
}
