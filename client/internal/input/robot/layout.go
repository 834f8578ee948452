package robot

import (
	"fmt"
	"unicode"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// layout is the keyboard as the core protocol shows it. The XKB extension knows
// more, and the server folds it into this table: per key the symbols of group 1
// plain and shifted, of group 2 plain and shifted, then of group 1 with AltGr. What
// the table does not show (AltGr in group 2, groups 3 and 4) produces nothing here,
// and is typed with borrowed keys instead.
type layout struct {
	first   xproto.Keycode
	width   int // symbols for each key
	symbols []xproto.Keysym

	numLock, level3 uint16         // bits of the modifier state
	shiftKey        xproto.Keycode // 0 when there is none
	level3Key       xproto.Keycode
	modifiers       map[xproto.Keycode]bool
	strokes         [2]map[rune]stroke // for each group
}

// stroke is how a character is typed with the keys of the layout.
type stroke struct {
	key           xproto.Keycode
	shift, level3 bool
}

// state is the part of the keyboard's state that decides what a key produces.
type state struct {
	group                    int
	shift, caps, num, level3 bool
	command                  bool // Control, Alt or the like: no text
}

// refresh reads the layout when it has changed.
func (r *Robot) refresh() error {
	if r.keys != nil {
		return nil
	}
	setup := xproto.Setup(r.c)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	mapping, err := xproto.GetKeyboardMapping(r.c, setup.MinKeycode, count).Reply()
	if err != nil {
		return fmt.Errorf("read keyboard: %w: %w", capture.ErrNoDisplay, err)
	}
	modifiers, err := xproto.GetModifierMapping(r.c).Reply()
	if err != nil {
		return fmt.Errorf("read modifiers: %w: %w", capture.ErrNoDisplay, err)
	}
	r.keys = &layout{first: setup.MinKeycode, width: int(mapping.KeysymsPerKeycode), symbols: mapping.Keysyms}
	r.keys.readModifiers(int(modifiers.KeycodesPerModifier), modifiers.Keycodes)
	if r.borrows != nil {
		r.borrows.verify(r.keys)
	}
	r.keys.findStrokes(r.borrows)
	return nil
}

func (l *layout) readModifiers(width int, keys []xproto.Keycode) {
	const shiftRow = 0
	l.modifiers = map[xproto.Keycode]bool{}
	for n, key := range keys {
		if key == 0 {
			continue
		}
		row := n / width
		l.modifiers[key] = true
		switch symbol := l.at(key, 0); {
		case row == shiftRow && l.shiftKey == 0:
			l.shiftKey = key
		case symbol == keymap.KeysymNumLock:
			l.numLock |= 1 << row
		case symbol == keymap.KeysymLevel3Shift && l.level3Key == 0:
			l.level3Key = key
			l.level3 |= 1 << row
		}
	}
}

// at returns one symbol of the table, 0 outside it.
func (l *layout) at(key xproto.Keycode, column int) keymap.Keysym {
	at := (int(key)-int(l.first))*l.width + column
	if key < l.first || column >= l.width || at >= len(l.symbols) {
		return 0
	}
	return keymap.Keysym(l.symbols[at])
}

func (l *layout) last() xproto.Keycode {
	return l.first + xproto.Keycode(len(l.symbols)/l.width-1)
}

// level returns the symbol of one level; a key with one symbol has it shifted too.
func (l *layout) level(key xproto.Keycode, group int, shift, level3 bool) keymap.Keysym {
	column := 0
	switch {
	case group > 1, group == 1 && level3:
		return 0
	case group == 1:
		column = 2
	case level3:
		column = 4
	}
	if shift && l.at(key, column+1) != 0 {
		column++
	}
	return l.at(key, column)
}

// symbol returns what the key stands for in this state.
func (l *layout) symbol(key xproto.Keycode, s state) keymap.Keysym {
	if s.command {
		return 0
	}
	plain, shifted := l.level(key, s.group, false, s.level3), l.level(key, s.group, true, s.level3)
	if s.caps && !isCase(plain, shifted) {
		return 0 // layouts and programs differ in what Caps Lock does to it
	}
	shift := s.shift
	if s.caps || s.num && shifted.IsKeypad() {
		shift = !shift
	}
	if shift {
		return shifted
	}
	return plain
}

// isCase tells the small and the capital form of one letter: Caps Lock decides, the
// same way everywhere.
func isCase(plain, shifted keymap.Keysym) bool {
	a, okA := plain.Rune()
	b, okB := shifted.Rune()
	return okA && okB && a != b && unicode.ToUpper(a) == b
}

func (r *Robot) state() (state, error) {
	pointer, err := xproto.QueryPointer(r.c, r.root).Reply()
	if err != nil {
		return state{}, fmt.Errorf("read modifiers: %w: %w", capture.ErrNoDisplay, err)
	}
	const commands = xproto.ModMaskControl | xproto.ModMask1 | xproto.ModMask4
	const groupShift, groupBits = 13, 3 // X Keyboard Extension protocol, section 2.2.2
	mask := pointer.Mask
	return state{
		group:   int(mask >> groupShift & groupBits),
		shift:   mask&xproto.ModMaskShift != 0,
		caps:    mask&xproto.ModMaskLock != 0,
		num:     mask&r.keys.numLock != 0,
		level3:  mask&r.keys.level3 != 0,
		command: mask&commands&^(r.keys.numLock|r.keys.level3) != 0,
	}, nil
}

// unused lists the keys that stand for nothing, the last first: early ones may yet
// be the keys of a real keyboard.
func (l *layout) unused() []xproto.Keycode {
	var list []xproto.Keycode
	for key := l.last(); key >= l.first && key != 0; key-- {
		if l.isEmpty(key) && !l.modifiers[key] {
			list = append(list, key)
		}
	}
	return list
}

func (l *layout) isEmpty(key xproto.Keycode) bool {
	for column := range l.width {
		if l.at(key, column) != 0 {
			return false
		}
	}
	return true
}
