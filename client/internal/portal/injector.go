//go:build linux

package portal

import (
	"context"
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// actWithin is how long the system may take for one act.
const actWithin = time.Second

// States of a key or a button, and axes of wheels.
const (
	released, pressed    uint32 = 0, 1
	vertical, horizontal uint32 = 0, 1
)

// buttons are the codes of pointer buttons (linux/input-event-codes.h).
var buttons = map[input.Button]int32{
	input.ButtonLeft: 0x110, input.ButtonRight: 0x111, input.ButtonMiddle: 0x112,
	input.ButtonBack: 0x113, input.ButtonForward: 0x114,
}

// injector implements input.Injector. What it does is done in order, but some portals
// answer before the compositor has heard of it, a few milliseconds later. What it holds when this program is killed the
// system lets go of by itself: the session ends with the connection.
type injector struct {
	desk *Desk // set at construction

	// Owned by the caller's goroutine.
	wheel   input.Notches
	keys    map[int32]bool // that are down
	buttons map[int32]bool
	closed  bool
}

func newInjector(d *Desk) *injector {
	return &injector{desk: d, keys: map[int32]bool{}, buttons: map[int32]bool{}}
}

// act has the system do something, and waits until it has.
func (i *injector) act(method string, args ...any) error {
	s, _, err := i.desk.controlled()
	if err != nil {
		return err
	}
	ctx, cancel := context.WithTimeout(context.Background(), actWithin)
	defer cancel()
	all := append([]any{s.path, options{}}, args...)
	call := s.conn.Object(service, root).CallWithContext(ctx, remoteDesktop+"."+method, 0, all...)
	if call.Err == nil {
		return nil
	}
	var refused dbus.Error
	if errors.As(call.Err, &refused) && !s.ended() {
		return fmt.Errorf("%s: %w", method, call.Err)
	}
	return fmt.Errorf("%s: %w: %w", method, capture.ErrNoDisplay, call.Err)
}

// Move implements input.Injector.
func (i *injector) Move(p image.Point) error {
	if i.closed {
		return input.ErrClosed
	}
	_, locate, err := i.desk.controlled()
	if err != nil {
		return err
	}
	if locate == nil {
		return errNotShown
	}
	node, x, y, ok := locate(p)
	if !ok {
		return errNotShown
	}
	return i.act("NotifyPointerMotionAbsolute", node, x, y)
}

// Button implements input.Injector.
func (i *injector) Button(b input.Button, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	code, ok := buttons[b]
	if !ok {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	return i.hold(i.buttons, "NotifyPointerButton", code, down)
}

// hold presses or lets go of something, and remembers what is down, also after a failure.
func (i *injector) hold(held map[int32]bool, method string, code int32, down bool) error {
	if held[code] == down {
		return nil
	}
	if _, _, err := i.desk.controlled(); err != nil {
		return err
	}
	state := released
	if down {
		held[code], state = true, pressed
	}
	if err := i.act(method, code, state); err != nil {
		return err
	}
	if !down {
		delete(held, code)
	}
	return nil
}

// Wheel implements input.Injector.
func (i *injector) Wheel(dx, dy float64) error {
	if i.closed {
		return input.ErrClosed
	}
	x, y, err := i.wheel.Turn(dx, dy)
	if err != nil {
		return err
	}
	if x != 0 {
		err = i.act("NotifyPointerAxisDiscrete", horizontal, int32(x)) //nolint:gosec // some notches
	}
	if y != 0 {
		err = errors.Join(err, i.act("NotifyPointerAxisDiscrete", vertical, int32(y))) //nolint:gosec // some notches
	}
	return err
}

// Key implements input.Injector. A program on Wayland repeats a key that is down by
// itself, so that one pressed again stays down.
func (i *injector) Key(code string, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	n, ok := keymap.Evdev(code)
	if !ok {
		return fmt.Errorf("key %q: %w", code, input.ErrUnknownKey)
	}
	return i.hold(i.keys, "NotifyKeyboardKeycode", int32(n), down)
}

// Produces implements input.Injector. The system does not tell, so that all text is typed
// by its characters.
func (i *injector) Produces(string) string { return "" }

// Text implements input.Injector. The system looks for a key of the layout that makes the
// character; some find none beyond it, and type nothing then.
func (i *injector) Text(text string) error {
	if i.closed {
		return input.ErrClosed
	}
	for _, r := range text {
		if err := i.stroke(keysym(r)); err != nil {
			return err
		}
	}
	return nil
}

func (i *injector) stroke(symbol keymap.Keysym) error {
	err := i.act("NotifyKeyboardKeysym", int32(symbol), pressed)                    //nolint:gosec // below 2^25
	return errors.Join(err, i.act("NotifyKeyboardKeysym", int32(symbol), released)) //nolint:gosec // below 2^25
}

func keysym(r rune) keymap.Keysym {
	switch r {
	case '\n', '\r':
		return keymap.KeysymReturn
	case '\t':
		return keymap.KeysymTab
	}
	return keymap.KeysymOf(r)
}

// Close implements input.Injector: what is down is let go. Closing twice is harmless.
func (i *injector) Close() error {
	if i.closed {
		return nil
	}
	defer i.desk.leave()
	var errs []error
	for code := range i.buttons { // first, as what a click means hangs on keys
		errs = append(errs, i.hold(i.buttons, "NotifyPointerButton", code, false))
	}
	for code := range i.keys {
		errs = append(errs, i.hold(i.keys, "NotifyKeyboardKeycode", code, false))
	}
	i.closed = true
	err := errors.Join(errs...)
	if errors.Is(err, errNotShown) || errors.Is(err, capture.ErrNoDisplay) {
		return nil // the system has let go of it
	}
	return err
}
