// Package xdisplay opens the X display for the leaves that need one, and says
// plainly what is wrong with it.
package xdisplay

import (
	"fmt"
	"image"
	"io"
	"net"
	"os"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xinerama"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Open connects to $DISPLAY and makes sure that the server has the named
// extensions, such as "XTEST". It returns capture.ErrNoDisplay or
// capture.ErrMissingExtension.
//
// Extensions are asked for by name and not through the Init functions of xgb's
// packages, because those write to maps that every connection reads unlocked.
func Open(extensions ...string) (*xgb.Conn, error) {
	c, _, err := OpenWire(answerWithin, extensions...)
	return c, err
}

// OpenWire is Open for a program that must not wait without end: it waits for the server
// that long, and returns the network connection too, whose end is the end of all that
// waits for an answer.
func OpenWire(within time.Duration, extensions ...string) (*xgb.Conn, net.Conn, error) {
	return open(within, func(wire net.Conn) net.Conn { return wire }, extensions)
}

// open is OpenWire with what the library reads from in place of the network connection.
func open(within time.Duration, divert func(net.Conn) net.Conn, extensions []string) (*xgb.Conn, net.Conn, error) {
	// The library writes every failure to standard error, where the terminal
	// interface talks with the person. Its errors are returned as well.
	xgb.Logger.SetOutput(io.Discard)
	expectExtensions()
	c, wire, err := dial(within, divert)
	if err != nil {
		return nil, nil, fmt.Errorf("open display %q: %w: %w", os.Getenv("DISPLAY"), capture.ErrNoDisplay, err)
	}
	for _, name := range extensions {
		if err := require(c, name); err != nil {
			c.Close()
			return nil, nil, err
		}
	}
	if err := wire.SetDeadline(time.Time{}); err != nil {
		c.Close()
		return nil, nil, fmt.Errorf("open display: %w: %w", capture.ErrNoDisplay, err)
	}
	return c, wire, nil
}

// RefuseWayland returns capture.ErrNoDisplay in a Wayland session, where the X
// server shows its own clients at most, and never the desktop.
func RefuseWayland() error {
	if os.Getenv("XDG_SESSION_TYPE") != "wayland" {
		return nil
	}
	return fmt.Errorf("%w: this is a Wayland session; sign in to an X11 (Xorg) session instead", capture.ErrNoDisplay)
}

func require(c *xgb.Conn, name string) error {
	reply, err := xproto.QueryExtension(c, uint16(len(name)), name).Reply()
	if err != nil {
		return fmt.Errorf("ask for extension %s: %w: %w", name, capture.ErrNoDisplay, err)
	}
	if !reply.Present {
		return fmt.Errorf("%w: the X server does not have %s", capture.ErrMissingExtension, name)
	}
	return nil
}

// Monitors lists the monitors through XINERAMA, which c must have been opened
// with and which must have been initialised. The first one is the primary one.
func Monitors(c *xgb.Conn) ([]capture.Monitor, error) {
	reply, err := xinerama.QueryScreens(c).Reply()
	if err != nil {
		return nil, fmt.Errorf("list monitors: %w: %w", capture.ErrNoDisplay, err)
	}
	var list []capture.Monitor
	for n, s := range reply.ScreenInfo {
		at := image.Pt(int(s.XOrg), int(s.YOrg))
		size := image.Pt(int(s.Width), int(s.Height))
		list = append(list, capture.Monitor{
			ID:      n,
			Bounds:  image.Rectangle{Min: at, Max: at.Add(size)},
			Primary: n == 0,
		})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("list monitors: %w: none is connected", capture.ErrNoDisplay)
	}
	return list, nil
}
