package grant

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// signRaw signs whatever header and claims say, as the holder of the key could. NOW
// and SOON stand for times that are good.
func signRaw(key ed25519.PrivateKey, header, claims string, now time.Time) string {
	times := strings.NewReplacer("NOW", strconv.FormatInt(now.Unix(), 10), "SOON", strconv.FormatInt(now.Unix()+60, 10))
	text := base64.RawURLEncoding.EncodeToString([]byte(header)) + "." +
		base64.RawURLEncoding.EncodeToString([]byte(times.Replace(claims)))
	return text + "." + base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, []byte(text)))
}

// fuzzKey is the same in every process of a fuzzer.
func fuzzKey() ed25519.PrivateKey { return ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)) }

// headerOf reads a header that was believed.
func headerOf(t *testing.T, header string) map[string]any {
	t.Helper()
	var h map[string]any
	if err := json.Unmarshal([]byte(header), &h); err != nil {
		t.Fatalf("believed the header %q: %v", header, err)
	}
	return h
}

// A signature alone makes no grant: whatever the holder of the key signs, what is
// believed is for this session, technician and certificate, and for minutes.
func FuzzSignedGrant(f *testing.F) {
	key := fuzzKey()
	verifier, err := NewVerifier(issuerName, []signaling.GrantKey{{ID: "k", Key: EncodeKey(key.Public().(ed25519.PublicKey))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Fuzz(func(t *testing.T, header, claims string) {
		now := time.Now()
		g, err := verifier.Verify(signRaw(key, header, claims, now), want)
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		h := headerOf(t, header)
		if h["alg"] != "EdDSA" || h["typ"] != grantType || h["kid"] != "k" {
			t.Errorf("believed the header %q", header)
		}
		if g.SessionID != want.SessionID || g.Subject != want.Subject || g.Fingerprint != want.Fingerprint || g.ID == "" {
			t.Errorf("believed %q: %+v", claims, g)
		}
		checkLife(t, g.Expires, now, Life)
		checkScopes(t, g.Scopes)
	})
}

func checkLife(t *testing.T, expires, now time.Time, most time.Duration) {
	t.Helper()
	if left := expires.Sub(now); left < -2*Leeway || left > most+2*Leeway {
		t.Errorf("believed for %s", left)
	}
}

func checkScopes(t *testing.T, scopes signaling.Scopes) {
	t.Helper()
	if !scopes.Has(signaling.ScopeView) || !scopes.Within(signaling.AllScopes()) || len(slices.Compact(slices.Sorted(slices.Values(scopes)))) != len(scopes) {
		t.Errorf("scopes %q", scopes)
	}
}

// The same for the person's consent, which a host signs with a key of its own.
func FuzzSignedConsent(f *testing.F) {
	key := fuzzKey()
	f.Fuzz(func(t *testing.T, header, claims string) {
		now := time.Now()
		c, err := VerifyConsent(signRaw(key, header, claims, now), key.Public().(ed25519.PublicKey), issuerName, "s_1")
		if err != nil {
			if !errors.Is(err, ErrInvalid) {
				t.Fatalf("refused with %v", err)
			}
			return
		}
		h := headerOf(t, header)
		if kid, named := h["kid"].(string); h["alg"] != "EdDSA" || h["typ"] != consentType || named && kid != "" {
			t.Errorf("believed the header %q", header)
		}
		if c.SessionID != "s_1" || c.Audience != issuerName || c.Subject == "" || c.ID == "" {
			t.Errorf("believed %q: %+v", claims, c)
		}
		if c.Expires.Sub(c.Issued) > ConsentLife {
			t.Errorf("believed for %s", c.Expires.Sub(c.Issued))
		}
		checkLife(t, c.Expires, now, ConsentLife)
		checkScopes(t, c.Scopes)
	})
}
