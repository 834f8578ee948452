package window_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling"
)

// A recording that is asked for has a yes of its own, which nobody gives by saying yes to
// the rest.
func TestTheRecordingHasItsOwnYes(t *testing.T) {
	for name, want := range map[string]bool{"not touched": false, "switched on": true, "on and off": false} {
		t.Run(name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				answers := w.ask(w.t.Context(), recording())
				if e, ok := w.kit.Element("record"); !ok || e.Kind != window.Switch || e.On {
					t.Fatalf("the switch is %+v", e)
				}
				if name != "not touched" {
					w.turn("record", true)
				}
				if name == "on and off" {
					w.turn("record", false)
				}
				w.idle()
				if e, _ := w.kit.Element("record"); e.On != want {
					t.Errorf("the switch shows %v", e.On)
				}
				w.press("yes-control")
				if a := <-answers; a.Recorded != want || !a.Scopes.Has(signaling.ScopeControl) {
					t.Errorf("the answer is %+v", a)
				}
			})
		})
	}
}

// What a program injects turns nothing on, and no pause.
func TestProgramsDoNotDecideOnRecordings(t *testing.T) {
	in(t, nil, func(w *world) {
		answers := w.ask(w.t.Context(), recording())
		w.idle()
		w.kit.Do(t, window.Press{ID: "record", On: true, Hand: ui.ProgramHand})
		w.press("yes-view")
		if a := <-answers; a.Recorded {
			t.Error("a program has agreed to a recording")
		}
		w.Show(recorded(signaling.RecordingOn))
		w.idle()
		w.kit.Do(t, window.Press{ID: "recording-pause", Hand: ui.UnknownHand})
		w.idle()
		if e, _ := w.kit.Element("told"); e.Text == "" {
			t.Error("whoever pressed is not told that it did not count")
		}
		w.press("recording-pause")
		if d := cmp.Diff(ui.Command(ui.PauseRecording{Own: true}), w.command()); d != "" {
			t.Error(d)
		}
		w.Show(recorded(signaling.RecordingPaused))
		w.press("recording-go-on")
		if d := cmp.Diff(ui.Command(ui.UnpauseRecording{Own: true}), w.command()); d != "" {
			t.Error(d)
		}
	})
}

// A recording that must not be paused has nothing that pauses it.
func TestRecordingsThatCannotBePaused(t *testing.T) {
	in(t, nil, func(w *world) {
		s := recorded(signaling.RecordingOn)
		s.RecordingPausable = false
		w.enter(s)
		if w.has("recording-pause") || !w.has("recording") {
			t.Error("there is a button, or nothing says that it is recorded")
		}
	})
}

// What was done can be seen where the organisation allows it.
func TestThePersonsOwnCopy(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		w.Show(over(signaling.EndHostStopped))
		if w.has("copy-open") {
			t.Error("there is a copy where there is none")
		}
		w.Show(seen())
		w.press("copy-open")
		if d := cmp.Diff(seen().Copy, w.kit.Opened()); d != "" {
			t.Error(d)
		}
	})
}
