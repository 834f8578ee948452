package broker_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/grant"
)

// shelf remembers which recordings the broker expects.
type shelf struct {
	mu     sync.Mutex
	full   bool
	broken bool
	begun  []broker.RecordedSession
	ended  []string
}

var auditors = []signaling.Reader{{Name: "Auditors (key held by the relay)", Key: "age1auditors"}}

func (r *shelf) Readers() (readers []signaling.Reader, sealed, room bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return auditors, true, !r.full
}

func (r *shelf) Begin(_ context.Context, s broker.RecordedSession) (signaling.Upload, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.broken {
		return signaling.Upload{}, errors.New("the disk is gone")
	}
	r.begun = append(r.begun, s)
	return signaling.Upload{Token: "token of " + s.ID, CopyToken: "copy of " + s.ID, ReceiptKey: receiptKey}, nil
}

func (r *shelf) End(id string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, id)
}

const receiptKey = "PUAXw-hDiVqStwqnTRt-vJyYLM8uxJaMwM1V8Sr0Zgw"

// recording is a world whose organisation wants this of recordings.
func (w *world) recording(rule broker.Recording) *broker.Limits {
	l := broker.Unlimited()
	l.Recording, l.Pausable, l.Copy, l.Slow, l.Retention = rule, true, signaling.CopyRecording, signaling.SlowKeep, 90
	w.recordings = &shelf{}
	w.limited(&l)
	return &l
}

// redeemed is a host that records and has been asked by a technician.
func (w *world) redeemed(record bool) (*hostSide, *side, *signaling.Requested, *signaling.Request) {
	w.t.Helper()
	h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
	m := redeem(h.code, signaling.ScopeView)
	m.Record = record
	tech.send(m)
	return h, tech, expect[*signaling.Requested](tech), expect[*signaling.Request](h.side)
}

// says answers a request, or says something unasked.
func (h *hostSide) says(requestID string, recorded bool) {
	h.t.Helper()
	h.send(h.statement(func(c *grant.Consent) { c.RequestID, c.Recorded = requestID, recorded }))
}

// begins reads what both sides get after a yes, less what is about limits.
func begins(h *hostSide, tech *side) (*signaling.Connect, *signaling.Granted) {
	h.t.Helper()
	expect[*signaling.Limits](h.side)
	expect[*signaling.Limits](tech)
	return expect[*signaling.Connect](h.side), expect[*signaling.Granted](tech)
}

var terms = signaling.RecordingTerms{
	Readers: auditors, Sealed: true, Pausable: true, Copy: signaling.CopyRecording, Slow: signaling.SlowKeep,
}

// The person reads who can open the recording; after their yes the host gets what it
// uploads with, the technician learns of it, and so does the journal.
func TestARecordedSession(t *testing.T) {
	for name, tt := range map[string]struct {
		rule   broker.Recording
		record bool
		word   string
	}{
		"required": {broker.RecordingRequired, false, "required"},
		"asked":    {broker.RecordingOptional, true, "asked"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.recording(tt.rule)
				h, tech, requested, request := w.redeemed(tt.record)
				want := terms
				want.Required = tt.rule == broker.RecordingRequired
				if d := cmp.Diff(&want, request.Recording); d != "" || !requested.Recorded || requested.Unrecorded != "" {
					t.Errorf("%s, and the technician is told %+v", d, requested)
				}
				h.says(request.RequestID, true)
				connect, granted := begins(h, tech)
				id := h.registered.SessionID
				upload := &signaling.Upload{Token: "token of " + id, CopyToken: "copy of " + id, ReceiptKey: receiptKey}
				if d := cmp.Diff(upload, connect.Recording); d != "" {
					t.Error(d)
				}
				if !granted.Recorded || !granted.Sealed || !slices.Equal(granted.Readers, []string{auditors[0].Name}) {
					t.Errorf("the technician is told %+v", granted)
				}
				if r := w.recordings.begun; len(r) != 1 || r[0].HostKey == "" || r[0].Consent == "" || r[0].Retention != 90 ||
					r[0].Technician.ID != ines.ID || r[0].Ticket != "INC-1" || !cmp.Equal(r[0].Terms, want) {
					t.Errorf("begun: %+v", r)
				}
				details := map[broker.EventKind]string{}
				for _, e := range w.events.take() {
					details[e.Kind] = e.Detail["recording"] + e.Detail["recorded"]
				}
				if details[broker.EventRequest] != tt.word || details[broker.EventConsent] != "true" {
					t.Errorf("journal: %v", details)
				}
				h.send(&signaling.End{Reason: signaling.EndRecordingLost})
				tech.expectEnd(signaling.EndRecordingLost)
				if !slices.Equal(w.recordings.ended, []string{id}) {
					t.Errorf("ended: %v", w.recordings.ended)
				}
			})
		})
	}
}

