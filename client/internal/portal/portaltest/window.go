//go:build linux

package portaltest

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Window is a program that fills the screen: it shows one colour, and writes down all that
// is typed and clicked.
type Window struct {
	t     testing.TB
	show  *os.File
	typed string
}

// inWindow runs in the terminal: what it is sent it shows, and what is typed goes to a file.
const inWindow = `stty raw -echo; cat "$1" & printf '\033[?1003h\033[?1016h\033[?25l'; exec cat >"$2"`

// Open opens the window, and waits until it can be typed into.
func (d *Desktop) Open(t testing.TB) *Window {
	t.Helper()
	show, typed := filepath.Join(d.dir, "show"), filepath.Join(d.dir, "typed")
	if err := syscall.Mkfifo(show, 0o600); err != nil {
		t.Fatal(err)
	}
	d.start("foot", "--config=/dev/null", "--fullscreen",
		"sh", "-c", inWindow, "sh", show, typed)
	file, err := os.OpenFile(show, os.O_RDWR, 0) // both ends: opening waits for nobody
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = file.Close() })
	d.await("typed")
	w := &Window{t: t, show: file, typed: typed}
	d.until("the window has the keyboard", func() bool {
		d.Person.Press(uint32('w'))
		return strings.Contains(w.Typed(), "w")
	})
	return w
}

// Colour fills the window, but for its margins, with an 0xRRGGBB colour.
func (w *Window) Colour(rgb uint32) {
	w.t.Helper()
	if _, err := fmt.Fprintf(w.show, "\033]11;#%06x\007\033[2J", rgb); err != nil {
		w.t.Fatal(err)
	}
}

// Typed returns all that was typed into the window, and what the pointer did in it as the
// sequences of terminals, in pixels.
func (w *Window) Typed() string {
	text, err := os.ReadFile(w.typed)
	if err != nil {
		w.t.Error(err)
	}
	return string(text)
}

// Await waits until something was typed.
func (w *Window) Await(text string) {
	w.t.Helper()
	for began := time.Now(); !strings.Contains(w.Typed(), text); time.Sleep(10 * time.Millisecond) {
		if time.Since(began) > startWithin {
			w.t.Fatalf("typed %q, want %q in it", w.Typed(), text)
		}
	}
}
