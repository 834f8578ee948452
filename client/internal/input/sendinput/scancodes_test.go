package sendinput

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

func TestKeyOf(t *testing.T) {
	tests := []struct {
		code string
		want key
		ok   bool
	}{
		{"Escape", key{scan: 0x01}, true},
		{"KeyA", key{scan: 0x1e}, true},
		{"ShiftRight", key{scan: 0x36}, true},
		{"AltLeft", key{scan: 0x38}, true},
		{"AltRight", key{scan: 0x38, extended: true}, true},
		{"F12", key{scan: 0x58}, true},
		{"IntlBackslash", key{scan: 0x56}, true},
		{"Numpad7", key{scan: 0x47}, true},
		{"Home", key{scan: 0x47, extended: true}, true},
		{"Pause", key{virtual: virtualPause}, true},
		{"Lang5", key{}, false},
		{"Props", key{}, false},
		{"Power", key{}, false},
		{"", key{}, false},
	}
	for _, test := range tests {
		if got, ok := keyOf(test.code); got != test.want || ok != test.ok {
			t.Errorf("%s: %+v, %v; want %+v, %v", test.code, got, ok, test.want, test.ok)
		}
	}
}

// Two codes of one key would let one of them go with the other.
func TestEveryKeyIsAnother(t *testing.T) {
	seen := map[key]string{}
	for _, code := range keymap.Codes() {
		k, ok := keyOf(code)
		if !ok {
			continue
		}
		if other := seen[k]; other != "" {
			t.Errorf("%s and %s are both %+v", code, other, k)
		}
		seen[k] = code
	}
	const wanted = 130
	if len(seen) < wanted {
		t.Errorf("%d keys, want at least %d", len(seen), wanted)
	}
}

func TestNoCodeThatKeymapDoesNotKnow(t *testing.T) {
	for _, table := range []map[string]uint16{plain, extended} {
		for code := range table {
			if _, ok := keymap.Evdev(code); !ok {
				t.Errorf("%s is in no keymap", code)
			}
		}
	}
}