// A yes that says nothing of the recording is none where there has to be one, and one to
// a recording that nobody asked for is none either.
func TestConsentsThatDoNotFitTheRecording(t *testing.T) {
	for name, tt := range map[string]struct {
		rule             broker.Recording
		record, recorded bool
	}{
		"required": {broker.RecordingRequired, true, false},
		"unasked":  {broker.RecordingOptional, false, true},
		"off":      {broker.RecordingOff, true, true},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.recording(tt.rule)
				h, tech, _, request := w.redeemed(tt.record)
				h.says(request.RequestID, tt.recorded)
				h.expectError(signaling.CodeConsentInvalid)
				tech.quiet()
				if len(w.recordings.begun) > 0 {
					t.Errorf("begun: %+v", w.recordings.begun)
				}
				h.says(request.RequestID, !tt.recorded)
				if connect, _ := begins(h, tech); (connect.Recording != nil) == tt.recorded {
					t.Errorf("the host got %+v", connect)
				}
				h.says("", tt.recorded) // nor later
				h.expectError(signaling.CodeConsentInvalid)
			})
		})
	}
}

// Where the recording is left to the person, their yes to the session is none to it.
func TestThePersonWantsNoRecording(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.recording(broker.RecordingOptional)
		h, tech, _, request := w.redeemed(true)
		h.says(request.RequestID, false)
		connect, granted := begins(h, tech)
		if connect.Recording != nil || granted.Recorded || len(w.recordings.begun) > 0 {
			t.Errorf("%+v, %+v", connect, granted)
		}
		h.send(&signaling.End{Reason: signaling.EndHostStopped})
		tech.expectEnd(signaling.EndHostStopped)
		if len(w.recordings.ended) > 0 {
			t.Errorf("ended: %v", w.recordings.ended)
		}
	})
}

// Why a session is not recorded that the technician wanted recorded.
func TestUnrecorded(t *testing.T) {
	for want, change := range map[signaling.Unrecorded]func(*broker.Limits, *shelf, *hostSide){
		signaling.UnrecordedOff:  func(l *broker.Limits, _ *shelf, _ *hostSide) { l.Recording = broker.RecordingOff },
		signaling.UnrecordedFull: func(_ *broker.Limits, s *shelf, _ *hostSide) { s.full = true },
		signaling.UnrecordedHost: func(_ *broker.Limits, _ *shelf, h *hostSide) { h.records = false },
	} {
		t.Run(string(want), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				l := w.recording(broker.RecordingOptional)
				h, tech := &hostSide{side: w.dialHost(), records: true}, w.dialTechnician(ines.ID)
				change(l, w.recordings, h)
				h.register()
				m := redeem(h.code)
				m.Record = true
				tech.send(m)
				if got := expect[*signaling.Requested](tech); got.Unrecorded != want || got.Recorded {
					t.Errorf("the technician is told %+v", got)
				}
				if request := expect[*signaling.Request](h.side); request.Recording != nil {
					t.Errorf("the person is asked for %+v", request.Recording)
				}
			})
		})
	}
}

// Without room nobody is asked, and the code stays good; a host that cannot record is
// told why nobody comes.
func TestRequiredAndNotPossible(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.recording(broker.RecordingRequired)
		h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
		w.recordings.full = true
		tech.send(redeem(h.code))
		tech.expectError(signaling.CodeStorageFull)
		h.quiet()
		w.recordings.full = false
		tech.send(redeem(h.code))
		expect[*signaling.Requested](tech)
		old := &hostSide{side: w.dialHost()}
		old.register()
		other := w.dialTechnician("u_2")
		other.send(redeem(old.code))
		other.expectError(signaling.CodeRecordingRequired)
		old.expectEnd(signaling.EndRecordingRequired)
	})
}

// A recording that cannot be begun ends the session that must have one, and no other.
func TestARecordingThatDoesNotBegin(t *testing.T) {
	for rule, ends := range map[broker.Recording]bool{broker.RecordingRequired: true, broker.RecordingOptional: false} {
		t.Run(string(rule), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.recording(rule)
				w.recordings.broken = true
				h, tech, _, request := w.redeemed(true)
				h.says(request.RequestID, true)
				if ends {
					h.expectEnd(signaling.EndRecordingLost)
					tech.expectEnd(signaling.EndRecordingLost)
					return
				}
				if connect, granted := begins(h, tech); connect.Recording != nil || granted.Recorded {
					t.Errorf("%+v, %+v", connect, granted)
				}
			})
		})
	}
}

