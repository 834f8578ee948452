package ui

import (
	"fmt"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

func TestWords(t *testing.T) {
	with := func(w Words) State {
		return State{Phase: Active, Technician: ines, Path: signaling.PathDirect, Scopes: onlyView, Allowed: viewAndControl, Words: w}
	}
	list := verifywords.Words{"tulip", "anchor", "window", "kettle"}
	read := "Have the technician read out theirs. Type same if they are these four, or differ if not."
	for _, c := range []struct {
		name        string
		before, now Words
		want        []string
	}{
		{"none yet", Words{}, Words{}, nil},
		{"offered", Words{}, Words{List: list}, []string{"Words: tulip anchor window kettle", read}},
		{"required", Words{Required: true}, Words{List: list, Required: true}, []string{
			"Words: tulip anchor window kettle", read,
			"Until you type same, Ines Okafor (Example Help Desk) can only see your screen."}},
		{"shown already", Words{List: list}, Words{List: list}, nil},
		{"none in time", Words{}, Words{Missing: true}, []string{
			"Words: none. The technician's side has made none: it is not verified who is at the other end."}},
		{"the person says same", Words{List: list, Required: true}, Words{List: list, Same: true}, []string{
			"The words are the same: nobody sits between you and the technician."}},
		{"the technician says same", Words{List: list}, Words{List: list, Theirs: signaling.WordsSame}, []string{
			"Ines Okafor (Example Help Desk) says that the words are the same. Believe it only from a voice that you know."}},
		{"the technician puts them away", Words{List: list}, Words{List: list, Theirs: signaling.WordsDismissed}, nil},
		{"both say same", Words{List: list, Same: true}, Words{List: list, Same: true, Theirs: signaling.WordsSame}, nil},
		{"new ones after an answer", Words{Same: true}, Words{List: list, Same: true}, []string{"Words: tulip anchor window kettle"}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, changes(with(c.before), with(c.now))); d != "" {
				t.Error(d)
			}
		})
	}
}

// The words can be answered while the person is asked something else.
func TestWordsAreAnswered(t *testing.T) {
	for typed, want := range map[string]Command{"same": WordsSame{}, "Differ": WordsDiffer{}} {
		t.Run(typed, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.Show(State{Phase: Active, Technician: ines})
				go func() { _, _ = d.Ask(t.Context(), Request{Technician: ines, Ask: viewAndControl}) }()
				synctest.Wait()
				go func() { _, _ = fmt.Fprintln(d.keys, typed) }()
				if got := <-d.Commands(); got != want {
					t.Errorf("got %v, want %v", got, want)
				}
				d.types("no")
			})
		})
	}
}
