package input

import (
	"errors"
	"image"
	"slices"
	"sync"
)

// Desk is what a technician's events go through. It knows what they hold down,
// types what the host's layout cannot, and can let everything go.
//
// It does not ask whether the technician may: the consent in force is asked before.
// Its methods may be called from any goroutine, so that a stop can release what an
// event has just pressed.
type Desk struct {
	mu       sync.Mutex
	injector Injector
	keys     []heldKey // in the order of pressing
	buttons  []Button  // in the order of pressing
}

// heldKey is a key that the technician holds.
type heldKey struct {
	code string
	// typed is true when its text was typed instead, and nothing is down here.
	typed bool
}

// NewDesk makes the Desk the owner of the injector.
func NewDesk(injector Injector) *Desk {
	return &Desk{injector: injector}
}

// Move puts the pointer at p, in desktop pixels.
func (d *Desk) Move(p image.Point) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.injector.Move(p)
}

// Button presses or lets go a button at p. Pressing one that is down, or letting
// go one that is up, only moves the pointer. It returns ErrBusy when nothing was
// pressed and the same is worth another try in a moment.
func (d *Desk) Button(b Button, down bool, p image.Point) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.injector.Move(p); err != nil {
		return err
	}
	if slices.Contains(d.buttons, b) == down {
		return nil
	}
	if !down {
		return d.releaseButton(b)
	}
	err := d.injector.Button(b, true)
	if !errors.Is(err, ErrUnknownButton) && !errors.Is(err, ErrBusy) {
		d.buttons = append(d.buttons, b) // also after a failure: it may be down
	}
	return err
}

// Lift lets go buttons where the pointer is: those that are named, or all.
func (d *Desk) Lift(buttons ...Button) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.release(
		func(heldKey) bool { return false },
		func(b Button) bool { return len(buttons) == 0 || slices.Contains(buttons, b) },
	)
}

// Wheel turns the wheels at p, by notches: right and down are positive.
func (d *Desk) Wheel(dx, dy float64, p image.Point) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if err := d.injector.Move(p); err != nil {
		return err
	}
	return d.injector.Wheel(dx, dy)
}

// Key presses or lets go a key. code is KeyboardEvent.code; text is what the key
// produced at the technician's, one character as people see them, or empty.
//
// When the host's key produces the same text, it is pressed. Otherwise the text is
// typed, and the key's release does nothing. While Control, Alt or Meta is down, a
// shortcut is meant, and the physical key is pressed whatever it produces. A key
// that is pressed while it is down repeats. It returns ErrUnknownKey for a key that
// this machine does not have and that has no text.
func (d *Desk) Key(code string, down bool, text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	if !down {
		return d.releaseKey(code)
	}
	physical := d.isDown(code) || isModifier(code) || d.isCommand() || !isPrintable(text)
	if physical || d.injector.Produces(code) == text {
		return d.press(code)
	}
	if d.find(code) < 0 {
		d.keys = append(d.keys, heldKey{code: code, typed: true})
	}
	return d.typeText(text)
}

func (d *Desk) press(code string) error {
	err := d.injector.Key(code, true)
	if errors.Is(err, ErrUnknownKey) || errors.Is(err, ErrClosed) {
		return err
	}
	// Also after a failure: it may be down.
	if n := d.find(code); n < 0 {
		d.keys = append(d.keys, heldKey{code: code})
	} else {
		d.keys[n].typed = false
	}
	return err
}

// Text types text, with all modifiers lifted while it does.
func (d *Desk) Text(text string) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.typeText(text)
}

// typeText lifts the modifiers that are down and puts them back. One that cannot be
// put back stays in the list of what is held, and is let go once more at the end.
func (d *Desk) typeText(text string) error {
	modifiers := d.modifiersDown()
	var errs []error
	for _, code := range slices.Backward(modifiers) {
		errs = append(errs, d.injector.Key(code, false))
	}
	errs = append(errs, d.injector.Text(text))
	for _, code := range modifiers {
		errs = append(errs, d.injector.Key(code, true))
	}
	return errors.Join(errs...)
}

// Held returns the keys and buttons that are down on this machine, each in the
// order of pressing.
func (d *Desk) Held() (codes []string, buttons []Button) {
	d.mu.Lock()
	defer d.mu.Unlock()
	for _, key := range d.keys {
		if !key.typed {
			codes = append(codes, key.code)
		}
	}
	return codes, slices.Clone(d.buttons)
}

// Keep lets go what is held and not among these: what the technician holds, as
// the other end knows it. It presses nothing.
func (d *Desk) Keep(codes []string, buttons []Button) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.release(
		func(key heldKey) bool { return !slices.Contains(codes, key.code) },
		func(b Button) bool { return !slices.Contains(buttons, b) },
	)
}

// Release lets everything go. Releasing again is harmless, and tries again what
// has failed.
func (d *Desk) Release() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.releaseAll()
}

// Close lets everything go and closes the injector.
func (d *Desk) Close() error {
	d.mu.Lock()
	defer d.mu.Unlock()
	return errors.Join(d.releaseAll(), d.injector.Close())
}
