package winhook

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/presence"
)

func TestEveryNameIsAKeyOfWindows(t *testing.T) {
	tests := map[string][]uint32{
		"Ctrl+Alt+End": {0x23}, "Ctrl+Pause": {0x13, 0x03}, "Ctrl+F12": {0x7b},
		"Ctrl+Z": {0x5a}, "Ctrl+7": {0x37, 0x67}, "Ctrl+Space": {0x20},
		"Ctrl+Home": {0x24}, "Ctrl+Insert": {0x2d}, "Ctrl+Delete": {0x2e}, "Ctrl+PageUp": {0x21},
		"Ctrl+PageDown": {0x22}, "Ctrl+Escape": {0x1b}, "Ctrl+ScrollLock": {0x91}, "Ctrl+Backspace": {0x08},
	}
	for text, want := range tests {
		key, err := presence.ParseKey(text)
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, virtualKeys(key.Name)); diff != "" {
			t.Errorf("%s (-want +got):\n%s", text, diff)
		}
	}
	if got := virtualKeys("Ä"); got != nil {
		t.Errorf("a key that presence does not know: %v", got)
	}
}

func TestModifiersLeftAndRight(t *testing.T) {
	tests := map[uint32]presence.Modifiers{
		0x11: presence.Control, 0xa2: presence.Control, 0xa3: presence.Control,
		0x12: presence.Alt, 0xa4: presence.Alt, 0xa5: presence.Alt,
		0x10: presence.Shift, 0xa0: presence.Shift, 0xa1: presence.Shift,
		0x5b: presence.Meta, 0x5c: presence.Meta, 0x23: 0,
	}
	for code, want := range tests {
		if got := modifierOf(code); got != want {
			t.Errorf("%#x is %v, want %v", code, got, want)
		}
	}
}
