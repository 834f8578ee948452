package window_test

import (
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
)

// moving are files in every state.
func moving() []ui.Transfer {
	return []ui.Transfer{
		{ID: 1, ToHost: true, Name: "driver.zip", Size: 48_200_000, Done: 48_200_000, State: ui.TransferDone, Folder: "Downloads/Lendhand"},
		{ID: 1, Name: "printer.txt", Size: 47, Done: 47, State: ui.TransferDone},
		{ID: 2, ToHost: true, Name: "film.mp4", Size: 9_000_000_000, State: ui.TransferStopped, Problem: "no_room"},
		{ID: 3, ToHost: true, Name: "setup.exe", Size: 12_400_000, Done: 5_580_000, State: ui.TransferMoving},
		{ID: 4, ToHost: true, Name: "notes.txt", State: ui.TransferWaiting},
		{ID: 2, Name: "log.txt", Size: 812_000, Done: 81_200, State: ui.TransferMoving},
	}
}

// The button of a file on its way ends that one, at once and whoever's hand it is, but for a
// program's.
func TestStopAFile(t *testing.T) {
	for id, want := range map[string]ui.Command{
		"stop-coming:3": ui.StopFile{ToHost: true, ID: 3},
		"stop-coming:4": ui.StopFile{ToHost: true, ID: 4},
		"stop-going:2":  ui.StopFile{ID: 2},
		"stop-going:3":  nil, // there is none
		"stop-coming:1": nil, // it is here
	} {
		in(t, nil, func(w *world) {
			w.enter(files())
			w.ShowFiles(moving())
			w.kit.Do(t, window.Press{ID: id, Hand: ui.ProgramHand})
			if c := w.command(); c != nil {
				t.Errorf("%s: a program gets %#v", id, c)
			}
			w.kit.Do(t, window.Press{ID: id})
			if d := cmp.Diff(want, w.command()); d != "" {
				t.Errorf("%s: %s", id, d)
			}
		})
	}
}

// A file can be given where that is allowed now, and nowhere else.
func TestWhereAFileCanBeGiven(t *testing.T) {
	paused, away, narrowed := files(), files(), files()
	paused.Paused, away.Phase = true, ui.Reconnecting
	narrowed.Scopes = signaling.NewScopes(signaling.ScopeView, signaling.ScopeFilesToHost)
	for name, c := range map[string]struct {
		state ui.State
		may   bool
	}{
		"allowed": {files(), true}, "paused": {paused, false}, "away": {away, false},
		"the relay has granted less": {narrowed, false}, "not asked for": {active(), false},
	} {
		in(t, nil, func(w *world) {
			w.enter(c.state)
			if w.has("give") != c.may {
				t.Errorf("%s: a button is there: %v", name, !c.may)
			}
			w.idle()
			w.kit.Press(t, "give")
			if _, did := w.command().(ui.Give); did != c.may {
				t.Errorf("%s: it does something: %v", name, did)
			}
		})
	}
}

// Of the files of a session nothing is left in the next one.
func TestFilesOfTheSessionBefore(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(files())
		w.ShowFiles(moving())
		w.Show(over(signaling.EndHostStopped))
		if !w.has("files-log") {
			t.Error("the end does not say what has come")
		}
		w.press("new-code")
		w.enter(files())
		if w.has("files-log") {
			t.Error("files of the session before are shown")
		}
	})
}

func TestSizes(t *testing.T) {
	for _, c := range []struct {
		tag  string
		size int64
		want string
	}{
		{"en", 0, "0 bytes"}, {"en", 1, "1 byte"}, {"en", 999, "999 bytes"}, {"en", 1000, "1 KB"},
		{"en", 999_499, "999 KB"}, {"en", 999_500, "1.0 MB"}, {"en", 999_949_999, "999.9 MB"}, {"en", 4 << 30, "4.3 GB"},
		{"de", 1_234_567, "1,2 MB"}, {"fr", 12_345, "12 Ko"}, {"ja", 5, "5 バイト"},
	} {
		l, err := window.MatchLanguage(c.tag)
		if err != nil {
			t.Fatal(err)
		}
		if got := l.Size(c.size); got != c.want {
			t.Errorf("%s: %d bytes are %q, want %q", c.tag, c.size, got, c.want)
		}
	}
}

// Nothing is said twice: a page whose files have not moved is not shown again.
func TestFilesThatHaveNotMoved(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(files())
		w.ShowFiles(moving())
		synctest.Wait()
		shown := w.kit.Shown()
		w.ShowFiles(moving())
		if w.kit.Shown() != shown {
			t.Error("the same page was shown again")
		}
	})
}
