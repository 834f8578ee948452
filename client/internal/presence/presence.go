// Package presence is the contract of what watches the person's own hands: the mouse and
// the keyboard of this machine, told apart from what programs inject, such as this one for
// a technician. The leaves below it watch the desktop of one system each.
package presence

import (
	"errors"
	"log/slog"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// ErrMissing is returned by leaves where the desktop cannot be watched.
var ErrMissing = errors.New("what the person does themselves cannot be watched here")

// TouchEvery is the least time between two calls of Config.Touched.
const TouchEvery = 100 * time.Millisecond

// Config says what is told, and to whom. All fields are required.
//
// The functions are called by one goroutine of the Watch, never two at once, and not
// after Close has returned. They may take as long as an act of input.Injector: a leaf
// whose system waits for it to look calls them from a goroutine of its own.
type Config struct {
	// Key is the one that stops the session.
	Key Key
	// Touched is called when the person has moved or pressed something, not more often
	// than every TouchEvery.
	Touched func()
	// Stop is called when the person has pressed Key with their own hand, whatever program
	// has the keyboard.
	Stop func()
	// Lost is called at most once, when the watch has ended by itself, and neither Touched
	// nor Stop will be called any more: the desktop is gone, or a program has cut it off.
	// The Watch is still to be closed.
	Lost func()
	Log  *slog.Logger
}

// Validate says what is wrong with a Config. Leaves call it first.
func (c *Config) Validate() error {
	switch {
	case c.Key.IsZero():
		return errors.New("presence: a key is required")
	case c.Touched == nil || c.Stop == nil || c.Lost == nil || c.Log == nil:
		return errors.New("presence: touched, stop, lost and log are required")
	}
	return nil
}

// Watch watches until Close. Its methods may be called from any goroutine.
type Watch interface {
	// Tells reports whether this system tells own input from injected. Where it does not,
	// nothing is called: everything would look like the person's.
	Tells() bool
	// Last returns whose hand pressed a key or a button last, and when: zero before the
	// first press.
	Last() (ui.Hand, time.Time)
	// Close ends the watch and waits for it. It must not be called from inside a function
	// of the Config.
	Close() error
}
