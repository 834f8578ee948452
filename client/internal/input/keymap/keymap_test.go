package keymap_test

import (
	"testing"
	"unicode"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

func TestEvdev(t *testing.T) {
	// From linux/input-event-codes.h and X11's own names of the keys.
	tests := []struct {
		code    string
		evdev   uint16
		keycode byte
	}{
		{"Escape", 1, 9},
		{"KeyA", 30, 38},
		{"KeyZ", 44, 52},
		{"Digit0", 11, 19},
		{"ShiftLeft", 42, 50},
		{"AltRight", 100, 108},
		{"MetaLeft", 125, 133},
		{"F12", 88, 96},
		{"F24", 194, 202},
		{"NumpadEnter", 96, 104},
		{"IntlBackslash", 86, 94},
		{"IntlRo", 89, 97},
		{"IntlYen", 124, 132},
		{"Lang1", 122, 130},
		{"NumpadComma", 121, 129},
		{"AudioVolumeMute", 113, 121},
		{"MediaPlayPause", 164, 172},
		{"ContextMenu", 127, 135},
	}
	for _, test := range tests {
		if got, ok := keymap.Evdev(test.code); !ok || got != test.evdev {
			t.Errorf("Evdev(%q) = %d, %v; want %d", test.code, got, ok, test.evdev)
		}
		if got, ok := keymap.Keycode(test.code); !ok || got != test.keycode {
			t.Errorf("Keycode(%q) = %d, %v; want %d", test.code, got, ok, test.keycode)
		}
	}
}

func TestUnknownCodes(t *testing.T) {
	for _, code := range []string{"", "keya", "KeyÄ", "Unidentified", "Power", "Sleep", "WakeUp", "Fn"} {
		if got, ok := keymap.Evdev(code); ok {
			t.Errorf("Evdev(%q) = %d", code, got)
		}
		if got, ok := keymap.Keycode(code); ok {
			t.Errorf("Keycode(%q) = %d", code, got)
		}
	}
}

// Two codes with one number would let go of each other's key.
func TestCodesAreDistinct(t *testing.T) {
	seen := map[byte]string{}
	for _, code := range keymap.Codes() {
		keycode, ok := keymap.Keycode(code)
		if !ok {
			t.Errorf("%q is listed and unknown", code)
		}
		if other := seen[keycode]; other != "" {
			t.Errorf("%q and %q are both %d", code, other, keycode)
		}
		seen[keycode] = code
	}
	if len(seen) < 130 {
		t.Errorf("%d keys, want those of a full keyboard", len(seen))
	}
}

// The 104 and 105 keys of the standard layouts, less nothing.
func TestStandardKeyboardIsComplete(t *testing.T) {
	var want []string
	for c := 'A'; c <= 'Z'; c++ {
		want = append(want, "Key"+string(c))
	}
	for c := '0'; c <= '9'; c++ {
		want = append(want, "Digit"+string(c), "Numpad"+string(c))
	}
	want = append(want,
		"Backquote", "Minus", "Equal", "Backspace", "Tab", "BracketLeft", "BracketRight", "Backslash",
		"CapsLock", "Semicolon", "Quote", "Enter", "ShiftLeft", "IntlBackslash", "Comma", "Period", "Slash",
		"ShiftRight", "ControlLeft", "MetaLeft", "AltLeft", "Space", "AltRight", "MetaRight", "ContextMenu",
		"ControlRight", "Escape", "F1", "F2", "F3", "F4", "F5", "F6", "F7", "F8", "F9", "F10", "F11", "F12",
		"PrintScreen", "ScrollLock", "Pause", "Insert", "Home", "PageUp", "Delete", "End", "PageDown",
		"ArrowUp", "ArrowLeft", "ArrowDown", "ArrowRight", "NumLock", "NumpadDivide", "NumpadMultiply",
		"NumpadSubtract", "NumpadAdd", "NumpadEnter", "NumpadDecimal")
	if len(want) != 105 {
		t.Fatalf("the list has %d keys", len(want))
	}
	for _, code := range want {
		if _, ok := keymap.Evdev(code); !ok {
			t.Errorf("%q is missing", code)
		}
	}
}

func TestKeysymRune(t *testing.T) {
	tests := []struct {
		keysym keymap.Keysym
		want   rune
	}{
		{0x20, ' '}, {0x61, 'a'}, {0xe4, 'ä'}, {0x1a1, 'Ą'}, {0x20ac, '€'}, {0x6c1, 'а'}, {0x6ff, 'Ъ'},
		{0x7e1, 'α'}, {0x5c7, 'ا'}, {0xce0, 'א'}, {0xda1, 'ก'}, {0x01000439, 'й'}, {0x0101f600, '😀'},
		{0xaa9, '—'}, {0xffb0, '0'}, {0xffb9, '9'}, {0xffaa, '*'}, {0xffaf, '/'}, {0xffbd, '='}, {0xffae, '.'},
	}
	for _, test := range tests {
		if got, ok := test.keysym.Rune(); !ok || got != test.want {
			t.Errorf("%#x is %q, %v; want %q", test.keysym, got, ok, test.want)
		}
	}
	for _, none := range []keymap.Keysym{
		0, 0x1f, 0x7f, 0x9f, 0x1a4, 0xff0d, 0xff09, 0xffe1, 0xfe51, 0xfe03, 0xff95, 0x01000041, 0x01110000, 0xffffff,
	} {
		if got, ok := none.Rune(); ok {
			t.Errorf("%#x is %q", none, got)
		}
	}
}

func TestKeysymOfIsRead(t *testing.T) {
	for _, r := range "aZ ~ß€й漢😀" {
		if got, ok := keymap.KeysymOf(r).Rune(); !ok || got != r {
			t.Errorf("%q becomes %#x and then %q", r, keymap.KeysymOf(r), got)
		}
	}
}

func TestLegacyKeysymsArePrintable(t *testing.T) {
	count := 0
	for k := keymap.Keysym(0x100); k < 0xfd00; k++ {
		if r, ok := k.Rune(); ok {
			count++
			if !unicode.IsGraphic(r) {
				t.Errorf("%#x is %U", k, r)
			}
		}
	}
	if count < 600 {
		t.Errorf("%d legacy symbols", count)
	}
}
