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

// Cast shows the first monitor without asking anybody, as the compositor lets its own
// shell. It returns a connection to PipeWire, which is the caller's, and the stream.
func (d *Desktop) Cast(t testing.TB) (remote int, node uint32) {
	t.Helper()
	var path, stream dbus.ObjectPath
	call(t, d.bus.Object(castService, castRoot).Call(castService+".CreateSession", 0, map[string]dbus.Variant{}), &path)
	session := d.bus.Object(castService, path)
	const embedded = 1
	o := map[string]dbus.Variant{"cursor-mode": dbus.MakeVariant(uint32(embedded))}
	call(t, session.Call(castSession+".RecordMonitor", 0, "", o), &stream)
	signals := make(chan *dbus.Signal, 4)
	d.bus.Signal(signals)
	defer d.bus.RemoveSignal(signals)
	if err := d.bus.AddMatchSignal(dbus.WithMatchObjectPath(stream), dbus.WithMatchInterface(castStream)); err != nil {
		t.Fatal(err)
	}
	call(t, session.Call(castSession+".Start", 0))
	select {
	case signal := <-signals:
		if err := dbus.Store(signal.Body, &node); err != nil {
			t.Fatal(err)
		}
	case <-time.After(startWithin):
		t.Fatal("the compositor makes no stream")
	}
	return d.connect(t), node
}

func call(t testing.TB, c *dbus.Call, results ...any) {
	t.Helper()
	if err := c.Store(results...); err != nil {
		t.Fatal(err)
	}
}

// connect opens a connection to PipeWire.
func (d *Desktop) connect(t testing.TB) int {
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
