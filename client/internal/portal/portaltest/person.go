//go:build linux

package portaltest

import (
	"testing"
	"time"

	"github.com/godbus/dbus/v5"
)

const (
	mutter        = "org.gnome.Mutter.RemoteDesktop"
	mutterSession = mutter + ".Session"
)

// Keys that the person presses, as X11's symbols.
const (
	Tab    uint32 = 0xff09
	Space  uint32 = 0x20
	Return uint32 = 0xff0d
	Escape uint32 = 0xff1b
	Down   uint32 = 0xff54

	shift uint32 = 0xffe1
)

// Person has a keyboard, which is the compositor's own.
type Person struct {
	t       testing.TB
	session dbus.BusObject
}

func newPerson(t testing.TB, c *dbus.Conn) *Person {
	t.Helper()
	var path dbus.ObjectPath
	err := c.Object(mutter, "/org/gnome/Mutter/RemoteDesktop").Call(mutter+".CreateSession", 0).Store(&path)
	if err != nil {
		t.Fatal(err)
	}
	p := &Person{t: t, session: c.Object(mutter, path)}
	if err := p.session.Call(mutterSession+".Start", 0).Err; err != nil {
		t.Fatal(err)
	}
	// The compositor has a keyboard and a pointer from their first use on, and windows
	// hear of them a moment later.
	p.Press(shift)
	if err := p.session.Call(mutterSession+".NotifyPointerMotionRelative", 0, 1.0, 1.0).Err; err != nil {
		t.Fatal(err)
	}
	return p
}

// Press presses keys, one after the other.
func (p *Person) Press(keys ...uint32) {
	for _, key := range keys {
		for _, down := range []bool{true, false} {
			if err := p.session.Call(mutterSession+".NotifyKeyboardKeysym", 0, key, down).Err; err != nil {
				p.t.Errorf("press %#x: %v", key, err)
			}
			time.Sleep(30 * time.Millisecond)
		}
	}
}
