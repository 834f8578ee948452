//go:build linux

package gtk_test

import (
	"fmt"
	"image"
	"os"
	"os/exec"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) {
	if gtktest.IsProcess() {
		os.Exit(gtktest.Serve())
	}
	os.Exit(m.Run())
}

// within is how long anything may take that is waited for.
const within = 10 * time.Second

// eventually waits until something is so. What is not says why.
func eventually(t testing.TB, so func() error) {
	t.Helper()
	deadline := time.Now().Add(within)
	for {
		err := so()
		if err == nil {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("after %v: %v", within, err)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

// desk is a desktop with a person, a window manager, a screen reader and a toolkit.
type desk struct {
	*xvfbtest.Nested
	*gtktest.Process
	reader *reader

	t    testing.TB
	c    *xgb.Conn
	root xproto.Window
}

// newDesk starts all of it.
func newDesk(t testing.TB, size image.Point) *desk {
	t.Helper()
	return newDeskOn(t, xvfbtest.StartNested(t, size))
}

// newDeskOn is newDesk for a desktop that is there.
func newDeskOn(t testing.TB, desktop *xvfbtest.Nested) *desk {
	t.Helper()
	d := &desk{t: t, Nested: desktop}
	c, screen := xvfbtest.Connect(t)
	d.c, d.root = c, screen.Root
	runBeside(t, "openbox", "--sm-disable")
	d.waitForProperty("_NET_SUPPORTING_WM_CHECK")
	d.reader = newReader(t)
	d.Process = gtktest.Start(t)
	return d
}

// runBeside runs a program until the test ends.
func runBeside(t testing.TB, name string, args ...string) {
	t.Helper()
	command := exec.Command(name, args...)
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	})
}

func (d *desk) waitForProperty(name string) {
	d.t.Helper()
	atom, err := xproto.InternAtom(d.c, false, uint16(len(name)), name).Reply()
	if err != nil {
		d.t.Fatal(err)
	}
	eventually(d.t, func() error {
		reply, err := xproto.GetProperty(d.c, false, d.root, atom.Atom, xproto.GetPropertyTypeAny, 0, 1).Reply()
		if err != nil {
			return err
		}
		if reply.Type == 0 {
			return fmt.Errorf("the desktop has no %s", name)
		}
		return nil
	})
}

// Presses makes a desk a window.Toolkit.
func (d *desk) Presses() <-chan window.Press { return d.Process.Presses }

// ShowBar shows a bar, or takes it away.
func (d *desk) ShowBar(b *window.Bar) { d.Do(gtktest.Order{Bar: b, NoBar: b == nil}) }

// Attend brings the window before all others.
func (d *desk) Attend() { d.Do(gtktest.Order{Attend: true}) }

// Copy puts text into the clipboard.
func (d *desk) Copy(text string) { d.Do(gtktest.Order{Copy: text}) }
