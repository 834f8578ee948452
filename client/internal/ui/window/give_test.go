package window_test

import (
	"context"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
)

// printer is a file of 47 bytes.
const printer = "testdata/give/printer.txt"

// giving is the question which file the person gives.
func giving() ui.Request {
	return ui.Request{Technician: ines, Give: true, Within: time.Minute}
}

// files is a session in which files may go both ways.
func files() ui.State {
	s := active()
	s.Scopes = signaling.NewScopes(append(s.Scopes, signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost)...)
	s.Allowed = s.Scopes
	return s
}

// give asks the person in a session which file they give.
func (w *world) give(r ui.Request) <-chan said {
	w.enter(files())
	return w.ask(w.t.Context(), r)
}

// choose opens the chooser and chooses a file with it.
func (w *world) choose(path string) {
	w.t.Helper()
	w.press("choose")
	w.kit.Do(w.t, window.Press{ID: window.Chosen, Text: path, Hand: ui.OwnHand})
	synctest.Wait()
}

func TestGiveAFile(t *testing.T) {
	in(t, nil, func(w *world) {
		answers := w.give(giving())
		w.choose(printer)
		if d := cmp.Diff("You have chosen: printer.txt (47 bytes)", w.text("file")); d != "" {
			t.Error(d)
		}
		w.press("give-it")
		want, err := filepath.Abs(printer)
		if err != nil {
			t.Fatal(err)
		}
		if a := <-answers; a.err != nil || a.Path != want || len(a.Scopes) > 0 {
			t.Errorf("the answer is %+v, %v", a.Answer, a.err)
		}
		synctest.Wait()
		if w.page() != "session" {
			t.Errorf("the page is %q", w.page())
		}
	})
}

// What a program chooses is not chosen, and what the person has chosen is no yes.
func TestChoiceIsNoYes(t *testing.T) {
	in(t, nil, func(w *world) {
		answers := w.give(giving())
		w.press("choose")
		w.kit.Do(t, window.Press{ID: window.Chosen, Text: printer, Hand: ui.ProgramHand})
		synctest.Wait()
		if w.has("give-it") || w.kit.Page().Chooser != nil {
			t.Error("a program has chosen, or the chooser has stayed")
		}
		w.choose(printer)
		w.kit.Press(t, "give-it") // at once
		for _, hand := range []ui.Hand{ui.ProgramHand, ui.UnknownHand} {
			time.Sleep(settled)
			w.kit.Do(t, window.Press{ID: "give-it", Hand: hand})
		}
		synctest.Wait()
		select {
		case a := <-answers:
			t.Fatalf("somebody else has answered: %+v", a.Answer)
		default:
		}
		w.press("no")
		if a := <-answers; a.Path != "" || a.err != nil {
			t.Errorf("a no is %+v, %v", a.Answer, a.err)
		}
	})
}

// A chooser that nobody has opened chooses nothing, and one that was left open is taken
// away with its question.
func TestChooserComesAndGoes(t *testing.T) {
	in(t, nil, func(w *world) {
		ctx, cancel := context.WithCancelCause(w.t.Context())
		w.enter(files())
		answers := w.ask(ctx, giving())
		w.kit.Do(t, window.Press{ID: window.Chosen, Text: printer, Hand: ui.OwnHand})
		synctest.Wait()
		if w.has("file") {
			t.Error("a file was chosen without a chooser")
		}
		w.press("choose")
		if w.kit.Page().Chooser == nil {
			t.Fatal("there is no chooser")
		}
		cancel(errWithdrawn)
		if a := <-answers; a.err == nil {
			t.Errorf("a question that was taken back has the answer %+v", a.Answer)
		}
		synctest.Wait()
		if w.kit.Page().Chooser != nil {
			t.Error("the chooser has stayed")
		}
		w.kit.Do(t, window.Press{ID: window.Chosen, Text: printer, Hand: ui.OwnHand})
		synctest.Wait()
		if d := cmp.Diff("The question was taken back.", w.text("told")); d != "" {
			t.Error(d)
		}
	})
}

// A chooser that is closed leaves what was chosen before.
func TestClosedChooser(t *testing.T) {
	in(t, nil, func(w *world) {
		w.give(giving())
		w.choose(printer)
		w.choose("")
		if !strings.Contains(w.text("file"), "printer.txt") {
			t.Errorf("chosen: %q", w.text("file"))
		}
		w.choose(filepath.Join(t.TempDir(), "none"))
		if d := cmp.Diff("There is no such file.", w.text("problem")); d != "" {
			t.Error(d)
		}
		if w.has("give-it") || w.has("file") {
			t.Error("there is something to give")
		}
	})
}

// A file that the person has named elsewhere is asked for as any other.
func TestNamedFile(t *testing.T) {
	in(t, nil, func(w *world) {
		r := giving()
		r.Path = printer
		answers := w.give(r)
		w.press("give-it")
		if a := <-answers; filepath.Base(a.Path) != "printer.txt" {
			t.Errorf("the answer is %+v", a.Answer)
		}
	})
}

// A name that is long, turns the line or breaks it leaves the question what it is.
func TestNamesOfFiles(t *testing.T) {
	dir := t.TempDir()
	name := "\u202etxt.exe\n" + strings.Repeat("x", 200)
	if err := os.WriteFile(filepath.Join(dir, name), []byte("x"), 0o600); err != nil {
		t.Skipf("this system does not keep such names: %v", err)
	}
	in(t, nil, func(w *world) {
		w.give(giving())
		w.choose(filepath.Join(dir, name))
		if said := w.text("file"); strings.ContainsAny(said, "\u202e\n") || len([]rune(said)) > 150 || !strings.Contains(said, "…") {
			t.Errorf("chosen: %q", said)
		}
		if !w.has("give-it") {
			t.Error("it cannot be given")
		}
	})
}