// A technician can ask for a recording while the session runs, and the person can end it.
func TestARecordingThatIsAskedForLater(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		l := w.recording(broker.RecordingOptional)
		h, tech, _, request := w.redeemed(false)
		if request.Recording != nil {
			t.Errorf("the person is asked for %+v", request.Recording)
		}
		h.says(request.RequestID, false)
		begins(h, tech)
		h.send(&signaling.Connected{Path: signaling.PathDirect})
		synctest.Wait()
		w.recordings.full = true
		tech.send(&signaling.Ask{Ask: view, Record: true})
		tech.expectError(signaling.CodeStorageFull)
		w.recordings.full = false
		tech.send(&signaling.Ask{Ask: view, Record: true})
		further := expect[*signaling.Request](h.side)
		if d := cmp.Diff(&terms, further.Recording); d != "" {
			t.Error(d)
		}
		h.says(further.RequestID, true)
		if m := expect[*signaling.Connect](h.side); m.Recording == nil {
			t.Error("nothing to upload with")
		}
		if m := expect[*signaling.Granted](tech); !m.Recorded {
			t.Error("the technician does not learn of it")
		}
		l.Recording = broker.RecordingRequired // what is recorded goes on
		w.broker.LimitsChanged()
		expect[*signaling.Limits](h.side)
		h.says("", false)
		h.expectError(signaling.CodeConsentInvalid)
		l.Recording = broker.RecordingOptional
		w.broker.LimitsChanged()
		expect[*signaling.Limits](h.side)
		h.says("", false)
		h.quiet()
	})
}

// A restart of the relay keeps what was agreed, and what the host uploads with.
func TestARestartKeepsTheRecording(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.recording(broker.RecordingRequired)
		h, tech, requested, request := w.redeemed(false)
		h.says(request.RequestID, true)
		first, _ := begins(h, tech)
		w.restart()
		again := w.dialHost()
		again.send(&signaling.Resume{Version: 1, SessionID: h.registered.SessionID, Token: h.registered.Token})
		expect[*signaling.Resumed](again)
		expect[*signaling.Limits](again)
		if d := cmp.Diff(first.Recording, expect[*signaling.Connect](again).Recording); d != "" {
			t.Error(d)
		}
		back := w.dialTechnician(ines.ID)
		back.send(&signaling.Resume{Version: 1, SessionID: requested.SessionID, Token: requested.Token})
		expect[*signaling.Resumed](back)
		expect[*signaling.Limits](back)
		if m := expect[*signaling.Granted](back); !m.Recorded || len(m.Readers) != 1 {
			t.Errorf("the technician is told %+v", m)
		}
	})
}

// An organisation that comes to want recordings ends what goes on without one.
func TestRecordingsThatComeToBeRequired(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		l := w.recording(broker.RecordingOptional)
		h, tech, _, request := w.redeemed(true)
		h.says(request.RequestID, false)
		begins(h, tech)
		asked, _, _, _ := w.redeemed(true)
		l.Recording = broker.RecordingRequired
		w.broker.LimitsChanged()
		h.expectEnd(signaling.EndRecordingRequired)
		tech.expectEnd(signaling.EndRecordingRequired)
		asked.expectEnd(signaling.EndRecordingRequired) // its person would say yes to something else
	})
}

// An invitation remembers that a recording was asked for.
func TestAnInvitationAsksForARecording(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.recording(broker.RecordingOptional)
		tech := w.dialTechnician(ines.ID)
		tech.send(&signaling.Invite{Version: 1, Ask: view, Record: true})
		invited := expect[*signaling.Invited](tech)
		if list := expect[*signaling.Invitations](tech); !list.Invitations[0].Record {
			t.Errorf("listed: %+v", list)
		}
		h := &hostSide{side: w.dialHost()}
		_, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		m := registration(key)
		m.Records, m.Invitation = true, invited.Code
		h.send(m)
		expect[*signaling.Registered](h.side)
		expect[*signaling.Invitations](tech)
		opened := expect[*signaling.Opened](tech)
		tech.send(&signaling.Redeem{Version: 1, Invitation: opened.ID, Ask: view, Fingerprint: techPrint})
		if request := expect[*signaling.Request](h.side); request.Recording == nil {
			t.Error("the person is not asked for a recording")
		}
	})
}
