package input

import (
	"errors"
	"slices"
	"unicode"
	"unicode/utf8"
)

// modifiers are the keys that change what others do for as long as they are down.
var modifiers = []string{
	"ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "AltLeft", altGr, "MetaLeft", "MetaRight",
}

// altGr is the key that is AltGr where layouts have one.
const altGr = "AltRight"

func isModifier(code string) bool { return slices.Contains(modifiers, code) }

// find returns the place of the key in the list, -1 when it is not held.
func (d *Desk) find(code string) int {
	return slices.IndexFunc(d.keys, func(key heldKey) bool { return key.code == code })
}

// isDown tells keys that are down on this machine.
func (d *Desk) isDown(codes ...string) bool {
	return slices.ContainsFunc(codes, func(code string) bool {
		n := d.find(code)
		return n >= 0 && !d.keys[n].typed
	})
}

// isCommand is true when a key would be part of a shortcut. AltGr makes text, and
// browsers on Windows say that Control is down with it.
func (d *Desk) isCommand() bool {
	if d.isDown("MetaLeft", "MetaRight") {
		return true
	}
	return d.isDown("ControlLeft", "ControlRight", "AltLeft") && !d.isDown(altGr)
}

func (d *Desk) modifiersDown() []string {
	var codes []string
	for _, key := range d.keys {
		if isModifier(key.code) && !key.typed {
			codes = append(codes, key.code)
		}
	}
	return codes
}

// releaseKey lets go a key that is held. A key that is not may be one that the
// person at this machine holds, and is left alone.
func (d *Desk) releaseKey(code string) error {
	n := d.find(code)
	if n < 0 {
		return nil
	}
	if !d.keys[n].typed {
		if err := d.injector.Key(code, false); err != nil {
			return err
		}
	}
	d.keys = slices.Delete(d.keys, n, n+1)
	return nil
}

func (d *Desk) releaseButton(b Button) error {
	if err := d.injector.Button(b, false); err != nil {
		return err
	}
	d.buttons = slices.DeleteFunc(d.buttons, func(other Button) bool { return other == b })
	return nil
}

func (d *Desk) releaseAll() error {
	return d.release(func(heldKey) bool { return true }, func(Button) bool { return true })
}

// release lets go the keys and then the buttons that are chosen, the last pressed
// first: Shift goes up after the letter that it capitalises. One failure does not
// keep the others down.
func (d *Desk) release(chooseKey func(heldKey) bool, chooseButton func(Button) bool) error {
	var errs []error
	for n := len(d.keys) - 1; n >= 0; n-- { // what is let go leaves the list, after n only
		if key := d.keys[n]; chooseKey(key) {
			errs = append(errs, d.releaseKey(key.code))
		}
	}
	for n := len(d.buttons) - 1; n >= 0; n-- {
		if b := d.buttons[n]; chooseButton(b) {
			errs = append(errs, d.releaseButton(b))
		}
	}
	return errors.Join(errs...)
}

// isPrintable tells the text of a key from the name of one: KeyboardEvent.key is
// "a" or "é", and "Enter" or "Dead" for keys without text, names being ASCII.
func isPrintable(text string) bool {
	const longest = 64 // bytes: an emoji of a family has 25
	if text == "" || len(text) > longest || !utf8.ValidString(text) {
		return false
	}
	ascii := true
	for _, r := range text {
		if !unicode.IsGraphic(r) && !unicode.Is(unicode.Cf, r) { // Cf joins emoji
			return false
		}
		ascii = ascii && r < utf8.RuneSelf
	}
	return !ascii || len(text) == 1
}
