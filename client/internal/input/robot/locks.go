package robot

import (
	"errors"
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// xkb is the X Keyboard Extension, for the one thing that the core protocol cannot
// do: change a lock without a key. A program that watches the keys would see one, and
// a person's keyboard need not have it.
const xkb = "XKEYBOARD"

// Minor opcodes (X Keyboard Extension protocol, appendix D).
const (
	xkbUseExtension   = 0
	xkbLatchLockState = 5
)

// xkbCoreKeyboard is the device whose state all events carry.
const xkbCoreKeyboard = 0x100

// capsLock changes the lock. It has a connection of its own: to those that speak the
// extension, the server says nothing of new keyboard mappings, which a Robot must know.
type capsLock struct {
	c *xgb.Conn
}

// newCapsLock makes the connection its own.
func newCapsLock(c *xgb.Conn) (*capsLock, error) {
	if _, err := xdisplay.Use(c, xkb); err != nil {
		return nil, err
	}
	l := &capsLock{c: c}
	const size, major = 8, 1
	request := l.request(xkbUseExtension, size)
	xgb.Put16(request[4:], major)
	cookie := c.NewCookie(true, true)
	c.NewRequest(request, cookie)
	if _, err := cookie.Reply(); err != nil {
		return nil, fmt.Errorf("%w: %s: %w", capture.ErrMissingExtension, xkb, err)
	}
	return l, nil
}

// request begins one of this many bytes.
func (l *capsLock) request(minor byte, size int) []byte {
	request := make([]byte, size)
	l.c.ExtLock.RLock()
	request[0] = l.c.Extensions[xkb]
	l.c.ExtLock.RUnlock()
	request[1] = minor
	xgb.Put16(request[2:], uint16(size/4))
	return request
}

// set turns Caps Lock on or off, which is done when it returns.
func (l *capsLock) set(on bool) error {
	const size = 16
	request := l.request(xkbLatchLockState, size)
	xgb.Put16(request[4:], xkbCoreKeyboard)
	request[6] = xproto.ModMaskLock // what is to change
	if on {
		request[7] = xproto.ModMaskLock
	}
	cookie := l.c.NewCookie(true, false)
	l.c.NewRequest(request, cookie)
	if err := cookie.Check(); err != nil {
		return fmt.Errorf("set Caps Lock: %w", err)
	}
	return nil
}

// withoutCaps does something with Caps Lock off, and turns it on again where it was.
// What it does to a key differs between layouts, and between programs too: many make
// a capital of what the keyboard says is a small letter, whatever key it came from.
func (r *Robot) withoutCaps(f func() error) error {
	if err := r.refresh(); err != nil {
		return err
	}
	now, err := r.state()
	if err != nil {
		return err
	}
	if !now.caps {
		return f()
	}
	r.capsOwed = true
	if err := r.capsLock.set(false); err != nil {
		return err
	}
	return errors.Join(f(), r.capsOn())
}

// capsOn turns the person's Caps Lock on again.
func (r *Robot) capsOn() error {
	if err := r.capsLock.set(true); err != nil {
		return err
	}
	r.capsOwed = false
	return nil
}
