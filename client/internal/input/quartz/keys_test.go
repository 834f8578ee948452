//go:build !windows

package quartz

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// Two codes of one key would let one of them go with the other.
func TestEveryKeyIsAnother(t *testing.T) {
	known := map[string]bool{}
	for _, code := range keymap.Codes() {
		known[code] = true
	}
	seen := map[uint16]string{}
	for code, key := range keys {
		if other := seen[key]; other != "" {
			t.Errorf("%s and %s are both %#x", code, other, key)
		}
		seen[key] = code
		if !known[code] {
			t.Errorf("%s is no key's code", code)
		}
	}
	const wanted = 100
	if len(seen) < wanted {
		t.Errorf("%d keys, want at least %d", len(seen), wanted)
	}
}

func TestModifiersAreKeys(t *testing.T) {
	for code := range modifiers {
		if _, ok := keys[code]; !ok {
			t.Errorf("%s has no key", code)
		}
	}
}
