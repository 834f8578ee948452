// Package robot injects input into an X11 desktop, through the XTEST extension, and
// the pointer's moves through robotgo.
//
// An X server answers nobody but one program for as long as that one asks for it. No
// act waits longer for it than a second: then its connection is ended, and a later act
// opens another one.
//
// robotgo keeps one connection to $DISPLAY for the whole process, in Xlib, which waits
// without end, and ends the process when it uses a connection whose server is gone. So
// every act asks the server for a sign of life over a connection of our own first, and
// after the first one that was not answered robotgo is used no more. What presses
// anything never goes through it: what it sends cannot be taken back.
package robot

import (
	"errors"
	"fmt"
	"image"
	"sync/atomic"
	"time"

	"github.com/go-vgo/robotgo"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/release"
)

// untrusted is true while robotgo's connection may be dead, or wait without end, and
// is not used; gone when it can never be closed either, in the whole process.
var untrusted, gone atomic.Bool

// Robot implements input.Injector. There is one in a process at a time.
type Robot struct {
	// Owned by the caller's goroutine.
	*server // nil while the server does not answer
	ledger  release.Ledger
	lostAt  time.Time
	closed  bool
	wheel   input.Notches
	raised  map[byte]bool           // buttons that were let go, for rising
	pressed map[xproto.Keycode]bool // sent, and not let go for certain
	down    map[xproto.Keycode]bool // of these, what Key has pressed
	silent  map[xproto.Keycode]bool // whose auto-repeat is off while they are down
	keys    *layout                 // nil when it must be read again
	borrows *pool
	// capsOwed is true while the person's Caps Lock is off and was on.
	capsOwed bool
}

// New opens $DISPLAY. It returns capture.ErrNoDisplay, or
// capture.ErrMissingExtension when the X server has no XTEST or no XKEYBOARD.
func New() (*Robot, error) { return NewKept(release.Nobody{}) }

// NewKept is New for a program that may be killed: what is down is in the ledger.
func NewKept(ledger release.Ledger) (*Robot, error) {
	r := &Robot{
		ledger:  ledger,
		raised:  map[byte]bool{},
		pressed: map[xproto.Keycode]bool{},
		down:    map[xproto.Keycode]bool{},
		silent:  map[xproto.Keycode]bool{},
	}
	if err := r.reopen(); err != nil {
		if r.server != nil {
			r.abandon()
		}
		return nil, err
	}
	r.borrows = newPool(r.keys.unused())
	return r, nil
}

// Close implements input.Injector: keys that are down are let go. A server that did not
// answer is asked once more. Closing twice is harmless.
func (r *Robot) Close() error {
	if r.closed {
		return nil
	}
	r.closed = true
	err := r.reach(func(image.Rectangle) error { return errors.Join(r.releaseAll(), r.restore()) })
	if r.server == nil {
		return err
	}
	r.abandon()
	return errors.Join(err, closeXlib())
}

// closeXlib closes robotgo's connection to a server that answers. The next one, of
// another Robot, can be trusted.
func closeXlib() error {
	if gone.Load() {
		return nil
	}
	if err := throughXlib(robotgo.CloseMainDisplay); err != nil {
		return err
	}
	untrusted.Store(false)
	return nil
}

// throughXlib does something with robotgo. What is not done in time may be done later:
// nothing can end it.
func throughXlib(f func()) error {
	done := make(chan struct{})
	go func() {
		defer close(done)
		f()
	}()
	select {
	case <-done:
		return nil
	case <-time.After(answerWithin):
		untrusted.Store(true)
		gone.Store(true)
		return fmt.Errorf("wait for Xlib: %w: it did not answer", capture.ErrNoDisplay)
	}
}

// desktop returns the place where the pointer can be, and takes note of what the server
// has told since.
func (r *Robot) desktop() (image.Rectangle, error) {
	r.readEvents()
	g, err := xproto.GetGeometry(r.c, xproto.Drawable(r.root)).Reply()
	if err != nil {
		return image.Rectangle{}, fmt.Errorf("ask the X server: %w: %w", capture.ErrNoDisplay, err)
	}
	r.readEvents()
	return image.Rect(0, 0, int(g.Width), int(g.Height)), nil
}

// readEvents empties the queue of the connection, which would stand still when it
// is full. Every client is told of changes to the keyboard, asked or not.
func (r *Robot) readEvents() {
	for {
		event, err := r.c.PollForEvent()
		if event == nil && err == nil {
			return
		}
		if _, ok := event.(xproto.MappingNotifyEvent); ok {
			r.keys = nil
		}
	}
}

// fake makes one event, which the server has processed when it returns.
func (r *Robot) fake(kind, detail byte) error { return r.fakeAt(kind, detail, image.Point{}) }

func (r *Robot) fakeAt(kind, detail byte, p image.Point) error {
	if kind == xproto.KeyPress {
		r.pressed[xproto.Keycode(detail)] = true // also when nobody knows whether it was done
	}
	held := heldBy(kind, detail)
	if kind == xproto.KeyPress || kind == xproto.ButtonPress {
		r.ledger.Down(held)
	}
	const now, anyDevice = 0, 0
	err := xtest.FakeInputChecked(r.c, kind, detail, now, r.root, int16(p.X), int16(p.Y), anyDevice).Check()
	switch {
	case err != nil:
		return err
	case kind == xproto.KeyRelease:
		delete(r.pressed, xproto.Keycode(detail))
		r.ledger.Up(held)
	case kind == xproto.ButtonRelease:
		r.ledger.Up(held)
	}
	return nil
}
