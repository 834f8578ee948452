package record

import (
	"crypto/ed25519"
	"crypto/rand"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/relaytest"
)

// realLab is a lab with the relay's own storage behind the wire.
type realLab struct {
	*lab
	real *relaytest.Relay
}

func inRealLab(t *testing.T, test func(*realLab)) {
	reader := recordtest.New(t) // its key opens what is recorded
	synctest.Test(t, func(t *testing.T) {
		l := &realLab{
			lab:  &lab{studio: &studio{t: t, relay: reader, dir: filepath.Join(t.TempDir(), "recordings")}, wire: newWire()},
			real: relaytest.New(t),
		}
		server := &http.Server{Handler: l.real, ReadHeaderTimeout: time.Minute}
		var serving sync.WaitGroup
		serving.Go(func() { _ = server.Serve(l.wire) })
		l.open()
		test(l)
		_ = l.Close()
		_ = server.Close()
		serving.Wait()
		l.real.Close()
	})
}

// begin begins a recording as a session does.
func (l *realLab) begin(required bool) (*Recorder, recording.Manifest) {
	l.t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		l.t.Fatal(err)
	}
	m := testManifest(l.relay.Reader.Recipient().String())
	token, receipts := l.real.Begin(m, key, required)
	return l.record(func(c *Config) {
		c.SessionKey, c.Token, c.ReceiptKey = key, token, receipts
		c.State = func(s State) {
			l.mu.Lock()
			defer l.mu.Unlock()
			l.states = append(l.states, s)
		}
	}), m
}

// checked waits until the relay has all of a recording, verifies it as anybody can, and
// compares what is in it with what was shown.
func (l *realLab) checked(reason string, shown int) {
	l.t.Helper()
	eventually(l.t, "the relay has all", func() bool { return l.real.Ended(testID) })
	report, contents := l.real.Verify(testID, l.relay.Reader)
	events, frames := all(l.t, contents)
	if !report.Complete || !report.Receipts || !report.Opened || report.Holes != 0 || len(frames) != shown {
		l.t.Errorf("complete %v, receipts %v, opened %v, holes of %v, %d of %d pictures",
			report.Complete, report.Receipts, report.Opened, report.Holes, len(frames), shown)
	}
	if end := find[*event.End](l.t, events); end.Reason != reason {
		l.t.Errorf("it ended by %q", end.Reason)
	}
	if slices.Contains(typesOf(events), "gap") {
		l.t.Error("something is missing")
	}
	eventually(l.t, "nothing is left here", func() bool { return isEmpty(l.dir) })
}

// The relay's own storage sees what its double does: an outage of five seconds is not
// noticed, one of thirty pauses a session, and every picture of it arrives and is verified.
func TestTheUploadToARealRelayIsCut(t *testing.T) {
	for outage, want := range map[time.Duration][]State{
		5 * time.Second: nil, 30 * time.Second: {Stalled, Going},
	} {
		t.Run(outage.String(), func(t *testing.T) {
			inRealLab(t, func(l *realLab) {
				r, m := l.begin(true)
				n := shoot(l.t, r, 90*time.Second) // a volume, and some
				l.wire.cut(true)
				n += shoot(l.t, r, outage)
				l.wire.cut(false)
				n += shoot(l.t, r, 20*time.Second)
				if got := l.told(); !slices.Equal(got, want) {
					t.Errorf("states %v, want %v", got, want)
				}
				r.End("host_stopped")
				l.real.EndSession(m)
				l.checked("host_stopped", n)
			})
		})
	}
}

// Scenario: the network is away for five minutes. A session whose recording must be ends
// after seventy seconds, as its program does; the relay gives it up, and the recording with
// it. What was kept comes afterwards, and is whole.
func TestARealRelayIsAwayForFiveMinutes(t *testing.T) {
	for _, required := range []bool{true, false} {
		inRealLab(t, func(l *realLab) {
			r, m := l.begin(required)
			n := shoot(l.t, r, 30*time.Second)
			l.wire.cut(true)
			until, want, reason := 75*time.Second, []State{Stalled, Lost}, "recording_lost"
			if !required { // its session goes on without it
				until, want, reason = 12*time.Second, []State{Stalled}, "upload"
			}
			n += shoot(l.t, r, until)
			if got := l.told(); !slices.Equal(got, want) {
				t.Errorf("required %v: states %v, want %v", required, got, want)
			}
			r.End(reason)
			l.real.EndSession(m) // who is lost is given up after a minute
			time.Sleep(300*time.Second - until)
			if l.real.Ended(testID) {
				t.Error("the relay has the end of what never came")
			}
			l.wire.cut(false)
			l.checked(reason, n)
		})
	}
}

// Scenario: the host ends in the middle of an outage, and is started again two hours later.
func TestARealRelayGetsTheRestTwoHoursLater(t *testing.T) {
	inRealLab(t, func(l *realLab) {
		r, m := l.begin(true)
		n := shoot(l.t, r, 65*time.Second)
		l.wire.cut(true)
		n += shoot(l.t, r, 40*time.Second)
		r.End("host_stopped")
		if err := l.Close(); err != nil {
			t.Fatal(err)
		}
		l.real.EndSession(m)
		time.Sleep(2 * time.Hour)
		l.wire.cut(false)
		l.open()
		l.Resume()
		l.checked("host_stopped", n)
	})
}
