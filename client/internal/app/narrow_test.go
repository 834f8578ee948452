package app

import (
	"context"
	"log/slog"
	"math/rand/v2"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/sigclient"
)

// For what is asked, what the organisation allows, what the person says, and what
// their machine allows, in any combination: what a technician may do in the end is
// within each, through the real broker, grant, and gate. The other roles get as far
// as the route table and the verifier of grants, which have tests of their own.
func TestGrantsOnlyNarrow(t *testing.T) {
	w := newWorld(t)
	var policy atomic.Pointer[broker.Limits]
	b, err := broker.New(t.Context(), broker.Config{
		Store: w.store, Grants: w.issuer, Turn: noTurn{}, CodeKey: make([]byte, 32), Log: slog.New(slog.DiscardHandler),
		Limits: func(string) broker.Limits { return *policy.Load() },
	})
	if err != nil {
		t.Fatal(err)
	}
	w.broker.Swap(b).Close()
	for range 150 {
		asked, allows, says, own := someSet(), someSet(), someSet(), someSet()
		policy.Store(&broker.Limits{Scopes: allows, Longest: time.Hour, VerifyWords: rand.IntN(3) == 0})
		h := w.waiting(Limits{Scopes: own})
		now, grantable := h.effective(asked, says)
		for _, limit := range []signaling.Scopes{asked, allows, says, own} {
			if !now.Within(limit) {
				t.Fatalf("asked %v, policy %v, person %v, machine %v: allowed %v", asked, allows, says, own, now)
			}
		}
		if !grantable.Within(asked) || !grantable.Within(allows) || !grantable.Within(own) {
			t.Fatalf("asked %v, policy %v, machine %v: grantable %v", asked, allows, own, grantable)
		}
		if all := asked.Narrow(allows).Narrow(says).Narrow(own).Narrow(w.app.config.able()); !policy.Load().VerifyWords && !all.Within(now) {
			t.Fatalf("%v is allowed by everybody, and not in force: %v", all, now)
		}
		// What the organisation takes away later reaches the host by itself.
		less := someSet()
		policy.Store(&broker.Limits{Scopes: less})
		b.LimitsChanged()
		eventually(t, "the host knows the new limits", func() bool {
			now, _ := h.session.gate.Permissions()
			return now.Within(less)
		})
		h.end()
	}
}

// waitingHost is a session of the real host, with the real relay.
type waitingHost struct {
	w       *world
	session *session
	person  *person
	stop    context.CancelFunc
	ended   chan struct{}
}

func (w *world) waiting(own Limits) *waitingHost {
	w.t.Helper()
	me, err := newSelf()
	if err != nil {
		w.t.Fatal(err)
	}
	client, err := sigclient.New(sigclient.Config{
		URL: strings.Replace(w.server.URL, "https", "wss", 1) + "/signal/host", TLS: w.trust(),
		Incoming: signaling.RelayToHost, Lost: signaling.EndHostLost,
		First: func() signaling.Message { return me.register() },
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, stop := context.WithCancel(context.Background())
	h := &waitingHost{w: w, person: newPerson(), stop: stop, ended: make(chan struct{})}
	events, err := ui.OpenEvents("")
	if err != nil {
		w.t.Fatal(err)
	}
	config := w.app.config
	config.UI, config.Events, config.Limits = h.person, events, own
	connected := make(chan struct{})
	go func() {
		defer close(connected)
		_ = client.Run(ctx) // ends with ctx
	}()
	registered, ok := receive(w.t, "registration", client.Messages()).(*signaling.Registered)
	if !ok {
		w.t.Fatal("not registered")
	}
	if h.session, err = newSession(&config, nil, client, newMemory(""), me, registered); err != nil {
		w.t.Fatal(err)
	}
	go func() {
		defer close(h.ended)
		h.session.run(ctx)
		stop()
		<-connected
	}()
	return h
}

// effective has a technician ask and the person answer, hands the grant to the host,
// and returns what holds then.
func (h *waitingHost) effective(asked, says signaling.Scopes) (now, grantable signaling.Scopes) {
	h.w.t.Helper()
	tech := h.w.newTechnician()
	tech.send(&signaling.Redeem{
		Version: signaling.Version, Code: string(receive(h.w.t, "code", h.person.codes)), Ask: asked, Fingerprint: tech.Fingerprint,
	})
	receive(h.w.t, "request", h.person.requests)
	h.person.answers <- says
	granted := fromRelay[*signaling.Granted](tech)
	taken := make(chan error, 1)
	h.session.mail <- func() {
		h.session.gate.Return()
		taken <- h.session.takeGrant(granted.Grant, tech.Fingerprint)
	}
	if err := receive(h.w.t, "grant", taken); err != nil {
		h.w.t.Fatal(err)
	}
	return h.session.gate.Permissions()
}

func (h *waitingHost) end() {
	h.w.t.Helper()
	h.stop()
	<-h.ended
}
