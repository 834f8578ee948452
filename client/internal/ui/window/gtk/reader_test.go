//go:build linux

package gtk_test

import (
	"bufio"
	"fmt"
	"image"
	"os/exec"
	"strings"
	"testing"

	"github.com/godbus/dbus/v5"
)

// reader is what a screen reader knows: the tree of what is on the desktop, by AT-SPI.
type reader struct {
	t testing.TB
	c *dbus.Conn
}

// newReader starts a message bus of the test's own, which programs get from the
// environment from now on. It needs Debian's dbus and at-spi2-core.
func newReader(t testing.TB) *reader {
	t.Helper()
	t.Setenv("XDG_RUNTIME_DIR", t.TempDir())
	command := exec.Command("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address")
	out, err := command.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
	address, err := bufio.NewReader(out).ReadString('\n')
	if err != nil {
		t.Fatal(err)
	}
	t.Setenv("DBUS_SESSION_BUS_ADDRESS", strings.TrimSpace(address))
	session := connectBus(t, strings.TrimSpace(address))
	var accessible string
	err = session.Object("org.a11y.Bus", "/org/a11y/bus").Call("org.a11y.Bus.GetAddress", 0).Store(&accessible)
	if err != nil {
		t.Fatal(err)
	}
	r := &reader{t: t, c: connectBus(t, accessible)}
	eventually(t, func() error {
		_, err := r.children(registry)
		return err
	})
	return r
}

func connectBus(t testing.TB, address string) *dbus.Conn {
	t.Helper()
	c, err := dbus.Connect(address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// place is where AT-SPI has something.
type place struct {
	Bus  string
	Path dbus.ObjectPath
}

var registry = place{"org.a11y.atspi.Registry", "/org/a11y/atspi/accessible/root"}

// The states that are asked for (atspi-constants.h).
const (
	checked   = 1 << 4
	sensitive = 1 << 24
	focusable = 1 << 11
	focused   = 1 << 12
	showing   = 1 << 25
)

// node is a part of the tree.
type node struct {
	place
	Role, Name string
	State      uint64
	Children   []*node
}

const accessible = "org.a11y.atspi.Accessible"

func (r *reader) call(p place, method string, args ...any) *dbus.Call {
	return r.c.Object(p.Bus, p.Path).Call(method, 0, args...)
}

func (r *reader) children(p place) (list []place, err error) {
	err = r.call(p, accessible+".GetChildren").Store(&list)
	return list, err
}

// read reads a part of the tree.
func (r *reader) read(p place) (*node, error) {
	n := &node{place: p}
	var name dbus.Variant
	var state []uint32
	err := r.call(p, "org.freedesktop.DBus.Properties.Get", accessible, "Name").Store(&name)
	if err != nil {
		return nil, err
	}
	n.Name, _ = name.Value().(string)
	if err := r.call(p, accessible+".GetRoleName").Store(&n.Role); err != nil {
		return nil, err
	}
	if err := r.call(p, accessible+".GetState").Store(&state); err != nil {
		return nil, err
	}
	n.State = uint64(state[0]) | uint64(state[1])<<32
	list, err := r.children(p)
	if err != nil {
		return nil, err
	}
	for _, child := range list {
		c, err := r.read(child)
		if err != nil {
			return nil, err
		}
		n.Children = append(n.Children, c)
	}
	return n, nil
}

// windows reads the windows of the toolkit.
func (r *reader) windows() ([]*node, error) {
	programs, err := r.children(registry)
	if err != nil {
		return nil, err
	}
	for _, p := range programs {
		n, err := r.read(p)
		if err != nil {
			return nil, err
		}
		if n.Name == "lendhand" {
			return n.Children, nil
		}
	}
	return nil, fmt.Errorf("no program of this name among %d", len(programs))
}

// all is a part and what is in it, in its order.
func (n *node) all() []*node {
	list := []*node{n}
	for _, c := range n.Children {
		list = append(list, c.all()...)
	}
	return list
}

// find waits for a part that is on the screen, by its name.
func (r *reader) find(name string) *node {
	r.t.Helper()
	return r.wait(fmt.Sprintf("%q", name), func(n *node) bool {
		return n.Name == name && n.State&showing != 0
	})
}

// named reads a part that is on the screen, by its name.
func (r *reader) named(name string) (*node, error) {
	windows, err := r.windows()
	if err != nil {
		return nil, err
	}
	for _, w := range windows {
		for _, n := range w.all() {
			if n.Name == name && n.State&showing != 0 {
				return n, nil
			}
		}
	}
	return nil, fmt.Errorf("no %q", name)
}

// focus waits until a part has the keyboard.
func (r *reader) focus(name string) {
	r.t.Helper()
	r.wait(fmt.Sprintf("%q with the keyboard", name), func(n *node) bool {
		return n.Name == name && n.State&focused != 0
	})
}

// wait waits for a part.
func (r *reader) wait(what string, is func(*node) bool) (found *node) {
	r.t.Helper()
	eventually(r.t, func() error {
		windows, err := r.windows()
		if err != nil {
			return err
		}
		var seen strings.Builder
		for _, w := range windows {
			for _, n := range w.all() {
				if is(n) {
					found = n
					return nil
				}
				fmt.Fprintf(&seen, "\n%s %q %#x", n.Role, n.Name, n.State)
			}
		}
		return fmt.Errorf("no %s in:%s", what, &seen)
	})
	return found
}

// at is where a part is on the desktop.
func (r *reader) at(p place) image.Rectangle {
	r.t.Helper()
	var at struct{ X, Y, Width, Height int32 }
	const ofScreen = uint32(0)
	if err := r.call(p, "org.a11y.atspi.Component.GetExtents", ofScreen).Store(&at); err != nil {
		r.t.Fatal(err)
	}
	return image.Rect(int(at.X), int(at.Y), int(at.X+at.Width), int(at.Y+at.Height))
}

// middle is the middle of where a part is.
func (r *reader) middle(p place) image.Point {
	r.t.Helper()
	at := r.at(p)
	return at.Min.Add(at.Max).Div(2)
}

// do does what assistive technology does with a part.
func (r *reader) do(p place) {
	r.t.Helper()
	var done bool
	const first = int32(0)
	err := r.call(p, "org.a11y.atspi.Action.DoAction", first).Store(&done)
	if err != nil || !done {
		r.t.Fatalf("the part does nothing: %v", err)
	}
}
