package app

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// The recording names what has come and what has left, whatever the technician's page says of
// it: one that never says that it has a file, ends one just before its end, or gives another
// hash once its own was right.
func TestTheRecordingHasWhatWent(t *testing.T) {
	t.Parallel()
	w, _ := newRecordedWorld(t, broker.RecordingRequired)
	more, downloads := w.more, t.TempDir()
	w.more = func(c *Config) {
		more(c)
		c.Downloads = func() (string, error) { return downloads, nil }
	}
	w.restartRelay()
	w.startHost()
	tech, f := filesSession(w)

	begun := someBytes(50_000)
	tech.offers(1, "begun.bin", len(begun))
	f.Put(1, begun[:30_000])
	eventually(t, "a part of it", func() bool { return partSize(filepath.Join(downloads, "Lendhand")) == 30_000 })
	tech.Send(signaling.ChannelFiles, &signaling.Drop{To: signaling.FileToHost, ID: 1, Reason: signaling.FileCancelled})
	came := someBytes(40_000)
	tech.offers(2, "came.bin", len(came))
	f.Put(2, came)
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 2, SHA256: sumOf(came)})
	tech.Send(signaling.ChannelFiles, &signaling.Whole{ID: 2, SHA256: sumOf(nil)})
	peertest.Wait[*signaling.Kept](tech.Technician)

	left := someBytes(40_000)
	w.gives(tech, written(t, left))
	tech.Send(signaling.ChannelFiles, &signaling.Take{ID: 1})
	comes(t, f, len(left))
	peertest.Wait[*signaling.Whole](tech.Technician) // and no word that it is there
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)

	events, _ := w.recordingOf(tech)
	var got []*event.File
	for _, e := range events {
		if file, ok := e.(*event.File); ok {
			got = append(got, file)
		}
	}
	want := []*event.File{
		{To: event.Host, Name: "begun.bin", Size: 30_000, SHA256: sumOf(begun[:30_000]), Part: true},
		{To: event.Host, Name: "came.bin", Size: 40_000, SHA256: sumOf(came)},
		{To: event.Technician, Name: "given.bin", Size: 40_000, SHA256: sumOf(left)},
	}
	if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
		t.Errorf("recorded (-want +got):\n%s", diff)
	}
}

// Nobody is asked for files until they give in.
func TestWants(t *testing.T) {
	now := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	var w wants
	refuse := func() { w.answered(false, now) }
	may := func(after time.Duration, want bool) {
		t.Helper()
		now = now.Add(after)
		if w.may(now) != want {
			t.Errorf("after %d refusals: %t, want %t", w.refused, !want, want)
		}
	}
	may(0, true)
	refuse()
	may(signaling.WantEvery-time.Second, false)
	may(time.Second, true)
	refuse()
	may(signaling.WantEvery, false)
	may(quietFor, true)
	w.answered(true, now)
	may(signaling.WantEvery, true)
	for range maxRefused {
		refuse()
	}
	may(time.Hour, false)
}
