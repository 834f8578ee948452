//go:build linux

package portaltest

import (
	"net"
	"path/filepath"
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
	"golang.org/x/sys/unix"
)

const (
	castService = "org.gnome.Mutter.ScreenCast"
	castSession = castService + ".Session"
	castStream  = castService + ".Stream"
	castRoot    = dbus.ObjectPath("/org/gnome/Mutter/ScreenCast")
)

// Cast shows a monitor without asking anybody, as the compositor lets its own shell: "" is
// the primary one, and "Meta-1" the second. It returns PipeWire's number of it.
func (d *Desktop) Cast(t testing.TB, monitor string) (node uint32) {
	t.Helper()
	var path, stream dbus.ObjectPath
	call(t, d.bus.Object(castService, castRoot).Call(castService+".CreateSession", 0, map[string]dbus.Variant{}), &path)
	session := d.bus.Object(castService, path)
	const embedded = 1
	o := map[string]dbus.Variant{"cursor-mode": dbus.MakeVariant(uint32(embedded))}
	call(t, session.Call(castSession+".RecordMonitor", 0, monitor, o), &stream)
	signals := make(chan *dbus.Signal, 16)
	d.bus.Signal(signals)
	defer d.bus.RemoveSignal(signals)
	if err := d.bus.AddMatchSignal(dbus.WithMatchObjectPath(stream), dbus.WithMatchInterface(castStream)); err != nil {
		t.Fatal(err)
	}
	call(t, session.Call(castSession+".Start", 0))
	for {
		select {
		case signal := <-signals:
			if signal.Path == stream && dbus.Store(signal.Body, &node) == nil {
				return node
			}
		case <-time.After(startWithin):
			t.Fatal("the compositor makes no stream")
		}
	}
}

func call(t testing.TB, c *dbus.Call, results ...any) {
	t.Helper()
	if err := c.Store(results...); err != nil {
		t.Fatal(err)
	}
}

// PipeWire opens a connection to PipeWire, which is the caller's.
func (d *Desktop) PipeWire(t testing.TB) int {
	t.Helper()
	c, err := net.Dial("unix", filepath.Join(d.dir, "pipewire-0"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = c.Close() }()
	file, err := c.(*net.UnixConn).File()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	fd, err := unix.FcntlInt(file.Fd(), unix.F_DUPFD_CLOEXEC, 0)
	if err != nil {
		t.Fatal(err)
	}
	return fd
}
