package win32

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/client/internal/winetest"
	"github.com/lendhand/lendhand/signaling"
)

// waitFor waits for a control of the window that has the keyboard.
func waitFor(t *testing.T, id string) (w uintptr) {
	t.Helper()
	eventually(t, id, func() bool {
		w = call(procGetForegroundWindow)
		if processOf(w) != windows.GetCurrentProcessId() {
			return false
		}
		for _, p := range partsOf(w) {
			if p.text == id {
				return true
			}
		}
		return false
	})
	settle(w)
	return w
}

// The program's own question is answered by a click of the person, and by nothing that a
// program does.
func TestTheProgramsOwnPages(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	program := windowtest.Program(t, tk, "en")
	program.ShowCode("482913077", 10*time.Minute)
	w := waitFor(t, "482 913 077")
	shot(t, wide(w).image(), "program code")

	maria := signaling.Person{ID: "u_1", Name: "Maria Example", Organisation: "Sample Help Desk"}
	answers := make(chan ui.Answer, 1)
	go func() {
		answer, err := program.Ask(t.Context(), ui.Request{
			Technician: maria, Ask: signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl), Ticket: "T-4711",
			Photo: face(t), Within: time.Minute,
		})
		if err != nil {
			t.Error(err)
		}
		answers <- answer
	}()
	w = waitFor(t, "Let them look")
	shot(t, wide(w).image(), "program request")
	time.Sleep(2 * time.Second) // the question counts no presses of its first moments
	look := find(t, w, "Let them look")
	call(procPostMessage, look.window, bmClick, 0, 0)
	injectClick(middle(look.at))
	rest()
	select {
	case a := <-answers:
		t.Fatalf("a program has answered: %+v", a)
	default:
	}
	p := middle(look.at)
	person.Click(p.X, p.Y)
	select {
	case a := <-answers:
		if diff := cmp.Diff(signaling.NewScopes(signaling.ScopeView), a.Scopes); diff != "" {
			t.Errorf("(-want +got):\n%s", diff)
		}
	case <-time.After(within):
		t.Fatal("the person's click was no answer")
	}

	program.Show(ui.State{Phase: ui.Active, Technician: maria, Scopes: signaling.NewScopes(signaling.ScopeView), Allowed: signaling.NewScopes(signaling.ScopeView), Since: time.Now()})
	eventually(t, "the bar", func() bool { return len(barWindows()) == 1 })
	bar := barWindows()[0]
	settle(bar)
	shot(t, wide(bar).image(), "program bar")
	shot(t, wide(w).image(), "program session")
}
