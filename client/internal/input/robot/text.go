package robot

import (
	"fmt"
	"image"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// Text implements input.Injector: characters of the layout are typed with their own
// keys, all others with borrowed ones. Line ends and tabs are the Enter and Tab
// keys; other control characters are left out.
func (r *Robot) Text(text string) error {
	return r.act(func(image.Rectangle) error { return r.text(text) })
}

func (r *Robot) text(text string) error {
	if !utf8.ValidString(text) {
		return fmt.Errorf("text of %d bytes is not UTF-8", len(text))
	}
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n").Replace(text)
	return r.withoutCaps(func() error { return r.typeRunes([]rune(text)) })
}

func (r *Robot) typeRunes(chars []rune) error {
	for len(chars) > 0 {
		n, err := r.borrow(chars)
		if err != nil {
			return err
		}
		for _, char := range chars[:n] {
			if err := r.typeRune(char); err != nil {
				return fmt.Errorf("type a character: %w", err)
			}
		}
		chars = chars[n:]
	}
	return nil
}

// typeRune types one character, for which a key is borrowed if need be.
func (r *Robot) typeRune(char rune) error {
	switch char {
	case '\n':
		return r.tapCode("Enter")
	case '\t':
		return r.tapCode("Tab")
	}
	if unicode.IsControl(char) {
		return nil
	}
	if key, ok := r.borrows.find(char); ok {
		r.borrows.touch(char)
		return r.tap(key)
	}
	now, err := r.state()
	if err != nil {
		return err
	}
	s, ok := r.keys.stroke(char, now)
	if !ok {
		return fmt.Errorf("no key for %U", char)
	}
	return r.tap(s.key, r.keys.modifierKeys(s)...)
}

func (r *Robot) tapCode(code string) error {
	key, err := r.keycode(code)
	if err != nil {
		return err
	}
	return r.tap(key)
}

// borrow gives keys to the characters that need one, as far as keys reach, and
// returns how many characters can be typed then. Doing so for many at once makes
// applications read the keyboard once and not before each character.
func (r *Robot) borrow(chars []rune) (int, error) {
	if err := r.refresh(); err != nil {
		return 0, err
	}
	now, err := r.state()
	if err != nil {
		return 0, err
	}
	batch := map[rune]bool{}
	for n, char := range chars {
		if _, ok := r.keys.stroke(char, now); ok || batch[char] || unicode.IsControl(char) {
			continue
		}
		if len(batch) == r.borrows.size() {
			if n == 0 {
				return 0, fmt.Errorf("no key is free to borrow for %U", char)
			}
			return n, nil
		}
		batch[char] = true
		if err := r.assign(char, batch); err != nil {
			return 0, err
		}
	}
	return len(chars), nil
}

// assign makes a borrowed key stand for char.
func (r *Robot) assign(char rune, batch map[rune]bool) error {
	if _, ok := r.borrows.find(char); ok {
		return nil
	}
	r.guard.End() // it is not the server that is waited for
	key := r.borrows.take(char, batch)
	r.guard.Begin()
	return r.remap(key, keymap.KeysymOf(char))
}

// remap gives a key one symbol, the same with any modifier and in any group. A
// letter on its own would get its capital as the shifted one.
func (r *Robot) remap(key xproto.Keycode, symbol keymap.Keysym) error {
	symbols := make([]xproto.Keysym, r.keys.width)
	for n := range symbols {
		symbols[n] = xproto.Keysym(symbol)
	}
	err := xproto.ChangeKeyboardMappingChecked(r.c, 1, key, byte(len(symbols)), symbols).Check()
	if err != nil {
		return fmt.Errorf("borrow key %d: %w", key, err)
	}
	return nil
}

// restore gives the borrowed keys back.
func (r *Robot) restore() error {
	if err := r.refresh(); err != nil {
		return err
	}
	const noSymbol = 0
	for _, key := range r.borrows.clear() {
		if err := r.remap(key, noSymbol); err != nil {
			return err
		}
	}
	return nil
}
