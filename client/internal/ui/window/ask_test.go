package window_test

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
)

func TestAnswers(t *testing.T) {
	viewOnly := request()
	viewOnly.Ask = ui.AllowView().Scopes
	for _, c := range []struct {
		name     string
		request  ui.Request
		switches []string
		button   string
		want     signaling.Scopes
		reported bool
	}{
		{"look", request(), nil, "yes-view", ui.AllowView().Scopes, false},
		{"control", request(), nil, "yes-control", ui.AllowControl().Scopes, false},
		{"no", request(), []string{"scope:files-to-host"}, "no", nil, false},
		{"I did not call anyone", request(), nil, "reported", nil, true},
		{"look, with files", request(), []string{"scope:files-to-host", "scope:files-from-host"}, "yes-view",
			signaling.NewScopes(signaling.ScopeView, signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost), false},
		{"look, when no more was asked", viewOnly, nil, "yes-view", ui.AllowView().Scopes, false},
		{"go on", again(), nil, "go-on", ui.AllowControl().Scopes, false},
		{"only look from now on", again(), nil, "only-look", ui.AllowView().Scopes, false},
		{"end it", again(), nil, "end", nil, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				answers := w.ask(w.t.Context(), c.request)
				for _, s := range c.switches {
					w.turn(s, true)
				}
				w.press(c.button)
				a := <-answers
				if a.err != nil || a.Reported != c.reported || len(a.Scopes) != len(c.want) || !a.Scopes.Within(c.want) {
					t.Errorf("%v, reported %v, %v; want %v", a.Scopes, a.Reported, a.err, c.want)
				}
			})
		})
	}
}

// A switch that is turned on and off again allows nothing.
func TestSwitchesTurnBack(t *testing.T) {
	in(t, nil, func(w *world) {
		answers := w.ask(w.t.Context(), request())
		w.turn("scope:files-to-host", true)
		w.turn("scope:files-to-host", false)
		w.press("yes-view")
		if a := <-answers; a.Scopes.Has(signaling.ScopeFilesToHost) {
			t.Errorf("%v are allowed", a.Scopes)
		}
	})
}

func TestSilenceMeansNo(t *testing.T) {
	in(t, nil, func(w *world) {
		began := time.Now()
		answers := w.ask(w.t.Context(), request())
		time.Sleep(30 * time.Second)
		synctest.Wait()
		if d := cmp.Diff("30 seconds left. No answer means no.", w.text("within")); d != "" {
			t.Error(d)
		}
		if e, _ := w.kit.Element("within-bar"); e.Part != 0.5 {
			t.Errorf("the countdown is at %v after half of the time", e.Part)
		}
		a := <-answers
		if !errors.Is(a.err, context.DeadlineExceeded) || len(a.Scopes) > 0 || time.Since(began) != time.Minute {
			t.Errorf("%v, %v after %s", a.Scopes, a.err, time.Since(began))
		}
		synctest.Wait()
		if w.has("yes-view") {
			t.Error("the question is still there")
		}
	})
}

// A question that is withdrawn is gone, and a press that was meant for it does nothing.
func TestWithdrawn(t *testing.T) {
	in(t, nil, func(w *world) {
		ctx, cancel := context.WithCancelCause(w.t.Context())
		answers := w.ask(ctx, request())
		time.Sleep(settled)
		cancel(errWithdrawn)
		if a := <-answers; !errors.Is(a.err, errWithdrawn) {
			t.Errorf("%v", a.err)
		}
		synctest.Wait()
		w.kit.Press(t, "yes-control")
		if c := w.command(); c != nil {
			t.Errorf("the press did %#v", c)
		}
		if d := cmp.Diff("The question was taken back.", w.text("told")); d != "" {
			t.Error(d)
		}
	})
}

