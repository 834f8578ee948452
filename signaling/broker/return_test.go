package broker_test

import (
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

func resumeOf(id, token string) *signaling.Resume {
	return &signaling.Resume{Version: signaling.Version, SessionID: id, Token: token}
}

// back connects a host again and resumes its session.
func (w *world) back(h *hostSide, want signaling.State) {
	w.t.Helper()
	h.side = w.dialHost()
	h.send(resumeOf(h.registered.SessionID, h.registered.Token))
	if got := expect[*signaling.Resumed](h.side).State; got != want {
		w.t.Fatalf("resumed in state %s, want %s", got, want)
	}
}

func (w *world) technicianBack(r *signaling.Requested, want signaling.State) *side {
	w.t.Helper()
	tech := w.dialTechnician(ines.ID)
	tech.send(resumeOf(r.SessionID, r.Token))
	if got := expect[*signaling.Resumed](tech).State; got != want {
		w.t.Fatalf("resumed in state %s, want %s", got, want)
	}
	return tech
}

func TestHostComesBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		h.drop()
		for range 100 {
			tech.send(&signaling.Candidate{Candidate: "candidate:of an older offer"})
		}
		tech.send(&signaling.Offer{SDP: "v=0", Grant: "g"})
		tech.send(&signaling.Candidate{Candidate: "candidate:late"})
		time.Sleep(signaling.ReturnWithin - time.Second)
		w.back(h, signaling.StateActive)
		expect[*signaling.Connect](h.side)
		expect[*signaling.Offer](h.side)
		if c := expect[*signaling.Candidate](h.side); c.Candidate != "candidate:late" {
			t.Errorf("got %q", c.Candidate)
		}
		time.Sleep(signaling.ReturnWithin)
		tech.quiet()
	})
}

func TestHostDoesNotComeBack(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		h.drop()
		time.Sleep(signaling.ReturnWithin)
		tech.expectEnd(signaling.EndHostLost)
		late := w.dialHost()
		late.send(resumeOf(h.registered.SessionID, h.registered.Token))
		late.expectEnd(signaling.EndHostLost)
		time.Sleep(signaling.ReturnWithin + time.Second) // and is forgotten
		later := w.dialHost()
		later.send(resumeOf(h.registered.SessionID, h.registered.Token))
		later.closedWith(signaling.CodeSessionUnknown)
	})
}

func TestTechnicianLeaves(t *testing.T) {
	t.Run("while the person is asked", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, tech, _, _ := w.asked()
			tech.drop()
			time.Sleep(10 * time.Second)
			h.expectEnd(signaling.EndTechnicianLost)
		})
	})
	t.Run("in the session", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, tech, requested := w.running()
			tech.drop()
			h.send(&signaling.Disconnected{})
			time.Sleep(30 * time.Second)
			tech = w.technicianBack(requested, signaling.StateReconnecting)
			expect[*signaling.Granted](tech)
			h.send(&signaling.Connected{Path: signaling.PathRelay})
			time.Sleep(signaling.ReturnWithin + time.Second) // not lost, and nothing to renew yet
			h.quiet()
			tech.drop()
			time.Sleep(signaling.ReturnWithin)
			h.expectEnd(signaling.EndTechnicianLost)
		})
	})
}

func TestOnlyTheOwnerResumes(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, requested := w.running()
		for name, s := range map[string]*side{
			"another technician": w.dialTechnician("u_second"),
			"a host":             w.dialHost(),
		} {
			t.Log(name)
			s.send(resumeOf(requested.SessionID, requested.Token))
			s.closedWith(signaling.CodeSessionUnknown)
		}
		wrong := w.dialTechnician(ines.ID)
		wrong.send(resumeOf(requested.SessionID, h.registered.Token))
		wrong.closedWith(signaling.CodeSessionUnknown)
		tech.quiet()
	})
}

func TestNewerConnectionReplacesOlder(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, _, _ := w.running()
		old := h.side
		w.back(h, signaling.StateActive)
		old.expectError(signaling.CodeSuperseded)
		old.closedWith(signaling.CodeSuperseded)
		time.Sleep(2 * signaling.ReturnWithin)
		if got := w.state(h.registered.SessionID); got != signaling.StateActive {
			t.Errorf("state %s", got)
		}
	})
}

