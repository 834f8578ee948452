package x11

import (
	"fmt"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
	"github.com/lendhand/lendhand/client/internal/presence"
)

// role is what a key is to the one that stops.
type role struct {
	modifier presence.Modifiers // 0: none
	named    bool
}

// roles are those of each keycode. They only grow: a program that changes the layout
// cannot take from a key what it was when the watch began.
type roles [256]role

// modifierSymbols are the key symbols of the modifiers (keysymdef.h). AltGr counts as
// Alt: it is the other key of that name.
var modifierSymbols = map[keymap.Keysym]presence.Modifiers{
	0xffe1: presence.Shift, 0xffe2: presence.Shift,
	0xffe3: presence.Control, 0xffe4: presence.Control,
	0xffe7: presence.Alt, 0xffe8: presence.Alt, // Meta, which is on the keys of Alt
	0xffe9: presence.Alt, 0xffea: presence.Alt,
	keymap.KeysymLevel3Shift: presence.Alt,
	0xffeb:                   presence.Meta, 0xffec: presence.Meta, // Super
}

// namedSymbols are the key symbols of the keys with names, those of the number pad
// included.
var namedSymbols = map[string][]keymap.Keysym{
	"End": {0xff57, 0xff9c}, "Home": {0xff50, 0xff95}, "Insert": {0xff63, 0xff9e},
	"Delete": {0xffff, 0xff9f}, "PageUp": {0xff55, 0xff9a}, "PageDown": {0xff56, 0xff9b},
	"Escape": {0xff1b}, "Pause": {0xff13, 0xff6b}, // with Control it is Break
	"ScrollLock": {0xff14}, "Space": {0x20}, "Backspace": {0xff08},
}

const symbolF1 = 0xffbe

// symbolsOf returns the key symbols that a key of presence.Key has.
func symbolsOf(name string) []keymap.Keysym {
	if list := namedSymbols[name]; list != nil {
		return list
	}
	var function keymap.Keysym
	if n, err := fmt.Sscanf(name, "F%d", &function); n == 1 && err == nil {
		return []keymap.Keysym{symbolF1 + function - 1}
	}
	symbol := keymap.KeysymOf(rune(name[0]))
	const keypadDigits, lower = 0xff80, 'a' - 'A'
	if name[0] <= '9' {
		return []keymap.Keysym{symbol, symbol + keypadDigits}
	}
	return []keymap.Keysym{symbol, symbol + lower}
}

// readKeys reads what the keys mean, in all layouts that the server shows: whatever is
// on, and whatever Num Lock says, the key with that name is the one.
func (w *Watch) readKeys() error {
	setup := xproto.Setup(w.c)
	mapping, err := xproto.GetKeyboardMapping(w.c, setup.MinKeycode, byte(setup.MaxKeycode-setup.MinKeycode+1)).Reply()
	if err != nil {
		return fmt.Errorf("read keys: %w: %w", capture.ErrNoDisplay, err)
	}
	w.roles.add(int(setup.MinKeycode), int(mapping.KeysymsPerKeycode), mapping.Keysyms, symbolsOf(w.config.Key.Name))
	return nil
}

func (r *roles) add(first, width int, symbols []xproto.Keysym, named []keymap.Keysym) {
	for n, symbol := range symbols {
		key := &r[first+n/width]
		key.modifier |= modifierSymbols[keymap.Keysym(symbol)]
		for _, one := range named {
			key.named = key.named || keymap.Keysym(symbol) == one
		}
	}
}