// Somebody who is about to press something when a question appears does not answer it,
// nor somebody who answers another question than the one that has just come.
func TestQuestionsSettle(t *testing.T) {
	in(t, nil, func(w *world) {
		showCode(w)
		time.Sleep(time.Hour)
		first := w.ask(w.t.Context(), request())
		for _, id := range []string{"yes-control", "yes-view", "no", "reported"} {
			w.kit.Press(t, id)
		}
		w.kit.Do(t, window.Press{ID: "scope:files-to-host", On: true, Hand: ui.OwnHand})
		time.Sleep(1400 * time.Millisecond)
		w.kit.Press(t, "yes-control")
		synctest.Wait()
		select {
		case a := <-first:
			t.Fatalf("answered with %v", a)
		default:
		}
		if e, _ := w.kit.Element("scope:files-to-host"); e.On {
			t.Error("the switch is on")
		}
		time.Sleep(200 * time.Millisecond)
		w.kit.Press(t, "yes-view")
		if a := <-first; a.err != nil || len(a.Scopes) != 1 {
			t.Errorf("%v, %v", a.Scopes, a.err)
		}
	})
}

// While what the technician typed last may be on its way, nothing answers.
func TestSettleOfTheProgram(t *testing.T) {
	in(t, nil, func(w *world) {
		r := again()
		r.Settle = 10 * time.Second
		answers := w.ask(w.t.Context(), r)
		time.Sleep(9 * time.Second)
		w.kit.Press(t, "go-on")
		synctest.Wait()
		select {
		case a := <-answers:
			t.Fatalf("answered with %v", a)
		default:
		}
		time.Sleep(2 * time.Second)
		w.kit.Press(t, "go-on")
		if a := <-answers; !a.Scopes.Has(signaling.ScopeControl) {
			t.Errorf("%v", a.Scopes)
		}
	})
}

// A newer question takes the place of an older one, and keeps it.
func TestNewerQuestion(t *testing.T) {
	in(t, nil, func(w *world) {
		ctx, cancel := context.WithCancelCause(w.t.Context())
		first := w.ask(ctx, request())
		time.Sleep(settled)
		second := w.ask(w.t.Context(), again())
		cancel(errWithdrawn)
		<-first
		synctest.Wait()
		w.kit.Press(t, "go-on") // too soon for the second one
		synctest.Wait()
		if !w.has("go-on") {
			t.Fatal("the second question is gone")
		}
		w.press("only-look")
		if a := <-second; a.err != nil || len(a.Scopes) != 1 {
			t.Errorf("%v, %v", a.Scopes, a.err)
		}
	})
}

// A question comes before all other windows, once, with the keyboard on no answer.
func TestQuestionsAreSeen(t *testing.T) {
	in(t, nil, func(w *world) {
		before := w.kit.Attended()
		w.ask(w.t.Context(), request())
		time.Sleep(5 * time.Second)
		synctest.Wait()
		p := w.kit.Page()
		if w.kit.Attended() != before+1 || !p.Urgent || p.Hidden {
			t.Errorf("attended %d times, urgent %v, hidden %v", w.kit.Attended()-before, p.Urgent, p.Hidden)
		}
		if e, _ := w.kit.Element(p.Focus); e.Kind != window.Heading {
			t.Errorf("the keyboard is on %q", p.Focus)
		}
		for _, e := range p.Elements {
			if e.Main {
				t.Errorf("%q is the main button of a question", e.ID)
			}
		}
	})
}

// The warning comes before the first answer that allows something.
func TestWarningComesFirst(t *testing.T) {
	in(t, nil, func(w *world) {
		w.ask(w.t.Context(), request())
		warned := false
		for _, e := range w.kit.Page().Elements {
			warned = warned || e.Kind == window.Warning
			if !warned && (e.Kind == window.Row || e.Kind == window.Switch || e.Kind == window.Button) {
				t.Fatalf("%q comes before the warning", e.ID)
			}
		}
		if !warned {
			t.Error("there is no warning")
		}
	})
}
