package xvfbtest

import (
	"fmt"
	"image"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/randr"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// Resize changes the size of the one monitor, and of the desktop with it, as
// xrandr does. Xvfb cannot grow beyond the size that it was started with.
func Resize(t testing.TB, size image.Point) {
	t.Helper()
	c, screen := Connect(t)
	if err := resize(c, screen.Root, size); err != nil {
		t.Fatalf("resize to %v: %v", size, err)
	}
}

func resize(c *xgb.Conn, root xproto.Window, size image.Point) error {
	if _, err := xdisplay.Use(c, "RANDR"); err != nil {
		return err
	}
	resources, err := randr.GetScreenResources(c, root).Reply()
	if err != nil {
		return err
	}
	crtc, output := resources.Crtcs[0], resources.Outputs[0]
	mode, err := addMode(c, root, output, size)
	if err != nil {
		return fmt.Errorf("add mode: %w", err)
	}
	// The desktop must hold the monitor at every step, so it is switched off first;
	// nobody sees that, because the server listens to this connection alone.
	xproto.GrabServer(c)
	defer func() { _ = xproto.UngrabServerChecked(c).Check() }()
	if err := setMode(c, crtc, 0); err != nil {
		return fmt.Errorf("switch off: %w", err)
	}
	width, height := uint16(size.X), uint16(size.Y)
	if err := randr.SetScreenSizeChecked(c, root, width, height, 100, 100).Check(); err != nil {
		return fmt.Errorf("resize desktop: %w", err)
	}
	return setMode(c, crtc, mode, output)
}

func addMode(c *xgb.Conn, root xproto.Window, output randr.Output, size image.Point) (randr.Mode, error) {
	name := fmt.Sprintf("%dx%d-test", size.X, size.Y)
	width, height := uint16(size.X), uint16(size.Y)
	reply, err := randr.CreateMode(c, root, randr.ModeInfo{
		Width: width, Height: height, Htotal: width, Vtotal: height, NameLen: uint16(len(name)),
	}, name).Reply()
	if err != nil {
		return 0, err
	}
	return reply.Mode, randr.AddOutputModeChecked(c, output, reply.Mode).Check()
}

func setMode(c *xgb.Conn, crtc randr.Crtc, mode randr.Mode, outputs ...randr.Output) error {
	const now = 0
	_, err := randr.SetCrtcConfig(c, crtc, now, now, 0, 0, mode, randr.RotationRotate0, outputs).Reply()
	return err
}
