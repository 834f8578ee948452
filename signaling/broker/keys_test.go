package broker_test

import (
	"crypto/ed25519"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// rotate gives the broker a new key, and keeps so many of those before.
func (w *world) rotate(keep int) {
	w.t.Helper()
	_, fresh, err := ed25519.GenerateKey(nil)
	if err != nil {
		w.t.Fatal(err)
	}
	w.keys = append([]ed25519.PrivateKey{fresh}, w.keys[:min(keep, len(w.keys))]...)
	if err := w.grants.Rotate(w.keys...); err != nil {
		w.t.Fatal(err)
	}
	w.broker.KeysChanged()
	synctest.Wait()
}

func ids(keys []signaling.GrantKey) (list []string) {
	for _, k := range keys {
		list = append(list, k.ID)
	}
	return list
}

// hears has the host take new keys, and say so.
func (h *hostSide) hears(m *signaling.Keys) {
	h.registered.Keys = m.Keys
	h.send(&signaling.Known{IDs: ids(m.Keys)})
	synctest.Wait()
}

// checks has the host check a grant with the keys that it knows.
func (h *hostSide) checks(token string) error {
	h.t.Helper()
	v, err := grant.NewVerifier(issuerName, h.registered.Keys)
	if err != nil {
		h.t.Fatal(err)
	}
	_, err = v.Verify(token, grant.Expect{SessionID: h.registered.SessionID, Subject: ines.ID, Fingerprint: techPrint})
	return err
}

// Whatever happens to the keys while sessions run, every grant is signed with a key
// that its host knows, and no session ends.
func TestRotationUnderLoad(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		type pair struct {
			host *hostSide
			tech *side
		}
		var pairs []pair
		for range 20 {
			h, tech, _ := w.running()
			pairs = append(pairs, pair{h, tech})
		}
		for round := range 6 {
			w.rotate(round + 1)
			for i, p := range pairs {
				keys := expect[*signaling.Keys](p.host.side)
				if (i+round)%3 > 0 { // the others go on with what they know
					p.host.hears(keys)
				}
			}
			time.Sleep(grant.Life / 2) // grants are renewed
			synctest.Wait()
			for _, p := range pairs {
				for len(p.tech.in) > 0 {
					if g, ok := (<-p.tech.in).(*signaling.Granted); ok {
						if err := p.host.checks(g.Grant); err != nil {
							t.Fatalf("round %d: %v", round, err)
						}
					}
				}
				for len(p.host.in) > 0 {
					if m := <-p.host.in; signaling.TypeOf(m) == "ended" {
						t.Fatalf("round %d: a session ended: %+v", round, m)
					}
				}
			}
		}
		if n := w.broker.Counts().Running; n != len(pairs) {
			t.Errorf("%d of %d sessions run on", n, len(pairs))
		}
	})
}

// A host that has not said that it knows the new key gets grants of the old one; one
// that was away hears of it when it comes back.
func TestGrantsAreSignedForTheHost(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, requested := w.running()
		w.rotate(1)
		keys := expect[*signaling.Keys](h.side)
		time.Sleep(turnLife)
		expect[*signaling.Connect](h.side)
		if err := h.checks(expect[*signaling.Granted](tech).Grant); err != nil {
			t.Errorf("before the host knows the new key: %v", err)
		}
		h.drop()
		back := w.dialHost()
		back.send(&signaling.Resume{Version: signaling.Version, SessionID: requested.SessionID, Token: h.registered.Token})
		expect[*signaling.Resumed](back)
		if again := expect[*signaling.Keys](back); !slices.Equal(ids(again.Keys), ids(keys.Keys)) {
			t.Errorf("told of %v, want %v", ids(again.Keys), ids(keys.Keys))
		}
		expect[*signaling.Connect](back)
		h.side = back
		h.hears(keys)
		w.rotate(0) // the old ones are gone at once: no grant until the host knows
		late := expect[*signaling.Keys](back)
		time.Sleep(turnLife)
		expect[*signaling.Connect](back)
		for len(tech.in) > 0 {
			if g, ok := (<-tech.in).(*signaling.Granted); ok && h.checks(g.Grant) != nil {
				t.Error("a grant that the host cannot check")
			}
		}
		h.hears(late)
		if err := h.checks(expect[*signaling.Granted](tech).Grant); err != nil {
			t.Errorf("after the host knows: %v", err)
		}
	})
}
