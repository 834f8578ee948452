//go:build linux

package gtk_test

import (
	"context"
	"errors"
	"image"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// choosing is a page over which a file is chosen.
func choosing() window.Page {
	p := question()
	p.Chooser = &window.Chooser{Number: 1, Title: "Which file is it", Choose: "Take this one", Cancel: "None of them"}
	return p
}

const keyDown = 0xff54

// chooses is a desk on which a file is being chosen, in a folder that has one.
func chooses(t *testing.T) (*desk, string) {
	t.Helper()
	d := newDesk(t, image.Pt(1000, 800))
	d.Stop()
	home := t.TempDir()
	path := filepath.Join(home, "Größe & Preis.txt")
	if err := os.WriteFile(path, []byte("12"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Process = gtktest.Start(t, "HOME="+home, "XDG_CONFIG_HOME="+home+"/.config", "XDG_DATA_HOME="+home+"/.local")
	d.Show(choosing())
	d.reader.find("Which file is it")
	return d, path
}

// gone waits until nothing of a name is there.
func (r *reader) gone(name string) {
	r.t.Helper()
	eventually(r.t, func() error {
		if _, err := r.named(name); err == nil {
			return errors.New(name + " is still there")
		}
		return nil
	})
}

// The person chooses with the keyboard alone, and what a program chooses is known for that.
func TestChoose(t *testing.T) {
	for name, c := range map[string]struct {
		hand func(*desk) *xvfbtest.Hand
		want ui.Hand
	}{
		"of the person": {func(d *desk) *xvfbtest.Hand { return d.Person }, ui.OwnHand},
		"of a program":  {func(d *desk) *xvfbtest.Hand { return d.Program }, ui.ProgramHand},
	} {
		t.Run(name, func(t *testing.T) {
			d, path := chooses(t)
			d.reader.find(filepath.Base(path))
			c.hand(d).Tap(keyDown, xvfbtest.KeyReturn)
			d.expect(window.Press{ID: window.Chosen, Text: path, Hand: c.want})
			d.reader.gone("Which file is it")
		})
	}
}

// The same page once more does not open it again, and one without it closes it.
func TestChooserOpensOnce(t *testing.T) {
	d, _ := chooses(t)
	d.Person.Tap(xvfbtest.KeyEscape)
	d.expect(window.Press{ID: window.Chosen, Hand: ui.OwnHand})
	again := choosing()
	again.Elements[1].Text = "of Novak IT, a second later"
	d.Show(again)
	d.reader.find("of Novak IT, a second later")
	if _, err := d.reader.named("Which file is it"); err == nil {
		t.Error("it has opened again")
	}
	d.Show(question())
	another := choosing()
	another.Chooser.Number++
	d.Show(another)
	d.reader.find("Take this one")
	d.Show(question())
	d.reader.gone("Which file is it")
	d.Quiet(200 * time.Millisecond)
}

// While it is open the bar is to be pressed, and so is what else stands in the window.
func TestChooserHoldsNothingBack(t *testing.T) {
	d, _ := chooses(t)
	d.ShowBar(someBar())
	d.point("Stop")
	d.Person.Button(true)
	d.Person.Button(false)
	if diff := cmp.Diff(window.Press{ID: "stop", Hand: ui.OwnHand}, d.Press()); diff != "" {
		t.Error(diff)
	}
}

// The person chooses and gives with the keyboard or the mouse, and a program that presses in
// between gives nothing.
func TestOnlyThePersonGives(t *testing.T) {
	d := newDesk(t, image.Pt(1000, 900))
	home := t.TempDir()
	path := filepath.Join(home, "printer.txt")
	if err := os.WriteFile(path, []byte("12"), 0o600); err != nil {
		t.Fatal(err)
	}
	d.Stop()
	d.Process = gtktest.Start(t, "HOME="+home, "XDG_CONFIG_HOME="+home+"/.config", "XDG_DATA_HOME="+home+"/.local")
	answers := gives(t, windowtest.Program(t, d, "en"))
	d.reader.focus("Which file do you give Ines Okafor?")
	time.Sleep(readingTime)
	d.Person.Tap(xvfbtest.KeyTab)
	d.reader.focus("Choose a file …")
	d.Program.Tap(xvfbtest.KeySpace)
	d.Person.Tap(xvfbtest.KeySpace)
	d.reader.find(filepath.Base(path))
	d.Person.Tap(keyDown, xvfbtest.KeyReturn)
	d.reader.find("You have chosen: printer.txt (2 bytes)")
	d.reader.gone("Choose the file to give")
	time.Sleep(readingTime)
	d.point("Give it")
	d.Program.Button(true)
	d.Program.Button(false)
	d.reader.do(d.reader.find("Give it").place)
	d.reader.find("It is not clear that you pressed this yourself. Please use your own mouse or keyboard.")
	select {
	case a := <-answers:
		t.Fatalf("a program has given: %+v", a)
	default:
	}
	d.Person.Button(true)
	d.Person.Button(false)
	select {
	case a := <-answers:
		if diff := cmp.Diff(ui.Answer{Path: path}, a); diff != "" {
			t.Error(diff)
		}
	case <-time.After(within):
		t.Fatal("the person's press gives nothing")
	}
}

// readingTime is what a page needs to be in sight before a press counts, and some more.
const readingTime = 2 * time.Second

// gives asks which file the person gives, and returns where the answer comes.
func gives(t *testing.T, w *window.Window) <-chan ui.Answer {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	answers := make(chan ui.Answer, 1)
	done := make(chan struct{})
	go func() {
		defer close(done)
		if a, err := w.Ask(ctx, ui.Request{Technician: ines, Give: true, Within: time.Hour}); err == nil {
			answers <- a
		}
	}()
	t.Cleanup(func() {
		cancel()
		<-done
	})
	return answers
}
