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

// Desk makes up the monitors of the desktop, as xrandr --setmonitor does. Only one
// goroutine may use it.
type Desk struct {
	t      testing.TB
	c      *xgb.Conn
	root   xproto.Window
	output []randr.Output // the server's own, which is a monitor while no other has it
	placed int            // by Arrange
}

// NewDesk returns a Desk on which the server's own monitor is still there.
func NewDesk(t testing.TB) *Desk {
	t.Helper()
	c, screen := Connect(t)
	if _, err := xdisplay.Use(c, "RANDR"); err != nil {
		t.Fatal(err)
	}
	// Otherwise the server speaks the version before monitors.
	if _, err := randr.QueryVersion(c, 1, 5).Reply(); err != nil {
		t.Fatal(err)
	}
	resources, err := randr.GetScreenResources(c, screen.Root).Reply()
	if err != nil {
		t.Fatal(err)
	}
	return &Desk{t: t, c: c, root: screen.Root, output: resources.Outputs[:1]}
}

// Own is the name of the monitor that takes the place of the server's own.
const Own = "own"

// Set gives the desktop a monitor, or the one of that name another place.
func (d *Desk) Set(name string, at image.Rectangle, primary bool) {
	d.t.Helper()
	info := randr.MonitorInfo{
		Name: d.atom(name), Primary: primary,
		X: int16(at.Min.X), Y: int16(at.Min.Y), Width: uint16(at.Dx()), Height: uint16(at.Dy()),
		WidthInMillimeters: 100, HeightInMillimeters: 100,
	}
	if name == Own {
		info.NOutput, info.Outputs = 1, d.output
	}
	// Nobody sees the moment without it, because the server listens to this connection
	// alone. The first time there is none to delete.
	xproto.GrabServer(d.c)
	defer func() { _ = xproto.UngrabServerChecked(d.c).Check() }()
	_ = randr.DeleteMonitorChecked(d.c, d.root, info.Name).Check()
	if err := randr.SetMonitorChecked(d.c, d.root, info).Check(); err != nil {
		d.t.Fatalf("set monitor %q: %v", name, err)
	}
}

// Remove takes a monitor away.
func (d *Desk) Remove(name string) {
	d.t.Helper()
	if err := randr.DeleteMonitorChecked(d.c, d.root, d.atom(name)).Check(); err != nil {
		d.t.Fatalf("remove monitor %q: %v", name, err)
	}
}

// Arrange gives the desktop exactly these monitors, the first of which is the primary
// one.
func (d *Desk) Arrange(list ...image.Rectangle) {
	d.t.Helper()
	name := func(n int) string {
		if n == 0 {
			return Own
		}
		return fmt.Sprintf("made-%d", n)
	}
	for n, at := range list {
		d.Set(name(n), at, n == 0)
	}
	for n := len(list); n < d.placed; n++ {
		d.Remove(name(n))
	}
	d.placed = len(list)
}

func (d *Desk) atom(name string) xproto.Atom {
	d.t.Helper()
	reply, err := xproto.InternAtom(d.c, false, uint16(len(name)), name).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	return reply.Atom
}
