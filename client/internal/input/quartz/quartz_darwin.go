package quartz

import (
	"errors"
	"fmt"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/macos"
)

// doubleClick is how far apart in time the presses of a double click are at most: the
// system's default.
const doubleClick = 500 * time.Millisecond

// Injector implements input.Injector.
type Injector struct {
	// Owned by the caller's goroutine.
	system  *system
	closed  bool
	wheel   input.Notches
	at      image.Point
	keys    map[string]bool
	buttons map[input.Button]bool
	clicks  clicks
}

// clicks counts presses: macOS does not find double clicks among injected ones.
type clicks struct {
	button input.Button
	at     image.Point
	when   time.Time
	count  int64
}

func (c *clicks) press(b input.Button, at image.Point, now time.Time) int64 {
	if c.count > 0 && c.button == b && c.at == at && now.Sub(c.when) <= doubleClick {
		c.count++
	} else {
		c.count = 1
	}
	c.button, c.at, c.when = b, at, now
	return c.count
}

// New returns an Injector, or an error with a hint when the person has not allowed it in
// the system's settings.
func New() (*Injector, error) {
	if err := macos.UseHands.Check(); err != nil {
		return nil, err
	}
	s, err := openSystem()
	if err != nil {
		return nil, err
	}
	return &Injector{system: s, keys: map[string]bool{}, buttons: map[input.Button]bool{}}, nil
}

// Move implements input.Injector.
func (i *Injector) Move(p image.Point) error {
	if i.closed {
		return input.ErrClosed
	}
	i.at = p
	return i.system.mouse(i.moves(), p, 0, 0, i.flags())
}

// moves returns the kind of a move: with a button down it is a drag.
func (i *Injector) moves() uint32 {
	switch {
	case i.buttons[input.ButtonLeft]:
		return leftDragged
	case i.buttons[input.ButtonRight]:
		return rightDragged
	case len(i.buttons) > 0:
		return otherDragged
	}
	return mouseMoved
}

// Button implements input.Injector.
func (i *Injector) Button(b input.Button, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	s, ok := sides[b]
	if !ok {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	if down {
		i.buttons[b] = true // also after a failure: it may be down
		return i.system.mouse(s.down, i.at, s.number, i.clicks.press(b, i.at, time.Now()), i.flags())
	}
	if err := i.system.mouse(s.up, i.at, s.number, max(1, i.clicks.count), i.flags()); err != nil {
		return fmt.Errorf("let go button %d: %w", b, err)
	}
	delete(i.buttons, b)
	return nil
}

// Wheel implements input.Injector.
func (i *Injector) Wheel(dx, dy float64) error {
	if i.closed {
		return input.ErrClosed
	}
	x, y, err := i.wheel.Turn(dx, dy)
	if err != nil || x == 0 && y == 0 {
		return err
	}
	return i.system.scroll(int32(-x), int32(-y)) //nolint:gosec // at most 50 notches
}

// Key implements input.Injector.
func (i *Injector) Key(code string, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	key, ok := keys[code]
	if !ok {
		return fmt.Errorf("key %q: %w", code, input.ErrUnknownKey)
	}
	if down {
		i.keys[code] = true // also after a failure: it may be down
		return i.system.key(key, true, i.flags())
	}
	delete(i.keys, code)
	if err := i.system.key(key, false, i.flags()); err != nil {
		i.keys[code] = true
		return fmt.Errorf("let go key %q: %w", code, err)
	}
	return nil
}

// flags are those of the modifiers that are down.
func (i *Injector) flags() (flags uint64) {
	for code := range i.keys {
		flags |= modifiers[code]
	}
	return flags
}

// Produces implements input.Injector: it is never certain here, so all text is typed as
// characters.
func (i *Injector) Produces(string) string { return "" }

// Close implements input.Injector: keys and buttons that are down are let go. Closing
// twice is harmless.
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
