package app

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"log/slog"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/record"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/version"
)

// Why a recording, or for its sake a session, is paused or ends before its time.
const (
	pausedByPerson = "person"
	pausedByUpload = "upload"
)

// recorded is the recording of the session. The session's goroutine owns it.
type recorded struct {
	terms     *signaling.RecordingTerms // what the person has agreed to; nil for nothing
	ticket    string
	statement string // the newest consent that says so
	recorder  *record.Recorder
	paused    bool // by the person
	awaited   bool // it must be, and the relay does not know of it yet: nothing is shown
	stalled   bool // nothing reaches the relay
	over      bool // it has ended before the session
	copyToken string
	copy      string // where the person's copy is; empty for none, and before it has ended

	ctx     context.Context // ends with it
	cancel  context.CancelFunc
	running sync.WaitGroup
	// pipeline makes the pictures, nil while there are none.
	pipeline atomic.Pointer[picture.Pipeline]
	// paused since, for the event at its end; zero while the session is not.
	heldSince time.Time
}

// agree notes what the person has agreed to with their yes.
func (r *recorded) agree(request *signaling.Request, said ui.Answer) {
	if t := request.Recording; t != nil && (t.Required || said.Recorded) {
		r.terms, r.ticket = t, request.Ticket
	}
}

// asks says what a yes to a request means for a recording.
func (r *recorded) asks(request *signaling.Request) ui.Recording {
	switch t := request.Recording; {
	case t == nil:
		return ui.Unrecorded
	case t.Required:
		return ui.RecordingRequired
	case r.terms != nil:
		return ui.RecordingAgreed
	}
	return ui.RecordingAsked
}

// readers are the names of those who can open it; nil for nobody.
func (r *recorded) readers() []string {
	if r.terms == nil {
		return nil
	}
	return r.terms.Names()
}

// isRequired reports whether there is no session without a recording.
func (r *recorded) isRequired() bool { return r.terms != nil && r.terms.Required }

// state is what the technician hears of it; empty where there never was a recording.
func (r *recorded) state() signaling.RecordingState {
	switch {
	case r.terms == nil:
		return ""
	case r.over:
		return signaling.RecordingOff
	case r.stalled:
		return signaling.RecordingStalled
	case r.paused:
		return signaling.RecordingPaused
	case r.recorder == nil, r.awaited:
		return "" // it has yet to begin
	}
	return signaling.RecordingOn
}

// beginRecording begins the recording that the person has agreed to, as soon as the relay
// takes it. Without one that is required nothing is shown.
func (s *session) beginRecording(m *signaling.Connect) {
	r := &s.recorded
	if r.terms == nil || r.recorder != nil || r.over {
		return
	}
	if m.Recording == nil {
		s.recordingFails("the relay takes none")
		return
	}
	recorder, err := s.newRecorder(m.Recording)
	if err != nil {
		s.log.Warn("no recording", slog.Any("error", err))
		s.recordingFails("it cannot be made")
		return
	}
	r.recorder, r.copyToken = recorder, m.Recording.CopyToken
	if r.awaited = r.isRequired(); r.awaited {
		s.gate.Await(true)
	}
	s.journal.begin(recorder)
	s.journal.add(&event.Consent{Statement: r.statement})
	s.journal.permissions(s.gate)
	s.journal.screen(s.sight.look(), s.monitors)
	s.watchTitles()
	if s.picture != nil {
		s.picture.keep(recorder)
		r.pipeline.Store(s.picture.pipeline)
	}
	s.tellRecording()
}

// recordingBegun handles that the relay has receipted the beginning: from then on a recording
// that goes missing is missed, and one that must be lets the session begin.
func (s *session) recordingBegun() {
	r := &s.recorded
	if !r.awaited || r.over {
		return
	}
	r.awaited = false
	s.gate.Await(false)
	if s.reason == "" && s.phase == ui.Active && s.link != nil {
		s.startPicture()
		s.tellScreen()
		s.tellMonitors()
	}
	s.tellRecording()
}

func (s *session) newRecorder(u *signaling.Upload) (*record.Recorder, error) {
	key, err := base64.RawURLEncoding.DecodeString(u.ReceiptKey)
	if err != nil {
		return nil, err
	}
	r := &s.recorded
	ctx, cancel := context.WithCancel(context.Background())
	recorder, err := s.depot.Record(record.Config{
		Manifest: s.manifest(), SessionKey: s.me.key,
		Relay: s.config.Server.String(), Token: u.Token, ReceiptKey: ed25519.PublicKey(key),
		Keep: r.terms.Slow == signaling.SlowKeep,
		KeyFrame: func() {
			if p := r.pipeline.Load(); p != nil {
				p.RequestKeyFrameAtRest()
			}
		},
		Begun: func() { s.post(ctx, s.recordingBegun) },
		State: func(now record.State) { s.post(ctx, func() { s.recordingChanged(now) }) },
		Log:   s.log,
	})
	if err != nil {
		cancel()
		return nil, err
	}
	r.ctx, r.cancel = ctx, cancel
	return recorder, nil
}

