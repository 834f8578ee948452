//go:build !windows

// Package quartz injects input into a macOS desktop, through Quartz Event Services:
// shortcuts by their place on the keyboard, text as characters that need no key. It is
// untested: nobody has run it on a Mac yet.
package quartz

// keys holds the virtual key codes of Carbon's HIToolbox/Events.h, which are places of
// a keyboard, for the codes of https://www.w3.org/TR/uievents-code/.
var keys = map[string]uint16{
	"KeyA": 0x00, "KeyS": 0x01, "KeyD": 0x02, "KeyF": 0x03, "KeyH": 0x04, "KeyG": 0x05, "KeyZ": 0x06, "KeyX": 0x07,
	"KeyC": 0x08, "KeyV": 0x09, "IntlBackslash": 0x0a, "KeyB": 0x0b, "KeyQ": 0x0c, "KeyW": 0x0d, "KeyE": 0x0e, "KeyR": 0x0f,
	"KeyY": 0x10, "KeyT": 0x11, "Digit1": 0x12, "Digit2": 0x13, "Digit3": 0x14, "Digit4": 0x15, "Digit6": 0x16, "Digit5": 0x17,
	"Equal": 0x18, "Digit9": 0x19, "Digit7": 0x1a, "Minus": 0x1b, "Digit8": 0x1c, "Digit0": 0x1d, "BracketRight": 0x1e, "KeyO": 0x1f,
	"KeyU": 0x20, "BracketLeft": 0x21, "KeyI": 0x22, "KeyP": 0x23, "Enter": 0x24, "KeyL": 0x25, "KeyJ": 0x26, "Quote": 0x27,
	"KeyK": 0x28, "Semicolon": 0x29, "Backslash": 0x2a, "Comma": 0x2b, "Slash": 0x2c, "KeyN": 0x2d, "KeyM": 0x2e, "Period": 0x2f,
	"Tab": 0x30, "Space": 0x31, "Backquote": 0x32, "Backspace": 0x33, "Escape": 0x35,
	"MetaRight": 0x36, "MetaLeft": 0x37, "ShiftLeft": 0x38, "CapsLock": 0x39, "AltLeft": 0x3a, "ControlLeft": 0x3b,
	"ShiftRight": 0x3c, "AltRight": 0x3d, "ControlRight": 0x3e,

	"NumpadDecimal": 0x41, "NumpadMultiply": 0x43, "NumpadAdd": 0x45, "NumLock": 0x47, "NumpadDivide": 0x4b, "NumpadEnter": 0x4c,
	"NumpadSubtract": 0x4e, "NumpadEqual": 0x51, "Numpad0": 0x52, "Numpad1": 0x53, "Numpad2": 0x54, "Numpad3": 0x55, "Numpad4": 0x56,
	"Numpad5": 0x57, "Numpad6": 0x58, "Numpad7": 0x59, "Numpad8": 0x5b, "Numpad9": 0x5c, "NumpadComma": 0x5f,

	"AudioVolumeUp": 0x48, "AudioVolumeDown": 0x49, "AudioVolumeMute": 0x4a,
	"IntlYen": 0x5d, "IntlRo": 0x5e, "Lang2": 0x66, "Lang1": 0x68,

	"F1": 0x7a, "F2": 0x78, "F3": 0x63, "F4": 0x76, "F5": 0x60, "F6": 0x61, "F7": 0x62, "F8": 0x64, "F9": 0x65, "F10": 0x6d,
	"F11": 0x67, "F12": 0x6f, "F13": 0x69, "F14": 0x6b, "F15": 0x71, "F16": 0x6a, "F17": 0x40, "F18": 0x4f, "F19": 0x50, "F20": 0x5a,

	"ContextMenu": 0x6e, "Insert": 0x72, "Home": 0x73, "PageUp": 0x74, "Delete": 0x75, "End": 0x77, "PageDown": 0x79,
	"ArrowLeft": 0x7b, "ArrowRight": 0x7c, "ArrowDown": 0x7d, "ArrowUp": 0x7e,
}

// modifiers are the flags that events carry while a key is down (CGEventTypes.h).
var modifiers = map[string]uint64{
	"ShiftLeft": 1 << 17, "ShiftRight": 1 << 17,
	"ControlLeft": 1 << 18, "ControlRight": 1 << 18,
	"AltLeft": 1 << 19, "AltRight": 1 << 19,
	"MetaLeft": 1 << 20, "MetaRight": 1 << 20,
}
