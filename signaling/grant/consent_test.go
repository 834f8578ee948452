package grant

import (
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/signaling"
)

func goodConsent() Consent {
	now := time.Now().Truncate(time.Second)
	return Consent{
		Audience: issuerName, Subject: "u_1", Name: "Ines Okafor", Organisation: "Example Help Desk",
		SessionID: "s_1", RequestID: "r_1", Scopes: signaling.NewScopes(signaling.ScopeView), Recorded: true,
		Issued: now, Expires: now.Add(ConsentLife),
	}
}

func TestConsentRoundTrip(t *testing.T) {
	key := newKey(t)
	statement, err := SignConsent(key, goodConsent())
	if err != nil {
		t.Fatal(err)
	}
	got, err := VerifyConsent(statement, key.Public().(ed25519.PublicKey), issuerName, "s_1")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(goodConsent(), got, cmpopts.IgnoreFields(Consent{}, "ID")); diff != "" {
		t.Error(diff)
	}
	if got.ID == "" {
		t.Error("no id")
	}
}

func TestForgedConsentsAreRefused(t *testing.T) {
	key := newKey(t)
	cases := map[string]func(*Consent) ed25519.PrivateKey{
		"another key":          func(*Consent) ed25519.PrivateKey { return newKey(t) },
		"another relay":        func(c *Consent) ed25519.PrivateKey { c.Audience = "https://evil.example"; return key },
		"another session":      func(c *Consent) ed25519.PrivateKey { c.SessionID = "s_2"; return key },
		"nobody":               func(c *Consent) ed25519.PrivateKey { c.Subject = ""; return key },
		"nothing":              func(c *Consent) ed25519.PrivateKey { c.Scopes = nil; return key },
		"control without view": func(c *Consent) ed25519.PrivateKey { c.Scopes = signaling.Scopes{"control"}; return key },
		"an unknown scope":     func(c *Consent) ed25519.PrivateKey { c.Scopes = signaling.Scopes{"root"}; return key },
		"too long":             func(c *Consent) ed25519.PrivateKey { c.Expires = c.Issued.Add(2 * ConsentLife); return key },
		"over":                 func(c *Consent) ed25519.PrivateKey { c.Expires = c.Issued.Add(-time.Hour); return key },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			c := goodConsent()
			statement, err := SignConsent(change(&c), c)
			if err != nil {
				t.Fatal(err)
			}
			if _, err := VerifyConsent(statement, key.Public().(ed25519.PublicKey), issuerName, "s_1"); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A grant is no consent, even when one key signs both.
func TestGrantIsNoConsent(t *testing.T) {
	key := newKey(t)
	token := goodToken(key)
	token.claims["iss"], token.claims["aud"] = hostName, issuerName
	delete(token.header, "kid")
	_, err := VerifyConsent(token.sign(t), key.Public().(ed25519.PublicKey), issuerName, "s_1")
	if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), "type") {
		t.Errorf("got %v", err)
	}
}
