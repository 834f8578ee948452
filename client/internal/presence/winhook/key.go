package winhook

import "github.com/lendhand/lendhand/client/internal/presence"

// The virtual keys of Windows that are named here.
const (
	vkCancel  = 0x03
	vkPause   = 0x13
	vkZero    = 0x30
	vkA       = 0x41
	vkNumpad0 = 0x60
	vkF1      = 0x70
)

var namedKeys = map[string]uint32{
	"End": 0x23, "Home": 0x24, "Insert": 0x2d, "Delete": 0x2e, "PageUp": 0x21, "PageDown": 0x22,
	"Escape": 0x1b, "Pause": vkPause, "ScrollLock": 0x91, "Space": 0x20, "Backspace": 0x08,
	"F1": vkF1, "F2": vkF1 + 1, "F3": vkF1 + 2, "F4": vkF1 + 3, "F5": vkF1 + 4, "F6": vkF1 + 5,
	"F7": vkF1 + 6, "F8": vkF1 + 7, "F9": vkF1 + 8, "F10": vkF1 + 9, "F11": vkF1 + 10, "F12": vkF1 + 11,
}

// virtualKeys returns the keys that a presence.Key's name means; none for a name that is
// unknown.
func virtualKeys(name string) []uint32 {
	if code, ok := namedKeys[name]; ok {
		if code == vkPause {
			return []uint32{vkPause, vkCancel} // what the key sends with Ctrl
		}
		return []uint32{code}
	}
	if len(name) != 1 {
		return nil
	}
	switch c := uint32(name[0]); {
	case name >= "0" && name <= "9":
		return []uint32{vkZero + c - '0', vkNumpad0 + c - '0'}
	case name >= "A" && name <= "Z":
		return []uint32{vkA + c - 'A'}
	}
	return nil
}

// modifierOf returns the modifier that a virtual key is, or 0.
func modifierOf(code uint32) presence.Modifiers {
	switch code {
	case 0x11, 0xa2, 0xa3:
		return presence.Control
	case 0x12, 0xa4, 0xa5:
		return presence.Alt
	case 0x10, 0xa0, 0xa1:
		return presence.Shift
	case 0x5b, 0x5c:
		return presence.Meta
	}
	return 0
}
