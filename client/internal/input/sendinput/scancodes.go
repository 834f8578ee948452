// Package sendinput injects input into a Windows desktop, through SendInput: shortcuts and keys by their
// place on the keyboard, text as characters that need no key, the pointer in pixels of the whole desktop.
//
// Windows lets a program inject into those that run with no more rights than itself. What asks for an
// administrator is out of reach, and so are the sign-in screen and the question of the account control.
package sendinput

import "github.com/lendhand/lendhand/client/internal/input/keymap"

// key is what a keyboard sends for a key: its scan code of set 1, with the prefix E0 or without.
type key struct {
	scan     uint16
	extended bool
	virtual  uint16 // where a key has no plain scan code, its virtual one
}

const virtualPause = 0x13 // VK_PAUSE: keyboards send three bytes for it

// keyOf returns the key that KeyboardEvent.code names, and false for a code that Windows knows none for.
func keyOf(code string) (key, bool) {
	if code == "Pause" {
		return key{virtual: virtualPause}, true
	}
	if scan, ok := extended[code]; ok {
		return key{scan: scan, extended: true}, true
	}
	if scan, ok := plain[code]; ok {
		return key{scan: scan}, true
	}
	// Linux numbers its first keys by these scan codes, up to F12.
	const lastShared = 88
	n, ok := keymap.Evdev(code)
	if !ok || n > lastShared || code == "Lang5" {
		return key{}, false
	}
	return key{scan: n}, true
}

// plain holds the scan codes that differ from Linux's numbers.
var plain = map[string]uint16{
	"NumpadEqual": 0x59,
	"F13":         0x64,
	"F14":         0x65,
	"F15":         0x66,
	"F16":         0x67,
	"F17":         0x68,
	"F18":         0x69,
	"F19":         0x6a,
	"F20":         0x6b,
	"F21":         0x6c,
	"F22":         0x6d,
	"F23":         0x6e,
	"F24":         0x76,
	"KanaMode":    0x70,
	"Lang2":       0x71,
	"Lang1":       0x72,
	"IntlRo":      0x73,
	"Convert":     0x79,
	"NonConvert":  0x7b,
	"IntlYen":     0x7d,
	"NumpadComma": 0x7e,
}

// extended holds the scan codes that follow E0.
var extended = map[string]uint16{
	"MediaTrackPrevious": 0x10,
	"MediaTrackNext":     0x19,
	"NumpadEnter":        0x1c,
	"ControlRight":       0x1d,
	"AudioVolumeMute":    0x20,
	"LaunchApp2":         0x21,
	"MediaPlayPause":     0x22,
	"MediaStop":          0x24,
	"AudioVolumeDown":    0x2e,
	"AudioVolumeUp":      0x30,
	"BrowserHome":        0x32,
	"NumpadDivide":       0x35,
	"PrintScreen":        0x37,
	"AltRight":           0x38,
	"NumLock":            0x45,
	"Home":               0x47,
	"ArrowUp":            0x48,
	"PageUp":             0x49,
	"ArrowLeft":          0x4b,
	"ArrowRight":         0x4d,
	"End":                0x4f,
	"ArrowDown":          0x50,
	"PageDown":           0x51,
	"Insert":             0x52,
	"Delete":             0x53,
	"MetaLeft":           0x5b,
	"MetaRight":          0x5c,
	"ContextMenu":        0x5d,
	"BrowserSearch":      0x65,
	"BrowserFavorites":   0x66,
	"BrowserRefresh":     0x67,
	"BrowserStop":        0x68,
	"BrowserForward":     0x69,
	"BrowserBack":        0x6a,
	"LaunchApp1":         0x6b,
	"LaunchMail":         0x6c,
	"MediaSelect":        0x6d,
}
