//go:build linux

// Package portal shows and controls a Wayland desktop. There no program sees the screen
// by itself: the system's portal (org.freedesktop.portal.Desktop, over D-Bus) asks the
// person in a window of its own, and hands out streams of pictures.
//
// A [Desk] is this desktop. The system's question comes when the first picture is wanted,
// and never before: whoever makes a Desk, or looks what the system has, asks nobody.
package portal

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/godbus/dbus/v5"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/pipewire"
)

const (
	service = "org.freedesktop.portal.Desktop"
	root    = dbus.ObjectPath("/org/freedesktop/portal/desktop")

	screenCast    = "org.freedesktop.portal.ScreenCast"
	remoteDesktop = "org.freedesktop.portal.RemoteDesktop"
	requests      = "org.freedesktop.portal.Request"
	sessions      = "org.freedesktop.portal.Session"
	bus           = "org.freedesktop.DBus"
)

const (
	// answerWithin is how long the portal may take for what asks nobody. It may have to
	// be started first.
	answerWithin = 10 * time.Second
	// decideWithin is how long the person has for the system's own question.
	decideWithin = 2 * time.Minute
)

var (
	// ErrRefused says that the person said no to the system.
	ErrRefused = errors.New("you said no in the system's own question")
	// ErrViewOnly says that the system lets nobody control this desktop, because it
	// cannot, or because the person did not allow it there.
	ErrViewOnly = errors.New("the system lets them look, but not control")
	// errNotShown says that nothing is shown yet, or any more.
	errNotShown = errors.New("the system shows nothing of this desktop now")
)

// Wanted reports whether this is a Wayland session, in which nothing else shows the
// desktop.
func Wanted() bool {
	switch os.Getenv("XDG_SESSION_TYPE") {
	case "wayland":
		return true
	case "x11":
		return false
	}
	return os.Getenv("WAYLAND_DISPLAY") != ""
}

// Found is what a system's portal has, as the versions of its interfaces: 0 is none.
type Found struct {
	Show, Control uint32
}

// Look finds out what the system's portal has, without asking the person anything. It
// returns capture.ErrNoDisplay, wrapped with what is missing and the way out.
func Look(ctx context.Context) (Found, error) {
	if err := pipewire.Available(); err != nil {
		return Found{}, fmt.Errorf("this is a Wayland session: %w", err)
	}
	c, err := connect()
	if err != nil {
		return Found{}, err
	}
	defer func() { _ = c.Close() }()
	return look(ctx, c)
}

func look(ctx context.Context, c *dbus.Conn) (Found, error) {
	f := Found{Show: property(ctx, c, screenCast, "version"), Control: property(ctx, c, remoteDesktop, "version")}
	const monitors = 1
	if f.Show == 0 || property(ctx, c, screenCast, "AvailableSourceTypes")&monitors == 0 {
		return f, fmt.Errorf(
			"%w: this is a Wayland session, and its portal cannot share the screen; install xdg-desktop-portal with the part for your desktop, or sign in to an X11 (Xorg) session",
			capture.ErrNoDisplay,
		)
	}
	if property(ctx, c, remoteDesktop, "AvailableDeviceTypes")&(deviceKeyboard|devicePointer) == 0 {
		f.Control = 0
	}
	return f, nil
}

// property reads a number, which is 0 where there is none.
func property(ctx context.Context, c *dbus.Conn, of, name string) uint32 {
	ctx, cancel := context.WithTimeout(ctx, answerWithin)
	defer cancel()
	var v dbus.Variant
	call := c.Object(service, root).CallWithContext(ctx, bus+".Properties.Get", 0, of, name)
	if call.Store(&v) != nil {
		return 0
	}
	n, _ := v.Value().(uint32)
	return n
}

// connect opens a connection to the session's bus, whose end ends all that was done
// through it.
func connect() (*dbus.Conn, error) {
	c, err := dbus.SessionBusPrivateNoAutoStartup(dbus.WithSignalHandler(dbus.NewSequentialSignalHandler()))
	if err != nil {
		return nil, fmt.Errorf("%w: this is a Wayland session without D-Bus: %w", capture.ErrNoDisplay, err)
	}
	if err := c.Auth(nil); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("%w: sign in to D-Bus: %w", capture.ErrNoDisplay, err)
	}
	if err := c.Hello(); err != nil {
		_ = c.Close()
		return nil, fmt.Errorf("%w: sign in to D-Bus: %w", capture.ErrNoDisplay, err)
	}
	return c, nil
}
