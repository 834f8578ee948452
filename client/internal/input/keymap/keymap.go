// Package keymap names keys: the physical keys of the browser's
// KeyboardEvent.code as Linux and X11 number them, and X11's key symbols.
package keymap

// xOffset lies between a key's evdev number and its X11 keycode: X11 reserves the
// first eight.
const xOffset = 8

// Evdev returns the Linux input code of the key that KeyboardEvent.code names, and
// false for a code that no key has.
func Evdev(code string) (uint16, bool) {
	n, ok := evdev[code]
	return uint16(n), ok
}

// Keycode returns the X11 keycode of the key that KeyboardEvent.code names.
func Keycode(code string) (byte, bool) {
	n, ok := evdev[code]
	return n + xOffset, ok
}

// Codes lists the codes that have a key, in no order.
func Codes() []string {
	list := make([]string, 0, len(evdev))
	for code := range evdev {
		list = append(list, code)
	}
	return list
}

// evdev holds the codes of https://www.w3.org/TR/uievents-code/ with their numbers
// in linux/input-event-codes.h, as far as X11's 8 bits reach. Power, Sleep and
// WakeUp are left out on purpose: they would end the session, and what the person
// was doing, for a key touched by mistake far away.
var evdev = map[string]byte{
	"Escape":        1,
	"Digit1":        2,
	"Digit2":        3,
	"Digit3":        4,
	"Digit4":        5,
	"Digit5":        6,
	"Digit6":        7,
	"Digit7":        8,
	"Digit8":        9,
	"Digit9":        10,
	"Digit0":        11,
	"Minus":         12,
	"Equal":         13,
	"Backspace":     14,
	"Tab":           15,
	"KeyQ":          16,
	"KeyW":          17,
	"KeyE":          18,
	"KeyR":          19,
	"KeyT":          20,
	"KeyY":          21,
	"KeyU":          22,
	"KeyI":          23,
	"KeyO":          24,
	"KeyP":          25,
	"BracketLeft":   26,
	"BracketRight":  27,
	"Enter":         28,
	"ControlLeft":   29,
	"KeyA":          30,
	"KeyS":          31,
	"KeyD":          32,
	"KeyF":          33,
	"KeyG":          34,
	"KeyH":          35,
	"KeyJ":          36,
	"KeyK":          37,
	"KeyL":          38,
	"Semicolon":     39,
	"Quote":         40,
	"Backquote":     41,
	"ShiftLeft":     42,
	"Backslash":     43,
	"KeyZ":          44,
	"KeyX":          45,
	"KeyC":          46,
	"KeyV":          47,
	"KeyB":          48,
	"KeyN":          49,
	"KeyM":          50,
	"Comma":         51,
	"Period":        52,
	"Slash":         53,
	"ShiftRight":    54,
	"AltLeft":       56,
	"Space":         57,
	"CapsLock":      58,
	"IntlBackslash": 86,
	"ControlRight":  97,
	"AltRight":      100,
	"MetaLeft":      125,
	"MetaRight":     126,
	"ContextMenu":   127,

	// Function keys.
	"F1":          59,
	"F2":          60,
	"F3":          61,
	"F4":          62,
	"F5":          63,
	"F6":          64,
	"F7":          65,
	"F8":          66,
	"F9":          67,
	"F10":         68,
	"F11":         87,
	"F12":         88,
	"F13":         183,
	"F14":         184,
	"F15":         185,
	"F16":         186,
	"F17":         187,
	"F18":         188,
	"F19":         189,
	"F20":         190,
	"F21":         191,
	"F22":         192,
	"F23":         193,
	"F24":         194,
	"PrintScreen": 99,
	"ScrollLock":  70,
	"Pause":       119,

	// Navigation.
	"Home":       102,
	"ArrowUp":    103,
	"PageUp":     104,
	"ArrowLeft":  105,
	"ArrowRight": 106,
	"End":        107,
	"ArrowDown":  108,
	"PageDown":   109,
	"Insert":     110,
	"Delete":     111,

	// Keypad.
	"NumLock":          69,
	"NumpadMultiply":   55,
	"Numpad7":          71,
	"Numpad8":          72,
	"Numpad9":          73,
	"NumpadSubtract":   74,
	"Numpad4":          75,
	"Numpad5":          76,
	"Numpad6":          77,
	"NumpadAdd":        78,
	"Numpad1":          79,
	"Numpad2":          80,
	"Numpad3":          81,
	"Numpad0":          82,
	"NumpadDecimal":    83,
	"NumpadEnter":      96,
	"NumpadDivide":     98,
	"NumpadEqual":      117,
	"NumpadComma":      121,
	"NumpadParenLeft":  179,
	"NumpadParenRight": 180,

	// Japanese, Korean and Brazilian keys.
	"Lang5":      85,
	"IntlRo":     89,
	"Lang3":      90,
	"Lang4":      91,
	"Convert":    92,
	"KanaMode":   93,
	"NonConvert": 94,
	"Lang1":      122,
	"Lang2":      123,
	"IntlYen":    124,

	// Editing keys of Sun keyboards.
	"BrowserStop": 128,
	"Again":       129,
	"Props":       130,
	"Undo":        131,
	"Select":      132,
	"Copy":        133,
	"Open":        134,
	"Paste":       135,
	"Find":        136,
	"Cut":         137,
	"Help":        138,

	// Media and programs.
	"AudioVolumeMute":    113,
	"AudioVolumeDown":    114,
	"AudioVolumeUp":      115,
	"LaunchApp2":         140,
	"LaunchApp1":         144,
	"LaunchMail":         155,
	"BrowserFavorites":   156,
	"BrowserBack":        158,
	"BrowserForward":     159,
	"Eject":              161,
	"MediaTrackNext":     163,
	"MediaPlayPause":     164,
	"MediaTrackPrevious": 165,
	"MediaStop":          166,
	"MediaRecord":        167,
	"MediaRewind":        168,
	"MediaSelect":        171,
	"BrowserHome":        172,
	"BrowserRefresh":     173,
	"MediaPause":         201,
	"MediaPlay":          207,
	"MediaFastForward":   208,
	"BrowserSearch":      217,
	"BrightnessDown":     224,
	"BrightnessUp":       225,
}
