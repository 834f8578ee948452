package ui

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

// A recording that is asked for has a word of its own. It is no word where none is asked
// for.
func TestTheWordForARecording(t *testing.T) {
	for _, c := range []struct {
		asked Recording
		typed []string
		want  Answer
	}{
		{RecordingAsked, []string{"view"}, Answer{Scopes: onlyView}},
		{RecordingAsked, []string{"view record"}, Answer{Scopes: onlyView, Recorded: true}},
		{RecordingAsked, []string{"control RECORD"}, Answer{Scopes: viewAndControl, Recorded: true}},
		{RecordingAsked, []string{"record", "record view", "no"}, Answer{Scopes: signaling.Scopes{}}},
		{RecordingRequired, []string{"view record", "view"}, Answer{Scopes: onlyView}},
		{Unrecorded, []string{"control record", "view"}, Answer{Scopes: onlyView}},
	} {
		t.Run(strings.Join(c.typed, "/"), func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				go func() {
					synctest.Wait()
					for _, line := range c.typed {
						d.types(line)
					}
				}()
				got, err := d.Ask(t.Context(), Request{Technician: ines, Ask: viewAndControl, Recording: c.asked, Within: time.Minute})
				if d := cmp.Diff(c.want, got); d != "" || err != nil {
					t.Error(d, err)
				}
				if offered := strings.Contains(d.screen.take(), "add record"); offered != (c.asked == RecordingAsked) {
					t.Errorf("the word is offered: %v", offered)
				}
			})
		})
	}
}

// Each change of the recording is said once, and in the end where the person's copy is.
func TestTheTerminalSaysHowTheRecordingStands(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		s := State{Phase: Active, Technician: ines, Scopes: onlyView, Allowed: onlyView, Path: signaling.PathDirect}
		d.Show(s)
		d.screen.take()
		s.RecordingPausable, s.Readers = true, []string{"Auditors"}
		for _, c := range []struct {
			state signaling.RecordingState
			want  string
		}{
			{signaling.RecordingOn, "The session is recorded. Who can open the recording: Auditors. Type pause recording"},
			{signaling.RecordingPaused, "The recording is paused"},
			{signaling.RecordingStalled, "does not reach the relay"},
			{signaling.RecordingOff, "not recorded any more"},
		} {
			s.Recording = c.state
			d.Show(s)
			if shown := d.screen.take(); !strings.Contains(shown, c.want) {
				t.Errorf("%s: %q", c.state, shown)
			}
			d.Show(s)
			if again := d.screen.take(); again != "" {
				t.Errorf("%s is said again: %q", c.state, again)
			}
		}
		s.Phase, s.Reason, s.Copy = Ended, signaling.EndHostStopped, "https://help.example/mine#s_1.token\x1b"
		d.Show(s)
		if lines := strings.Split(d.screen.take(), "\n"); indexOf(lines, "https://help.example/mine#s_1.token") < 0 {
			t.Errorf("the copy's address has no line of its own: %q", lines)
		}
	})
}
