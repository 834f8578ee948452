package x11

import (
	"encoding/binary"
	"image"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// A program that the technician has started can grab what it likes: the person's keys
// still arrive here.
func TestStopKeyUnderAGrab(t *testing.T) {
	for name, grab := range map[string]func(c *xgb.Conn, root xproto.Window) error{
		"of the keyboard": func(c *xgb.Conn, root xproto.Window) error {
			const asynchronous = xproto.GrabModeAsync
			_, err := xproto.GrabKeyboard(c, true, root, 0, asynchronous, asynchronous).Reply()
			return err
		},
		"of the keyboard, frozen": func(c *xgb.Conn, root xproto.Window) error {
			const synchronous = xproto.GrabModeSync
			_, err := xproto.GrabKeyboard(c, true, root, 0, synchronous, synchronous).Reply()
			return err
		},
		"of the device": grabDevice,
	} {
		t.Run(name, func(t *testing.T) {
			xvfbtest.Start(t, image.Pt(320, 240)) // a grab can outlive the connection a while
			w, e := open(t, "Ctrl+Alt+End")
			p := newPerson(t, w)
			c, screen := xvfbtest.Connect(t)
			if err := grab(c, screen.Root); err != nil {
				t.Fatal(err)
			}
			p.Down(keyControl, keyAlt, keyEnd)
			told(t, "stop", e.stopped)
			c.Close()
			p.Up(keyEnd, keyAlt, keyControl)
		})
	}
}

// grabDevice grabs the person's keyboard itself, which takes it away from the desktop.
func grabDevice(c *xgb.Conn, root xproto.Window) error {
	x, err := xdisplay.Use(c, extensionName)
	if err != nil {
		return err
	}
	const request, keyboard, asynchronous = 51, 7, 1
	b := []byte{x.Opcode, request, 7, 0}
	b = binary.LittleEndian.AppendUint32(b, uint32(root))
	b = append(b, 0, 0, 0, 0, 0, 0, 0, 0)                              // now, no cursor
	b = append(b, keyboard, 0, asynchronous, asynchronous, 1, 0, 1, 0) // one unit of mask
	b = append(b, 1<<2, 0, 0, 0)                                       // presses of keys
	cookie := c.NewCookie(true, true)
	c.NewRequest(b, cookie)
	answer, err := cookie.Reply()
	if err == nil && answer[8] != 0 {
		return xproto.AccessError{}
	}
	return err
}
