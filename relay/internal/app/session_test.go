package app_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// pair is a host and a technician in a session with control.
type pair struct {
	host, technician *websocket.Conn
	browser          *browser              // the technician's
	servers          []signaling.ICEServer // the technician's
}

// inSession signs in, and brings a host and a technician together.
func inSession(t *testing.T, r *relay, dir string) pair {
	t.Helper()
	p := pair{browser: newBrowser(t, dir)}
	p.browser.signIn(t, r)
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	p.host, _ = p.browser.dial(t, r, "/signal/host", "")
	say(t, p.host, &signaling.Register{
		Version: signaling.Version, Name: "reception-pc", SessionKey: base64.RawURLEncoding.EncodeToString(public), Fingerprint: fingerprint,
	})
	registered := hear[*signaling.Registered](t, p.host, signaling.RelayToHost)
	code := hear[*signaling.CodeIssued](t, p.host, signaling.RelayToHost)
	p.technician, _ = p.browser.dial(t, r, "/signal/technician", r.PublicURL().String())
	asked := signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
	say(t, p.technician, &signaling.Redeem{Version: signaling.Version, Code: code.Code, Ask: asked, Fingerprint: fingerprint})
	request := hear[*signaling.Request](t, p.host, signaling.RelayToHost)
	statement, err := grant.SignConsent(private, grant.Consent{
		Audience: registered.Issuer, Subject: request.Technician.ID, Name: request.Technician.Name, Organisation: request.Technician.Organisation,
		SessionID: registered.SessionID, RequestID: request.RequestID, Scopes: asked, Issued: time.Now(), Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	say(t, p.host, &signaling.Consent{Statement: statement})
	hear[*signaling.Connect](t, p.host, signaling.RelayToHost)
	granted := hear[*signaling.Granted](t, p.technician, signaling.RelayToTechnician)
	if !granted.Scopes.Has(signaling.ScopeControl) {
		t.Fatalf("granted %v", granted.Scopes)
	}
	p.servers = granted.ICEServers
	return p
}
