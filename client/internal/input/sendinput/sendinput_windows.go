package sendinput

import (
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
)

// Injector implements input.Injector.
type Injector struct {
	// Owned by the caller's goroutine.
	ledger  release.Ledger
	closed  bool
	wheel   input.Notches
	keys    map[string]key // what Key has pressed
	buttons map[input.Button]bool
}

// New opens the desktop that has the keyboard now. It returns capture.ErrNoDisplay when this program
// has none, as a service has not.
func New() (*Injector, error) { return NewKept(release.Nobody{}) }

// NewKept is New for a program that may be killed: what is down is in the ledger.
func NewKept(ledger release.Ledger) (*Injector, error) {
	const readObjects = 0x1
	desktop, _, err := procOpenInputDesktop.Call(0, 0, readObjects)
	if desktop == 0 {
		return nil, fmt.Errorf("open the desktop that takes input: %w: %w", capture.ErrNoDisplay, err)
	}
	_, _, _ = procCloseDesktop.Call(desktop)
	return &Injector{ledger: ledger, keys: map[string]key{}, buttons: map[input.Button]bool{}}, nil
}

// Key implements input.Injector. Windows repeats no key that is injected, so that one which is pressed
// again repeats, as a keyboard's does.
func (i *Injector) Key(code string, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	k, ok := keyOf(code)
	if !ok {
		return fmt.Errorf("key %q: %w", code, input.ErrUnknownKey)
	}
	if down {
		i.keys[code] = k // also after a failure: it may be down
		i.ledger.Down(heldKey(k))
		return send(k.event(true))
	}
	if err := send(k.event(false)); err != nil {
		return fmt.Errorf("let go key %q: %w", code, err)
	}
	delete(i.keys, code)
	i.ledger.Up(heldKey(k))
	return nil
}

// event is by the scan code, of which the system makes what a keyboard's would be, with Num Lock and AltGr.
// The virtual key is not asked for then, but Wine looks at nothing else.
func (k key) event(down bool) event {
	var flags uint32
	virtual := k.virtual
	if virtual == 0 {
		flags |= keyScanCode
		virtual = uint16(virtualKey(k, foregroundLayout())) //nolint:gosec // a byte
	}
	if k.extended {
		flags |= keyExtended
	}
	if !down {
		flags |= keyUp
	}
	return keyEvent(virtual, k.scan, flags)
}

// Close implements input.Injector: keys and buttons that are down are let go. Closing twice is harmless.
func (i *Injector) Close() error {
	if i.closed {
		return nil
	}
	var errs []error
	for code := range i.keys {
		errs = append(errs, i.Key(code, false))
	}
	for b := range i.buttons {
		errs = append(errs, i.Button(b, false))
	}
	i.closed = true
	return errors.Join(errs...)
}
