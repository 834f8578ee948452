package x11

import (
	"errors"
	"image"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/clipboard/clipboardtest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB) *Board {
	t.Helper()
	b, err := Open(slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close() })
	return b
}

// xclip copies as a program of the desktop does; a target names what it is.
func xclip(t testing.TB, text, target string) {
	t.Helper()
	c := exec.Command("xclip", "-selection", "clipboard", "-in", "-t", target)
	c.Stdin = strings.NewReader(text)
	if err := c.Run(); err != nil { // its output is not read: who owns the text goes on
		t.Fatalf("xclip: %v", err)
	}
}

func paste(t testing.TB, target string) (string, error) {
	t.Helper()
	out, err := exec.Command("xclip", "-selection", "clipboard", "-out", "-t", target).Output()
	return string(out), err
}

// Against another program of the desktop: Debian's xclip.
func TestBoard(t *testing.T) {
	clipboardtest.Run(t, func(t *testing.T) clipboardtest.Desktop {
		xvfbtest.Start(t, image.Pt(64, 64))
		return clipboardtest.Desktop{
			Open: func() (clipboard.Board, error) { return Open(slog.New(slog.DiscardHandler)) },
			Copy: func(text string) {
				if text == "" {
					xclip(t, "GIF89a", "image/gif")
					return
				}
				xclip(t, text, "UTF8_STRING")
			},
			Paste: func() string {
				text, err := paste(t, "UTF8_STRING")
				if err != nil {
					t.Fatal(err)
				}
				return text
			},
		}
	})
}

// Programs ask what there is, and get it in the forms of text that there are.
func TestTargets(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	b := open(t)
	if err := b.Write("Grüße"); err != nil {
		t.Fatal(err)
	}
	targets, err := paste(t, "TARGETS")
	if want := "TARGETS\nUTF8_STRING\ntext/plain;charset=utf-8\nTEXT\n"; targets != want || err != nil {
		t.Errorf("targets are %q, %v", targets, err)
	}
	for _, target := range []string{"text/plain;charset=utf-8", "TEXT"} {
		if got, err := paste(t, target); got != "Grüße" || err != nil {
			t.Errorf("%s: %q, %v", target, got, err)
		}
	}
	if got, err := paste(t, "text/html"); err == nil {
		t.Errorf("as HTML it is %q", got)
	}
}

// What a password manager marks as secret is never read, and what another program marks as
// something else is.
func TestSecrets(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	b := open(t)
	for hint, want := range map[string]string{"secret": "", "secret\x00": "", "secret sauce": "hunter2", "public": "hunter2", "": "hunter2"} {
		own(t, hint, "hunter2")
		<-b.Changes()
		text, err := b.Read()
		if text != want || errors.Is(err, clipboard.ErrNoText) != (want == "") {
			t.Errorf("with the mark %q: read %q, %v", hint, text, err)
		}
	}
}

// own makes a program that owns the clipboard until the test ends, or another does: a text,
// with a password manager's mark.
func own(t *testing.T, hint, text string) {
	t.Helper()
	c, _, err := xdisplay.OpenWire(serverWithin)
	if err != nil {
		t.Fatal(err)
	}
	owner := &Board{c: c, root: xproto.Setup(c).DefaultScreen(c).Root}
	if owner.atoms, err = intern(c); err != nil {
		t.Fatal(err)
	}
	if owner.window, err = owner.newWindow(); err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	t.Cleanup(func() { c.Close(); <-done })
	go func() {
		defer close(done)
		for {
			event, err := c.WaitForEvent()
			if event == nil && err == nil {
				return
			}
			if e, ok := event.(xproto.SelectionRequestEvent); ok {
				owner.answer(e, map[xproto.Atom]string{owner.atoms.hint: hint, owner.atoms.utf8: text})
			}
		}
	}()
	xproto.SetSelectionOwner(c, owner.window, owner.atoms.clipboard, xproto.TimeCurrentTime)
}

// answer gives the form that is asked for; an empty one is none.
func (b *Board) answer(e xproto.SelectionRequestEvent, forms map[xproto.Atom]string) {
	answer := xproto.SelectionNotifyEvent{
		Time: e.Time, Requestor: e.Requestor, Selection: e.Selection, Target: e.Target,
	}
	if form := forms[e.Target]; form != "" {
		answer.Property = e.Property
		b.put(e.Requestor, e.Property, b.atoms.utf8, 8, []byte(form))
	}
	xproto.SendEvent(b.c, false, e.Requestor, xproto.EventMaskNoEvent, string(answer.Bytes()))
}

// A program that owns the clipboard and answers nobody is not waited for long.
func TestAnOwnerThatIsStuck(t *testing.T) {
	xvfbtest.Start(t, image.Pt(64, 64))
	b := open(t)
	stuck := open(t)
	if err := stuck.Write("never"); err != nil {
		t.Fatal(err)
	}
	<-b.Changes()
	stuck.mu.Lock() // serve waits for it
	defer stuck.mu.Unlock()
	begun := time.Now()
	if _, err := b.Read(); !errors.Is(err, clipboard.ErrNoText) {
		t.Errorf("read: %v", err)
	}
	if took := time.Since(begun); took > 5*ownerWithin {
		t.Errorf("it took %s", took)
	}
}

// With its display the clipboard is gone, and nobody waits for it.
func TestTheDisplayGoesAway(t *testing.T) {
	server := xvfbtest.Launch(t, image.Pt(64, 64))
	b := open(t)
	server.Stop()
	if err := b.Write("text"); err == nil {
		t.Error("written without a display")
	}
	if _, err := b.Read(); err == nil {
		t.Error("read without a display")
	}
	if err := b.Close(); err != nil {
		t.Error(err)
	}
}

func TestNoClipboardOnWayland(t *testing.T) {
	t.Setenv("WAYLAND_DISPLAY", "wayland-0")
	t.Setenv("XDG_SESSION_TYPE", "wayland")
	if _, err := Open(slog.New(slog.DiscardHandler)); !errors.Is(err, clipboard.ErrMissing) {
		t.Errorf("open on %q: %v", os.Getenv("WAYLAND_DISPLAY"), err)
	}
}
