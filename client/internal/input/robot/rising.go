package robot

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input"
)

// xinput is the X Input Extension, which shows all buttons; the core protocol shows the
// first five.
const xinput = "XInputExtension"

// Minor opcodes (X Input Extension 2, section 7).
const (
	xiQueryPointer = 40
	xiQueryVersion = 47
)

// xiCorePointer is the device that stands for all mice, in every X.Org server.
const xiCorePointer = 2

// rising are the buttons that were let go and have not been seen up since.
//
// The server keeps the state of the device that it makes our events with, and the state
// that programs see, which is that of all devices together. While a program holds the
// pointer up, as window managers do to see a click before the window under it, the
// second falls behind. A button that is pressed again meanwhile is down on the device
// when the server comes to its release: it takes the release for that of one mouse of
// two, and drops it, and then drops the press, for the button is down. The second click
// of a double click would be lost.
type rising struct {
	// Set at construction.
	c     *xgb.Conn
	root  xproto.Window
	knows bool // whether the server tells

	// Owned by the caller's goroutine. It outlives the connection.
	buttons map[byte]bool
}

// newRising asks a server that does not know the extension nothing: it is from before
// there were two states.
func newRising(c *xgb.Conn, root xproto.Window, buttons map[byte]bool) *rising {
	u := &rising{c: c, root: root, buttons: buttons}
	if _, err := xdisplay.Use(c, xinput); err != nil {
		return u
	}
	const version = 2
	_, err := u.ask(xiQueryVersion, version)
	u.knows = err == nil
	return u
}

// ask makes a request whose fields are words, and returns the reply.
func (u *rising) ask(minor byte, fields ...uint32) ([]byte, error) {
	request := make([]byte, 4+4*len(fields))
	u.c.ExtLock.RLock()
	request[0] = u.c.Extensions[xinput]
	u.c.ExtLock.RUnlock()
	request[1] = minor
	xgb.Put16(request[2:], uint16(len(request)/4))
	for n, field := range fields {
		xgb.Put32(request[4+4*n:], field)
	}
	cookie := u.c.NewCookie(true, true)
	u.c.NewRequest(request, cookie)
	reply, err := cookie.Reply()
	if err != nil {
		return nil, fmt.Errorf("ask %s: %w", xinput, err)
	}
	return reply, nil
}

// letGo notes that a button is let go.
func (u *rising) letGo(button byte) {
	if u.knows {
		u.buttons[button] = true
	}
}

// wait returns input.ErrBusy while programs see a button down that was let go. When the
// server does not say, it is for the press to fail.
func (u *rising) wait(button byte) error {
	if !u.buttons[button] {
		return nil
	}
	if isDown, err := u.isDown(button); err == nil && isDown {
		return input.ErrBusy
	}
	delete(u.buttons, button)
	return nil
}

// isDown tells whether programs see a button down. Its number there is what the person
// has it mapped to: the left one may be 3.
func (u *rising) isDown(button byte) (bool, error) {
	mapping, err := xproto.GetPointerMapping(u.c).Reply()
	if err != nil {
		return false, fmt.Errorf("read the mapping of buttons: %w", err)
	}
	if int(button) > len(mapping.Map) {
		return false, nil
	}
	number := mapping.Map[button-1]
	reply, err := u.ask(xiQueryPointer, uint32(u.root), xiCorePointer)
	if err != nil {
		return false, err
	}
	const maskAt = 56 // a set of buttons, up to the end
	at := maskAt + int(number/8)
	return at < len(reply) && reply[at]&(1<<(number%8)) != 0, nil
}