// manifest says what the recording is of.
func (s *session) manifest() recording.Manifest {
	m := recording.Manifest{
		Recording: s.registered.SessionID, Relay: s.config.Server.String(),
		Host: recording.Host{Name: machineName(), OS: systemName()},
		Technician: recording.Technician{
			ID: s.technician.ID, Name: s.technician.Name, Organisation: s.technician.Organisation,
		},
		Ticket: s.recorded.ticket, Consent: s.recorded.statement, Program: "lendhand " + version.String(),
	}
	for _, reader := range s.recorded.terms.Readers {
		m.Readers = append(m.Readers, recording.Reader{Name: reader.Name, Key: reader.Key})
	}
	return m
}

// recordingFails handles that there is no recording where there was to be one.
func (s *session) recordingFails(why string) {
	if s.recorded.isRequired() {
		s.config.UI.Say(ui.Notice{Message: "The session cannot be recorded, which their organisation wants."})
		s.stop(signaling.EndRecordingLost)
		return
	}
	s.log.Warn("the session is not recorded", slog.String("why", why))
	s.recorded.over = true
	s.config.UI.Say(ui.Notice{Message: "The session is not recorded any more: the relay does not take it."})
	s.tellRecording()
}

// tellRecording tells both sides how the recording stands.
func (s *session) tellRecording() {
	if s.link != nil {
		s.tellPermissions()
	}
	s.show()
}

// recordingChanged handles that the recording reaches the relay, or does not.
func (s *session) recordingChanged(now record.State) {
	r := &s.recorded
	switch {
	case r.over || r.recorder == nil:
	case now == record.Lost && r.isRequired():
		s.stop(signaling.EndRecordingLost)
	case now == record.Going:
		s.recordingGoesOn()
	case !r.isRequired(): // the session is worth more
		s.endRecording(pausedByUpload)
		s.recordingFails("nothing reaches the relay")
	case !r.stalled:
		r.stalled = true
		s.config.UI.Say(ui.Notice{Message: "Paused: what is recorded does not reach the relay.", Hint: "It goes on by itself."})
		s.holdBack(func() { s.gate.Stall(true) }, pausedByUpload)
	}
}

func (s *session) recordingGoesOn() {
	if !s.recorded.stalled {
		return
	}
	s.recorded.stalled = false
	s.goOn(func() { s.gate.Stall(false) })
}

// pauseRecording has nothing recorded at the person's wish, where that is allowed. The
// session goes on, and the technician sees it at once.
// What a technician does in such a pause the auditors do not see: it has to be the person's
// own wish, and so has its end.
func (s *session) pauseRecording(on, own bool) {
	r := &s.recorded
	switch {
	case r.recorder == nil || r.over:
		s.config.UI.Say(ui.Notice{Message: "The session is not recorded."})
	case on && !r.terms.Pausable:
		s.config.UI.Say(ui.Notice{Message: "Their organisation does not let the recording be paused.", Hint: "You can pause the session."})
	case on == r.paused:
		s.config.UI.Say(ui.Notice{Message: "That is how it is already."})
	case !own && s.touch.settling() > 0 || s.isPrograms():
		s.sayUnsure()
	default:
		r.paused = on
		if on {
			r.recorder.Pause(pausedByPerson)
		} else {
			r.recorder.Unpause()
		}
		s.tellRecording()
	}
}

// endRecording ends the recording, and says why.
func (s *session) endRecording(reason string) {
	r := &s.recorded
	if r.recorder == nil || r.over {
		return
	}
	r.over = true
	if s.picture != nil {
		s.picture.forget()
	}
	s.journal.end()
	r.cancel()
	r.running.Wait()
	r.recorder.End(reason)
	s.offerCopy()
}

// offerCopy notes where the person finds their copy, if they get one: they are told when the
// session is over.
func (s *session) offerCopy() {
	r := &s.recorded
	if r.copyToken == "" || r.terms.Copy == signaling.CopyNone {
		return
	}
	link := []string{r.copyToken}
	if r.terms.Copy == signaling.CopyRecording {
		link = append(link, r.recorder.Identity())
	}
	r.copy = s.config.Server.String() + "/mine#" + s.registered.SessionID + "." + strings.Join(link, ".")
}

// keeping records what the technician is shown, as long as they may see it.
type keeping struct {
	// Set at construction.
	show     *show
	recorder *record.Recorder
}

// Takes implements picture.Keeper.
func (k *keeping) Takes() int { return k.recorder.Takes() }

// WriteFrame implements picture.Sink. What is held back from the technician is not
// recorded.
func (k *keeping) WriteFrame(f picture.Frame) error {
	if k.show.gate.Hides(f.At) || !k.show.gate.Permits(signaling.ScopeView) {
		k.recorder.Miss()
		return nil
	}
	return k.recorder.WriteFrame(f)
}

// keep records the picture from now on.
func (v *show) keep(r *record.Recorder) {
	if v.unkeep == nil {
		v.unkeep = v.pipeline.Add(&keeping{show: v, recorder: r})
	}
}

// forget records it no more.
func (v *show) forget() {
	if v.unkeep != nil {
		v.unkeep()
		v.unkeep = nil
	}
}
