package window_test

import (
	"context"
	"errors"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// settled is when presses count on every page.
const settled = 2 * time.Second

var ines = signaling.Person{ID: "u_1", Name: "Ines Okafor", Organisation: "Example Help Desk"}

// world is a window with a toolkit that tests look at.
type world struct {
	*window.Window
	kit *windowtest.Toolkit
	t   *testing.T
}

// inEnglish reads English once for all tests.
var inEnglish = sync.OnceValues(func() (*window.Language, error) { return window.MatchLanguage() })

// config is that of a window in English.
func config(t *testing.T, kit *windowtest.Toolkit) window.Config {
	t.Helper()
	language, err := inEnglish()
	if err != nil {
		t.Fatal(err)
	}
	return window.Config{Toolkit: kit, Language: language, Relay: "help.example", Speaker: kit, Browser: kit}
}

// in runs a test in a bubble, with a window whose configuration change has changed.
func in(t *testing.T, change func(*window.Config), test func(*world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		kit := windowtest.New()
		c := config(t, kit)
		if change != nil {
			change(&c)
		}
		w, err := window.New(c)
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() { defer close(done); w.Run(ctx) }()
		test(&world{Window: w, kit: kit, t: t})
		cancel()
		<-done
		if kit.Bar() != nil {
			t.Error("the bar has stayed")
		}
	})
}

// press presses something with the person's own hand, when the page has settled.
func (w *world) press(id string) {
	w.t.Helper()
	time.Sleep(settled)
	w.kit.Press(w.t, id)
	synctest.Wait()
}

// command returns what the person wants of the program, or nil.
func (w *world) command() ui.Command {
	synctest.Wait()
	select {
	case c := <-w.Commands():
		return c
	default:
		return nil
	}
}

// said is the answer to a question.
type said struct {
	ui.Answer
	err error
}

// ask asks a question, whose answer comes from the channel.
func (w *world) ask(ctx context.Context, r ui.Request) <-chan said {
	answers := make(chan said, 1)
	go func() {
		ctx, cancel := context.WithTimeout(ctx, r.Within)
		defer cancel()
		a, err := w.Ask(ctx, r)
		answers <- said{a, err}
	}()
	synctest.Wait()
	return answers
}

// text is what an element says; the test fails when it is not there.
func (w *world) text(id string) string {
	w.t.Helper()
	e, ok := w.kit.Element(id)
	if !ok {
		w.t.Fatalf("there is no %q on this page:\n%s", id, windowtest.Render(w.kit.Page(), w.kit.Bar()))
	}
	return e.Text
}

// has reports whether there is an element.
func (w *world) has(id string) bool { _, ok := w.kit.Element(id); return ok }

// page is the ID of the page.
func (w *world) page() string { return w.kit.Page().ID }

var errWithdrawn = errors.New("withdrawn")

// request is a question for everything.
func request() ui.Request {
	return ui.Request{
		Technician: ines, Ask: signaling.NewScopes(signaling.AllScopes()...), Ticket: "4711",
		Recording: ui.RecordingRequired, Readers: []string{"Auditors of Example", "Noor Haddad"}, Within: time.Minute,
	}
}

// active is a session with control.
func active() ui.State {
	return ui.State{
		Phase: ui.Active, Technician: ines, Path: signaling.PathDirect,
		Scopes: ui.AllowControl().Scopes, Allowed: ui.AllowControl().Scopes,
	}
}

var fourWords = verifywords.Words{"apple", "river", "stone", "lamp"}

// enter lets somebody in, with a session that is active.
func (w *world) enter(s ui.State) {
	w.t.Helper()
	answers := w.ask(w.t.Context(), request())
	w.press("yes-control")
	if a := <-answers; a.err != nil || !a.Scopes.Has(signaling.ScopeControl) {
		w.t.Fatalf("the answer was %v, %v", a.Scopes, a.err)
	}
	w.Say(ui.Notice{Message: "%s stops at once, whatever has the screen.", Args: []any{"Ctrl+Alt+End"}})
	w.Show(s)
}

// idle waits until presses count.
func (w *world) idle() {
	time.Sleep(settled)
	synctest.Wait()
}
