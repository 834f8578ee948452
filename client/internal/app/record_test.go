package app

import (
	"context"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/record/recordtest"
	"github.com/lendhand/lendhand/client/internal/titles"
	faketitles "github.com/lendhand/lendhand/client/internal/titles/fake"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// tapes is where the recordings of a world go. It implements broker.Recordings.
type tapes struct {
	*recordtest.Relay
	limits broker.Limits
	copies string
}

func (p *tapes) Readers() (readers []signaling.Reader, sealed, room bool) {
	return []signaling.Reader{{Name: "Auditors", Key: p.Reader.Recipient().String()}}, false, true
}

func (p *tapes) Begin(context.Context, broker.RecordedSession) (signaling.Upload, error) {
	return signaling.Upload{
		Token: recordtest.Token, CopyToken: p.copies, ReceiptKey: recording.PublicKey(p.ReceiptKey()).String(),
	}, nil
}

func (p *tapes) End(string) {}

// newRecordedWorld is a world whose sessions are recorded, if their organisation wants it so.
func newRecordedWorld(t *testing.T, wants broker.Recording) (*world, *faketitles.Desktop) {
	t.Helper()
	w, desk := newRelayWorld(t, Limits{}), faketitles.New()
	w.tapes = &tapes{Relay: recordtest.New(t), limits: broker.Unlimited()}
	w.tapes.limits.Recording, w.tapes.limits.Pausable = wants, true
	dir := filepath.Join(t.TempDir(), "recordings")
	w.more = func(c *Config) {
		c.Codecs = []encode.Codec{vpx.VP8()}
		c.RecordingsDir = dir
		c.OpenTitles = func() (titles.Watch, error) { return desk.Open(), nil }
	}
	return w, desk
}

// begin is a session that the technician asks to be recorded.
func (w *world) recordedSession(answer signaling.Scopes) *technician {
	w.t.Helper()
	w.restartRelay()
	w.startHost()
	tech := w.newTechnician()
	tech.send(&signaling.Redeem{
		Version: signaling.Version, Code: string(receive(w.t, "code", w.person.codes)), Ask: viewAndControl,
		Ticket: "INC-1042", Fingerprint: tech.Fingerprint, Record: true,
	})
	tech.session = fromRelay[*signaling.Requested](tech).SessionID
	w.letIn(tech, answer)
	tech.offer(tech.granted.Grant)
	w.person.waitPhase(w.t, ui.Active)
	tech.WaitFrame()
	eventually(w.t, "the relay knows that they are connected", w.active)
	return tech
}

// recordingOf returns the events of a recording that has ended, but of its indexes, and the
// number of parts with pictures.
func (w *world) recordingOf(tech *technician) (events []event.Event, pictures int) {
	w.t.Helper()
	eventually(w.t, "the relay has the whole recording", func() bool { return w.tapes.HasEnded(tech.session) })
	for _, c := range w.tapes.Open(tech.session) {
		if c.Video != nil {
			pictures++
		}
		for _, e := range c.Events {
			if c.Index == nil {
				events = append(events, e.Event)
			}
		}
	}
	return events, pictures
}

// has reports whether an event is among others.
func has[T event.Event](events []event.Event, is func(T) bool) bool {
	return slices.ContainsFunc(events, func(e event.Event) bool {
		one, ok := e.(T)
		return ok && is(one)
	})
}

func TestASessionIsRecorded(t *testing.T) {
	t.Parallel()
	w, desk := newRecordedWorld(t, broker.RecordingRequired)
	w.tapes.copies = "copy"
	desk.Front("letter", "Editor")
	tech := w.recordedSession(viewAndControl)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"), &signaling.TextEvent{Text: "secret"},
		&signaling.ButtonEvent{Button: 0, Down: true, X: 7, Y: 8}, &signaling.ButtonEvent{Button: 0, X: 7, Y: 8})
	tech.Send(signaling.ChannelChat, &signaling.Chat{Sent: 1, Text: "hello"})
	receive(t, "chat", w.person.chat)
	time.Sleep(300 * time.Millisecond)
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	if s := w.person.waitPhase(t, ui.Ended); !strings.HasSuffix(s.Copy, "/mine#"+tech.session+".copy") || len(s.Readers) != 1 {
		t.Errorf("the person's copy is at %q, and can be opened by %q", s.Copy, s.Readers)
	}
	events, pictures := w.recordingOf(tech)
	for what, ok := range map[string]bool{
		"consent":     has(events, func(e *event.Consent) bool { return strings.Count(e.Statement, ".") == 2 }),
		"permissions": has(events, func(e *event.Permissions) bool { return slices.Contains(e.Now, "control") }),
		"screen":      has(events, func(e *event.Screen) bool { return e.Width == desktop.Dx() && e.X == desktop.Min.X }),
		"path":        has(events, func(e *event.Path) bool { return e.Path == "direct" }),
		"click":       has(events, func(e *event.Click) bool { return e.X == 7 && e.Y == 8 && e.By == event.Technician }),
		"keys":        has(events, func(e *event.Keys) bool { return e.Count == 1+len("secret") }),
		"chat":        has(events, func(e *event.Chat) bool { return e.Text == "hello" && e.From == event.Technician }),
		"window":      has(events, func(e *event.Window) bool { return e.Title == "letter" && e.Program == "Editor" }),
		"end":         has(events, func(e *event.End) bool { return e.Reason == string(signaling.EndHostStopped) }),
	} {
		if !ok {
			t.Errorf("no %s as it should be", what)
		}
	}
	if pictures == 0 {
		t.Error("no pictures")
	}
}

func TestAnOptionalRecordingNeedsAYesOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, yes := range []bool{true, false} {
		w, _ := newRecordedWorld(t, broker.RecordingOptional)
		w.person.records.Store(yes)
		tech := w.recordedSession(viewAndControl)
		w.person.commands <- ui.Stop{}
		tech.waitEnded(signaling.EndHostStopped)
		if yes {
			w.recordingOf(tech)
		} else if w.tapes.Has(tech.session) {
			t.Error("it was recorded without a yes")
		}
	}
}

func TestThePersonPausesTheRecording(t *testing.T) {
	t.Parallel()
	w, desk := newRecordedWorld(t, broker.RecordingRequired)
	tech := w.recordedSession(viewAndControl)
	state := func(want signaling.RecordingState) {
		t.Helper()
		peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Recording == want })
	}
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	w.person.commands <- ui.PauseRecording{} // which the technician may have typed
	for !strings.Contains(receive(t, "notice", w.person.said), "technician's own word") {
	}
	w.person.commands <- ui.PauseRecording{Own: true}
	state(signaling.RecordingPaused)
	desk.Front("diary", "Editor")
	time.Sleep(2 * titles.Every)
	w.person.commands <- ui.UnpauseRecording{Own: true}
	state(signaling.RecordingOn)
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	events, _ := w.recordingOf(tech)
	if !has(events, func(e *event.Pause) bool { return e.What == event.PausedRecording }) ||
		!has(events, func(e *event.Unpause) bool { return e.What == event.PausedRecording && e.Length > 0 }) {
		t.Error("the pause is not in the recording")
	}
	if has(events, func(e *event.Window) bool { return e.Title == "diary" }) {
		t.Error("what happened in the pause is in the recording")
	}
}

// fill has the relay take no more, until it is told otherwise.
func (p *tapes) fill() {
	p.Break(func(rw http.ResponseWriter, _ *http.Request) bool {
		http.Error(rw, `{"code":"storage_full"}`, http.StatusInsufficientStorage)
		return true
	})
}

// Nothing is shown, and nothing done, before the relay knows that there is a recording that
// must be: otherwise whoever holds its answers back would be shown ten seconds.
func TestNothingIsShownBeforeTheRecordingHasBegun(t *testing.T) {
	t.Parallel()
	w, _ := newRecordedWorld(t, broker.RecordingRequired)
	w.tapes.fill()
	w.restartRelay()
	w.startHost()
	tech := w.newTechnician()
	tech.send(&signaling.Redeem{
		Version: signaling.Version, Code: string(receive(t, "code", w.person.codes)), Ask: viewAndControl, Fingerprint: tech.Fingerprint,
	})
	tech.session = fromRelay[*signaling.Requested](tech).SessionID
	w.letIn(tech, viewAndControl)
	tech.offer(tech.granted.Grant)
	w.person.waitPhase(t, ui.Active)
	select {
	case <-tech.Frames:
		t.Fatal("the technician is shown a picture that nobody knows to be recorded")
	case <-time.After(2 * time.Second):
	}
	w.tapes.Break(nil)
	tech.WaitFrame()
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Recording == signaling.RecordingOn && !m.Paused })
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	if events, pictures := w.recordingOf(tech); pictures == 0 || has(events, func(*event.Pause) bool { return true }) {
		t.Errorf("%d parts with pictures, or a pause that nobody made", pictures)
	}
}

// In the long form, of make soak, the relay takes no more until the session is over.
func TestASessionPausesWhileItsRecordingIsNotReceived(t *testing.T) {
	t.Parallel()
	w, _ := newRecordedWorld(t, broker.RecordingRequired)
	tech := w.recordedSession(viewAndControl)
	w.tapes.fill()
	time.Sleep(9 * time.Second) // of the ten
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool {
		return m.Paused && m.Recording == signaling.RecordingStalled
	})
	w.person.commands <- ui.Pause{}   // the person's own ends nothing
	w.person.commands <- ui.Unpause{} // and neither does its end
	w.tapes.Break(nil)
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool {
		return !m.Paused && m.Recording == signaling.RecordingOn
	})
	ended := signaling.EndHostStopped
	if os.Getenv("LENDHAND_KILLS") == "" {
		w.person.commands <- ui.Stop{}
	} else {
		ended = signaling.EndRecordingLost
		w.tapes.fill()
		time.Sleep(69 * time.Second) // of the seventy
	}
	tech.waitEnded(ended)
	w.tapes.Break(nil)
	events, _ := w.recordingOf(tech)
	if !has(events, func(e *event.Pause) bool { return e.What == event.PausedSession && e.Reason == pausedByUpload }) ||
		!has(events, func(e *event.Unpause) bool { return e.What == event.PausedSession && e.Length > 0 }) {
		t.Error("the pause is not in the recording")
	}
	if !has(events, func(e *event.End) bool { return e.Reason == string(ended) }) {
		t.Error("the recording does not say why it ends")
	}
}

func TestAnOptionalRecordingEndsAndTheSessionGoesOn(t *testing.T) {
	t.Parallel()
	w, _ := newRecordedWorld(t, broker.RecordingOptional)
	w.person.records.Store(true)
	tech := w.recordedSession(viewAndControl)
	w.tapes.fill()
	time.Sleep(9 * time.Second) // of the ten
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Recording == signaling.RecordingOff })
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	w.tapes.Break(nil)
	events, _ := w.recordingOf(tech)
	if !has(events, func(e *event.End) bool { return e.Reason == pausedByUpload }) {
		t.Error("the recording does not say why it ends")
	}
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
}
