package broker_test

import (
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

func TestSessionsAsAdministratorsSeeThem(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.waitingHost()
		if got := w.broker.Sessions(); len(got) != 0 {
			t.Errorf("a host that waits is listed: %+v", got)
		}
		h, _, requested := w.running(signaling.ScopeView, signaling.ScopeControl)
		created := w.store.All()[requested.SessionID].Created
		time.Sleep(time.Second)
		_, _, second, _ := w.asked()
		want := broker.Overview{
			ID: requested.SessionID, State: signaling.StateActive, Created: created,
			Host:       signaling.HostInfo{Name: "reception-pc", OS: "Debian"},
			Technician: signaling.Person{ID: ines.ID, Name: "Technician " + ines.ID},
			Ticket:     w.store.All()[requested.SessionID].Ticket,
			Asked:      signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl),
			Allowed:    signaling.NewScopes(signaling.ScopeView), Path: signaling.PathDirect,
		}
		got := w.broker.Sessions()
		if len(got) != 2 || got[1].ID != second.SessionID || got[1].State != signaling.StateRequested || got[1].Allowed != nil || got[1].Path != "" {
			t.Fatalf("sessions %+v", got)
		}
		if diff := cmp.Diff(want, got[0]); diff != "" {
			t.Error(diff)
		}
		h.send(&signaling.Connected{Path: signaling.PathRelay})
		synctest.Wait()
		if got := w.broker.Sessions()[0]; got.Path != signaling.PathRelay {
			t.Errorf("path %q after it changed", got.Path)
		}
		h.send(&signaling.Disconnected{})
		synctest.Wait()
		if got := w.broker.Sessions()[0]; got.Path != "" || got.State != signaling.StateReconnecting {
			t.Errorf("path %q, state %q, while there is no connection", got.Path, got.State)
		}
	})
}

func TestAdministratorsEndSessions(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, requested := w.running()
		_, other, stays, _ := w.asked()
		waiting := w.waitingHost()
		for _, id := range []string{"", "s_unknown", waiting.registered.SessionID} {
			if w.broker.EndSession(id, "u_admin") {
				t.Errorf("ended %q", id)
			}
		}
		if !w.broker.EndSession(requested.SessionID, "u_admin") {
			t.Error("the session was not there")
		}
		h.expectEnd(signaling.EndRevoked)
		tech.expectEnd(signaling.EndRevoked)
		if got := w.broker.Sessions(); len(got) != 1 || got[0].ID != stays.SessionID {
			t.Errorf("sessions %+v", got)
		}
		if w.broker.EndSession(requested.SessionID, "u_admin") {
			t.Error("ended twice")
		}
		other.quiet()
		waiting.quiet()
	})
}
