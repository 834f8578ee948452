//go:build linux

package gtk_test

import (
	"context"
	"errors"
	"fmt"
	"image"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
	"github.com/lendhand/lendhand/signaling"
)

var ines = signaling.Person{ID: "u_1", Name: "Ines Okafor", Organisation: "Example Help Desk"}

// asks has a technician ask, until the test ends.
func asks(t *testing.T, w *window.Window, name string) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		person := ines
		person.Name = name
		_, _ = w.Ask(ctx, ui.Request{
			Technician: person, Within: time.Hour, Ask: signaling.NewScopes(signaling.ScopeView,
				signaling.ScopeControl, signaling.ScopeClipboardToHost),
		})
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
}

// told is what a screen reader has to say: roles, names and states, in their order.
func told(n *node) []string {
	var list []string
	for _, n := range n.all() {
		switch n.Role {
		case "filler", "viewport", "scroll pane", "scroll bar", "redundant object", "panel":
			continue
		}
		line := n.Role + " " + n.Name
		if n.State&checked != 0 {
			line += " (on)"
		}
		if n.State&sensitive == 0 {
			line += " (off)"
		}
		list = append(list, line)
	}
	return list
}

// tells waits until a screen reader is told of a window with exactly this.
func (r *reader) tells(want ...string) {
	r.t.Helper()
	eventually(r.t, func() error {
		windows, err := r.windows()
		if err != nil {
			return err
		}
		diff := "no window"
		for _, w := range windows {
			if diff = cmp.Diff(want, told(w)); diff == "" {
				return nil
			}
		}
		return fmt.Errorf("(-want +got):\n%s", diff)
	})
}

func TestScreenReaderReadsTheCode(t *testing.T) {
	d := newDesk(t, image.Pt(900, 900))
	windowtest.Program(t, d, "en").ShowCode("482913077", 10*time.Hour)
	d.reader.focus("Your code: 4 8 2, 9 1 3, 0 7 7")
	d.reader.tells(
		"frame Lendhand",
		"heading Your code for help from help.example",
		"label Your code: 4 8 2, 9 1 3, 0 7 7",
		"label Read these nine digits to the person who helps you. Nobody sees your screen before you say yes.",
		"alert Only read this code to someone you called yourself. Your bank, Microsoft and the police never call you to ask for it.",
		"push button Copy the code",
		"label You get a new code in 600 minutes.",
		"progress bar You get a new code in 600 minutes.",
		"statusbar Ready. Waiting for the person who helps you.",
		"label I was sent a number",
		"text I was sent a number",
		"push button Open",
		"push button Close",
	)
}

func TestScreenReaderReadsTheQuestion(t *testing.T) {
	d := newDesk(t, image.Pt(900, 1000))
	asks(t, windowtest.Program(t, d, "en"), ines.Name)
	d.reader.focus("Ines Okafor asks to see your screen and use your mouse and keyboard")
	question := []string{
		"dialog Lendhand",
		"heading Ines Okafor asks to see your screen and use your mouse and keyboard",
		"label Ines Okafor (Example Help Desk)",
		"label help.example knows this person by this name.",
		"alert Did you call them yourself? Your bank, Microsoft and the police never call you about your computer. If you are not sure, press No.",
		"label Whoever looks sees everything on your screen. Close what is private first.",
		"label Nothing is recorded.",
		"check box They may put text into your clipboard",
		"label 60 minutes left. No answer means no.",
		"progress bar 60 minutes left. No answer means no.",
		"push button Let them look",
		"push button Let them look and control",
		"push button No",
		"push button I did not call anyone",
	}
	d.reader.tells(question...)
	d.Person.Tap(xvfbtest.KeyTab)
	d.reader.focus("They may put text into your clipboard")
	// What is pressed in the first moment is not taken, and shown so.
	eventually(t, func() error {
		d.Person.Tap(xvfbtest.KeySpace)
		n, err := d.reader.named("They may put text into your clipboard")
		if err == nil && n.State&checked == 0 {
			return errors.New("the switch is off")
		}
		return err
	})
}

// What the person hears when they go on from one to the next is in the order of the page.
func TestTabFollowsThePage(t *testing.T) {
	d := newDesk(t, image.Pt(900, 1000))
	asks(t, windowtest.Program(t, d, "en"), ines.Name)
	heading := "Ines Okafor asks to see your screen and use your mouse and keyboard"
	d.reader.focus(heading)
	var want []string
	for _, n := range d.mainWindow().all() {
		if n.State&focusable != 0 {
			want = append(want, n.Name)
		}
	}
	if len(want) != 6 {
		t.Fatalf("%d things take the keyboard: %q", len(want), want)
	}
	for _, name := range append(want[1:], heading) {
		d.Person.Tap(xvfbtest.KeyTab)
		d.reader.focus(name)
	}
}

// mainWindow reads the window that is no bar.
func (d *desk) mainWindow() *node {
	d.t.Helper()
	return d.reader.wait("main window", func(n *node) bool { return n.Name == "Lendhand" })
}

func TestScreenReaderReadsGerman(t *testing.T) {
	d := newDesk(t, image.Pt(900, 1000))
	w := windowtest.Program(t, d, "de")
	w.ShowCode("482913077", 10*time.Hour)
	d.reader.find("Ihr Code: 4 8 2, 9 1 3, 0 7 7")
	asks(t, w, ines.Name)
	d.reader.find("Nein")
}

func TestScreenReaderReadsTheBar(t *testing.T) {
	d := newDesk(t, image.Pt(900, 700))
	windowtest.Program(t, d, "en").Show(ui.State{
		Phase: ui.Active, Technician: ines, Since: time.Now(),
		Scopes:  signaling.NewScopes(signaling.ScopeView),
		Allowed: signaling.NewScopes(signaling.ScopeView),
	})
	d.reader.tells(
		"window Ines Okafor is connected to this computer",
		"label Ines Okafor sees your screen",
		"label less than a minute",
		"push button Pause",
		"push button Chat",
		"push button Stop",
	)
}
