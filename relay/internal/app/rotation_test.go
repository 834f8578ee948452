package app_test

import (
	"crypto/ed25519"
	"encoding/json"
	"errors"
	"net/http"
	"testing"
	"time"

	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// A key that the command makes reaches the hosts of a relay that runs, and its
// published set, within two seconds; nobody is disconnected.
func TestANewKeyIsTakenUp(t *testing.T) {
	dir := t.TempDir()
	r := start(t, settings(dir))
	b := newBrowser(t, dir)
	host, _ := b.dial(t, r, "/signal/host", "")
	public, _, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	say(t, host, &signaling.Register{Version: 1, Name: "reception-pc", SessionKey: grant.EncodeKey(public), Fingerprint: fingerprint})
	old := hear[*signaling.Registered](t, host, signaling.RelayToHost).Keys
	made, err := datadir.RotateGrantKey(dir, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	keys := hear[*signaling.Keys](t, host, signaling.RelayToHost).Keys
	if took := time.Since(began); took > 2*time.Second {
		t.Errorf("the host hears of it after %s", took)
	}
	if len(keys) != 2 || keys[0].ID != made.ID || keys[1] != old[0] {
		t.Errorf("keys %+v", keys)
	}
	var set grant.JWKSet
	response, err := b.client.Get(r.PublicURL().String() + "/.well-known/jwks.json")
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(json.NewDecoder(response.Body).Decode(&set), response.Body.Close())
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("status %d: %v", response.StatusCode, err)
	}
	want := grant.JWK{KeyType: "OKP", Curve: "Ed25519", Use: "sig", Algorithm: "EdDSA", ID: made.ID, X: keys[0].Key}
	if len(set.Keys) != 2 || set.Keys[0] != want {
		t.Errorf("published: %+v", set)
	}
	say(t, host, &signaling.Known{IDs: []string{keys[0].ID, keys[1].ID}})
}
