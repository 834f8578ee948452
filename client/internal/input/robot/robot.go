// Package robot injects input into an X11 desktop: the pointer through robotgo,
// and keys by their physical position through the XTEST extension, which robotgo
// cannot do.
//
// robotgo keeps one connection to $DISPLAY for the whole process, in Xlib, which
// ends the process when it uses a connection whose server is gone. So every call
// asks the server for a sign of life over a connection of our own first.
package robot

import (
	"errors"
	"fmt"
	"image"
	"sync/atomic"

	"github.com/go-vgo/robotgo"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input"
)

// lost is true when a display went away while robotgo held a connection to it.
// That connection can be neither used nor closed without ending the process, so
// no Robot is made again in it.
var lost atomic.Bool

// Robot implements input.Injector. There is one in a process at a time.
type Robot struct {
	// Set at construction.
	c        *xgb.Conn
	root     xproto.Window
	capsLock *capsLock

	// Owned by the caller's goroutine.
	closed  bool
	wheel   wheel
	rising  *rising
	down    map[xproto.Keycode]bool
	silent  map[xproto.Keycode]bool // whose auto-repeat is off while they are down
	keys    *layout                 // nil when it must be read again
	borrows *pool
}

// New opens $DISPLAY. It returns capture.ErrNoDisplay, or
// capture.ErrMissingExtension when the X server has no XTEST or no XKEYBOARD.
func New() (*Robot, error) {
	if lost.Load() {
		return nil, fmt.Errorf("%w: it went away; start the program again", capture.ErrNoDisplay)
	}
	c, err := xdisplay.Open("XTEST")
	if err != nil {
		return nil, err
	}
	if err := xtest.Init(c); err != nil {
		c.Close()
		return nil, fmt.Errorf("%w: XTEST: %w", capture.ErrMissingExtension, err)
	}
	lock, err := openCapsLock()
	if err != nil {
		c.Close()
		return nil, err
	}
	r := &Robot{
		c:        c,
		root:     xproto.Setup(c).DefaultScreen(c).Root,
		capsLock: lock,
		down:     map[xproto.Keycode]bool{},
		silent:   map[xproto.Keycode]bool{},
	}
	if err := r.refresh(); err != nil {
		lock.c.Close()
		c.Close()
		return nil, err
	}
	r.rising = newRising(c, r.root)
	r.borrows = newPool(r.keys.unused())
	return r, nil
}

// Close implements input.Injector: keys that are down are let go. Closing twice is
// harmless.
func (r *Robot) Close() error {
	if r.closed {
		return nil
	}
	_, err := r.desktop() // is there a server?
	if err == nil {
		err = errors.Join(r.releaseAll(), r.restore())
		robotgo.CloseMainDisplay()
	}
	r.closed = true
	r.capsLock.c.Close()
	r.c.Close()
	return err
}

// desktop returns the place where the pointer can be. It is the sign of life, and
// takes note of what the server has told since.
func (r *Robot) desktop() (image.Rectangle, error) {
	if r.closed {
		return image.Rectangle{}, input.ErrClosed
	}
	r.readEvents()
	g, err := xproto.GetGeometry(r.c, xproto.Drawable(r.root)).Reply()
	if err != nil {
		lost.Store(true)
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
func (r *Robot) fake(kind, detail byte) error {
	const now, anyDevice = 0, 0
	return xtest.FakeInputChecked(r.c, kind, detail, now, r.root, 0, 0, anyDevice).Check()
}
