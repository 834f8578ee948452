package broker_test

import (
	"bytes"
	"image"
	"image/png"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// kinds returns the kinds of what was noted since the last call, of those that are given.
func (w *world) kinds(of ...broker.EventKind) (kinds []broker.EventKind) {
	for _, e := range w.events.take() {
		for _, k := range of {
			if e.Kind == k {
				kinds = append(kinds, k)
			}
		}
	}
	return kinds
}

// Scenario: a person reports whoever asks. The session is over for both, the code leads
// nobody there any more, and the journal names the technician.
func TestReport(t *testing.T) {
	for name, arrange := range map[string]func(w *world) (*hostSide, *side){
		"while they are asked": func(w *world) (*hostSide, *side) {
			h, tech, _, _ := w.asked()
			return h, tech
		},
		"while somebody is there": func(w *world) (*hostSide, *side) {
			h, tech, _ := w.running()
			return h, tech
		},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				h, tech := arrange(w)
				used := h.code
				w.events.take()
				h.send(&signaling.Report{})
				h.expectEnd(signaling.EndReported)
				tech.expectEnd(signaling.EndReported)
				events := w.events.take()
				if len(events) != 2 || events[0].Kind != broker.EventReported || events[1].Kind != broker.EventSessionEnded {
					t.Fatalf("noted %+v", events)
				}
				got, id := events[0], h.registered.SessionID
				if got.Actor != broker.ActorHost || got.Subject != ines.ID || got.Session != id || got.Detail["technician"] != ines.ID || !got.Address.IsValid() {
					t.Errorf("noted %+v", got)
				}
				if reason := w.store.All()[id].Reason; reason != signaling.EndReported {
					t.Errorf("kept as %q", reason)
				}
				h.register()
				tech.send(redeem(used))
				tech.expectError(signaling.CodeInvalidCode)
			})
		})
	}
}

// Scenario: the technician goes at the moment when the person reports them. It is noted,
// once, and with who it was.
func TestALateReport(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _, _ := w.asked()
		id := h.registered.SessionID
		tech.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
		h.expectEnd(signaling.EndTechnicianStopped)
		w.events.take()
		h.send(&signaling.Report{})
		h.send(&signaling.Report{})
		h.expectError(signaling.CodeWrongState)
		events := w.events.take()
		if len(events) != 1 || events[0].Kind != broker.EventReported || events[0].Session != id ||
			events[0].Subject != ines.ID || !events[0].Address.IsValid() {
			t.Errorf("noted %+v", events)
		}
	})
}

func TestNobodyIsReportedWhoHasNotAsked(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := w.waitingHost()
		h.send(&signaling.Report{})
		h.expectError(signaling.CodeWrongState)
		h.send(&signaling.Paused{On: true})
		h.expectError(signaling.CodeWrongState)
		if kinds := w.kinds(broker.EventReported, broker.EventPause); len(kinds) > 0 {
			t.Errorf("noted %v", kinds)
		}
	})
}

// A technician can send neither: they are the person's own.
func TestPauseAndReportAreNotTheTechnicians(t *testing.T) {
	for _, m := range []signaling.Message{&signaling.Paused{On: true}, &signaling.Report{}} {
		inWorld(t, func(t *testing.T, w *world) {
			_, tech, _ := w.running()
			tech.send(m)
			tech.closedWith(signaling.CodeUnknownMessage)
		})
	}
}

func TestPausesAreNoted(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		for _, on := range []bool{false, true, true, false, false, true} {
			h.send(&signaling.Paused{On: on})
		}
		want := []broker.EventKind{broker.EventPause, broker.EventUnpause, broker.EventPause}
		if d := cmp.Diff(want, w.kinds(broker.EventPause, broker.EventUnpause)); d != "" {
			t.Error(d)
		}
		tech.quiet() // they hear it from the host
		for range 60 - 6 + 1 {
			h.send(&signaling.Paused{On: true})
		}
		h.closedWith(signaling.CodeTooFast)
	})
}

func TestTheBarMayBeHidden(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		h.send(&signaling.End{Reason: signaling.EndBarHidden})
		h.expectEnd(signaling.EndBarHidden)
		tech.expectEnd(signaling.EndBarHidden)
	})
}

// The request has the technician's photo, if there is one that a host takes.
func TestPhoto(t *testing.T) {
	portrait := func(side int) []byte {
		var file bytes.Buffer
		if err := png.Encode(&file, image.NewGray(image.Rect(0, 0, side, side))); err != nil {
			t.Fatal(err)
		}
		return file.Bytes()
	}
	right := portrait(signaling.MaxPhoto)
	for name, c := range map[string]struct{ file, want []byte }{
		"none":      {nil, nil},
		"right":     {right, right},
		"too large": {portrait(signaling.MaxPhoto + 1), nil},
		"no PNG":    {[]byte("GIF89a"), nil},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.stop()
				w.photo = func(id string) []byte {
					if id != ines.ID {
						t.Errorf("asked for the photo of %q", id)
					}
					return c.file
				}
				w.start()
				h, _, _, request := w.asked()
				if !bytes.Equal(request.Photo, c.want) {
					t.Errorf("a photo of %d bytes, want %d", len(request.Photo), len(c.want))
				}
				h.drop() // one that comes back gets it again
				time.Sleep(time.Second)
				back := w.dialHost()
				back.send(&signaling.Resume{Version: signaling.Version, SessionID: h.registered.SessionID, Token: h.registered.Token})
				expect[*signaling.Resumed](back)
				if again := expect[*signaling.Request](back).Photo; !bytes.Equal(again, c.want) {
					t.Errorf("a photo of %d bytes after coming back", len(again))
				}
				synctest.Wait()
			})
		})
	}
}