// The relay restarts: codes, open requests and running sessions survive.
func TestRelayRestarts(t *testing.T) {
	t.Run("while a host waits", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h := w.waitingHost()
			w.restart()
			h.closedWith(signaling.CodeRelayStopping)
			w.back(h, signaling.StateWaiting)
			tech := w.dialTechnician(ines.ID)
			tech.send(redeem(h.code))
			expect[*signaling.Requested](tech)
			expect[*signaling.Request](h.side)
		})
	})
	t.Run("for longer than a code lives", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h := w.waitingHost()
			time.Sleep(signaling.CodeLife - 30*time.Second)
			w.stop()
			time.Sleep(time.Minute)
			w.start()
			w.back(h, signaling.StateWaiting)
			tech := w.dialTechnician(ines.ID)
			tech.send(redeem(h.code))
			tech.expectError(signaling.CodeInvalidCode)
			tech.send(redeem(expect[*signaling.CodeIssued](h.side).Code))
			expect[*signaling.Requested](tech)
		})
	})
	t.Run("while the person is asked", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, _, requested, request := w.asked()
			w.restart()
			tech := w.technicianBack(requested, signaling.StateRequested)
			w.back(h, signaling.StateRequested)
			again := expect[*signaling.Request](h.side)
			if again.RequestID != request.RequestID {
				t.Errorf("request %q, was %q", again.RequestID, request.RequestID)
			}
			h.consent(again, signaling.ScopeView)
			expect[*signaling.Granted](tech)
		})
	})
	t.Run("while the person is asked for more", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, tech, requested := w.running(signaling.ScopeView)
			tech.send(&signaling.Ask{Ask: signaling.AllScopes()})
			request := expect[*signaling.Request](h.side)
			w.restart()
			w.back(h, signaling.StateActive)
			expect[*signaling.Connect](h.side)
			if again := expect[*signaling.Request](h.side); again.RequestID != request.RequestID || !again.Ask.Has(signaling.ScopeControl) {
				t.Errorf("request %+v, was %+v", again, request)
			}
			tech = w.technicianBack(requested, signaling.StateActive)
			expect[*signaling.Granted](tech)
			h.consent(request, signaling.ScopeView, signaling.ScopeControl)
			if g := expect[*signaling.Granted](tech); !g.Scopes.Has(signaling.ScopeControl) {
				t.Errorf("granted %q", g.Scopes)
			}
		})
	})
	t.Run("while the person answers", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, _, requested, request := w.asked()
			yes := h.statement(func(c *grant.Consent) { c.RequestID = request.RequestID })
			w.restart()
			w.back(h, signaling.StateRequested)
			expect[*signaling.Request](h.side)
			h.send(yes) // what was said while the relay was away
			h.send(yes) // and the answer to the request that it repeats
			expect[*signaling.Connect](h.side)
			h.quiet()
			tech := w.technicianBack(requested, signaling.StateConnecting)
			expect[*signaling.Granted](tech)
		})
	})
	t.Run("in the session", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, _, requested := w.running()
			w.restart()
			w.back(h, signaling.StateActive)
			expect[*signaling.Connect](h.side)
			tech := w.technicianBack(requested, signaling.StateActive)
			expect[*signaling.Granted](tech)
			time.Sleep(2 * signaling.ReturnWithin)
			if got := w.state(requested.SessionID); got != signaling.StateActive {
				t.Errorf("state %s", got)
			}
			h.send(&signaling.End{Reason: signaling.EndHostStopped})
			tech.expectEnd(signaling.EndHostStopped)
		})
	})
}

func TestConnectionIsFoundInTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _, request := w.asked()
		h.consent(request, signaling.ScopeView)
		expect[*signaling.Connect](h.side)
		expect[*signaling.Granted](tech)
		time.Sleep(signaling.ConnectWithin)
		h.expectEnd(signaling.EndConnectionFailed)
		tech.expectEnd(signaling.EndConnectionFailed)
	})
}

// Neither grant nor credentials run out while a session lasts.
func TestGrantsAndServersAreRenewedInTime(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		for start := time.Now(); time.Since(start) < time.Hour; {
			renewed := time.Now()
			for _, s := range []*side{h.side, tech} {
				select {
				case m := <-s.in:
					t.Logf("%s: %s", time.Since(start), signaling.TypeOf(m))
				case <-time.After(turnLife):
					t.Fatalf("%s: not renewed", time.Since(start))
				}
			}
			if age := time.Since(renewed); age >= turnLife || age < time.Minute {
				t.Errorf("renewed after %s", age)
			}
		}
	})
}
