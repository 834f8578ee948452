package robot

import (
	"errors"
	"fmt"
	"image"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// Key implements input.Injector. A key that is pressed while it is down is let go
// and pressed again, which is how X11 shows a key that repeats.
func (r *Robot) Key(code string, down bool) error {
	return r.act(func(image.Rectangle) error { return r.key(code, down) })
}

func (r *Robot) key(code string, down bool) error {
	key, err := r.keycode(code)
	if err != nil {
		return err
	}
	if !down {
		return r.release(key)
	}
	if r.down[key] {
		if !r.silent[key] {
			return nil // a modifier, say: it does not repeat
		}
		if err := r.fake(xproto.KeyRelease, byte(key)); err != nil {
			return fmt.Errorf("repeat key %q: %w", code, err)
		}
	}
	return r.pressHere(key)
}

// pressHere presses a key as the technician knows it: in a shortcut, the host's Caps
// Lock would be another modifier.
func (r *Robot) pressHere(key xproto.Keycode) error {
	if err := r.refresh(); err != nil {
		return err
	}
	now, err := r.state()
	if err != nil {
		return err
	}
	if !now.command || r.keys.modifiers[key] {
		return r.press(key) // Caps Lock itself is a modifier too
	}
	return r.withoutCaps(func() error { return r.press(key) })
}

func (r *Robot) keycode(code string) (xproto.Keycode, error) {
	n, ok := keymap.Keycode(code)
	setup := xproto.Setup(r.c)
	key := xproto.Keycode(n)
	if !ok || key < setup.MinKeycode || key > setup.MaxKeycode {
		return 0, fmt.Errorf("key %q: %w", code, input.ErrUnknownKey)
	}
	return key, nil
}

func (r *Robot) press(key xproto.Keycode) error {
	if err := r.silence(key); err != nil {
		return err
	}
	if err := r.fake(xproto.KeyPress, byte(key)); err != nil {
		return fmt.Errorf("press key %d: %w", key, err)
	}
	r.down[key] = true
	return nil
}

func (r *Robot) release(key xproto.Keycode) error {
	if err := r.fake(xproto.KeyRelease, byte(key)); err != nil {
		return fmt.Errorf("let go key %d: %w", key, err)
	}
	delete(r.down, key)
	if !r.silent[key] {
		return nil
	}
	delete(r.silent, key)
	if err := r.repeat(key, xproto.AutoRepeatModeOn); err != nil {
		return err
	}
	r.ledger.Up(silenceOf(key))
	return nil
}

// silence turns the server's auto-repeat off for one key while it is down. The
// technician's keyboard repeats, and a release that is late on the network must not
// delete half a line.
func (r *Robot) silence(key xproto.Keycode) error {
	if r.silent[key] {
		return nil
	}
	control, err := xproto.GetKeyboardControl(r.c).Reply()
	if err != nil {
		return fmt.Errorf("read auto-repeat: %w", err)
	}
	if control.AutoRepeats[key/8]&(1<<(key%8)) == 0 {
		return nil
	}
	r.silent[key] = true
	r.ledger.Down(silenceOf(key))
	return r.repeat(key, xproto.AutoRepeatModeOff)
}

func (r *Robot) repeat(key xproto.Keycode, mode uint32) error { return repeat(r.c, key, mode) }

func repeat(c *xgb.Conn, key xproto.Keycode, mode uint32) error {
	err := xproto.ChangeKeyboardControlChecked(c, xproto.KbKey|xproto.KbAutoRepeatMode,
		[]uint32{uint32(key), mode}).Check()
	if err != nil {
		return fmt.Errorf("set auto-repeat of key %d: %w", key, err)
	}
	return nil
}

func (r *Robot) releaseAll() error {
	var errs []error
	for key := range r.down {
		errs = append(errs, r.release(key))
	}
	return errors.Join(errs...)
}

// tap presses a key with modifiers around it.
func (r *Robot) tap(key xproto.Keycode, modifiers ...xproto.Keycode) error {
	for _, m := range modifiers {
		if err := r.fake(xproto.KeyPress, byte(m)); err != nil {
			return fmt.Errorf("press modifier: %w", err)
		}
	}
	err := errors.Join(r.fake(xproto.KeyPress, byte(key)), r.fake(xproto.KeyRelease, byte(key)))
	for n := len(modifiers) - 1; n >= 0; n-- {
		err = errors.Join(err, r.fake(xproto.KeyRelease, byte(modifiers[n])))
	}
	return err
}

// Produces implements input.Injector.
func (r *Robot) Produces(code string) (text string) {
	err := r.act(func(image.Rectangle) (err error) {
		text, err = r.produces(code)
		return err
	})
	if err != nil {
		return ""
	}
	return text
}

func (r *Robot) produces(code string) (string, error) {
	key, err := r.keycode(code)
	if err != nil {
		return "", err
	}
	if err := r.refresh(); err != nil {
		return "", err
	}
	state, err := r.state()
	if err != nil {
		return "", err
	}
	symbol := r.keys.symbol(key, state)
	if char, ok := symbol.Rune(); ok {
		return string(char), nil
	}
	return "", nil
}
