package grant

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

const issuerName = "https://help.example"

var want = Expect{SessionID: "s_1", Subject: "u_1", Fingerprint: "sha-256 AA"}

func newKey(t testing.TB) ed25519.PrivateKey {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newPair(t testing.TB) (*Issuer, *Verifier, ed25519.PrivateKey) {
	t.Helper()
	key := newKey(t)
	issuer, err := NewIssuer(key, issuerName)
	if err != nil {
		t.Fatal(err)
	}
	verifier, err := NewVerifier(issuer.Name(), issuer.Keys())
	if err != nil {
		t.Fatal(err)
	}
	return issuer, verifier, key
}

func TestGrantRoundTrip(t *testing.T) {
	issuer, verifier, _ := newPair(t)
	scopes := signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
	token, issued, err := issuer.Issue(Grant{Subject: "u_1", SessionID: "s_1", Scopes: scopes, Fingerprint: "sha-256 AA"})
	if err != nil {
		t.Fatal(err)
	}
	got, err := verifier.Verify(token, want)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(issued, got); diff != "" {
		t.Errorf("issued and verified differ:\n%s", diff)
	}
	if life := time.Until(got.Expires); life > Life || life < Life-5*time.Second {
		t.Errorf("lives %s, want %s", life, Life)
	}
}

func TestGrantIsRefusedForAnother(t *testing.T) {
	issuer, verifier, _ := newPair(t)
	token, _, err := issuer.Issue(Grant{
		Subject: "u_1", SessionID: "s_1", Scopes: signaling.NewScopes(signaling.ScopeView), Fingerprint: "sha-256 AA",
	})
	if err != nil {
		t.Fatal(err)
	}
	for about, w := range map[string]Expect{
		"another session":     {SessionID: "s_2", Subject: "u_1", Fingerprint: "sha-256 AA"},
		"another technician":  {SessionID: "s_1", Subject: "u_2", Fingerprint: "sha-256 AA"},
		"another certificate": {SessionID: "s_1", Subject: "u_1", Fingerprint: "sha-256 BB"},
	} {
		_, err := verifier.Verify(token, w)
		if !errors.Is(err, ErrInvalid) || !strings.Contains(err.Error(), about) {
			t.Errorf("%s: got %v", about, err)
		}
	}
}

// token is a JWT whose every part a test can change.
type token struct {
	method jwt.SigningMethod
	key    any
	header map[string]any
	claims jwt.MapClaims
}

func goodToken(key ed25519.PrivateKey) *token {
	now := time.Now()
	return &token{
		method: jwt.SigningMethodEdDSA, key: key,
		header: map[string]any{"typ": grantType, "kid": KeyID(key.Public().(ed25519.PublicKey))},
		claims: jwt.MapClaims{
			"iss": issuerName, "aud": hostName, "sub": "u_1", "sid": "s_1", "role": roleTechnician,
			"scope": []string{"view"}, "cnf": map[string]string{"fingerprint": "sha-256 AA"},
			"iat": now.Unix(), "exp": now.Add(time.Minute).Unix(), "jti": "1",
		},
	}
}

func (s *token) sign(t *testing.T) string {
	t.Helper()
	j := jwt.NewWithClaims(s.method, s.claims)
	maps.Copy(j.Header, s.header)
	signed, err := j.SignedString(s.key)
	if err != nil {
		t.Fatal(err)
	}
	return signed
}

func TestGoodTokenIsGood(t *testing.T) {
	_, verifier, key := newPair(t)
	if _, err := verifier.Verify(goodToken(key).sign(t), want); err != nil {
		t.Error(err)
	}
}

// The matrix of THREATS.md, row 18. Each case changes one thing of a good token.
func TestForgedGrantsAreRefused(t *testing.T) {
	_, verifier, key := newPair(t)
	public := key.Public().(ed25519.PublicKey)
	rsaKey, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	hour := time.Hour
	other := newKey(t)
	otherPublic := other.Public().(ed25519.PublicKey)
	embedded := map[string]string{"kty": "OKP", "crv": "Ed25519", "kid": KeyID(otherPublic), "x": EncodeKey(otherPublic)}
	cases := map[string]func(*token){
		"none":                 func(s *token) { s.method, s.key = jwt.SigningMethodNone, jwt.UnsafeAllowNoneSignatureType },
		"HS256, public key":    func(s *token) { s.method, s.key = jwt.SigningMethodHS256, []byte(public) },
		"HS512":                func(s *token) { s.method, s.key = jwt.SigningMethodHS512, []byte("secret") },
		"HS256, key as sent":   func(s *token) { s.method, s.key = jwt.SigningMethodHS256, []byte(EncodeKey(public)) },
		"HS512, public key":    func(s *token) { s.method, s.key = jwt.SigningMethodHS512, []byte(public) },
		"ES256 named":          func(s *token) { s.header["alg"] = "ES256" },
		"kid a list":           func(s *token) { s.header["kid"] = []string{KeyID(public)} },
		"kid empty":            func(s *token) { s.header["kid"] = "" },
		"own key embedded":     func(s *token) { s.key = other; s.header["jwk"] = embedded },
		"own key, kid too":     func(s *token) { s.key, s.header["jwk"], s.header["kid"] = other, embedded, embedded["kid"] },
		"key at an address":    func(s *token) { s.key = other; s.header["jku"] = "https://evil.example/jwks.json" },
		"certificate embedded": func(s *token) { s.key = other; s.header["x5c"] = []string{"MIIB"} },
		"expiry a word":        func(s *token) { s.claims["exp"] = "never" },
		"RS256":                func(s *token) { s.method, s.key = jwt.SigningMethodRS256, rsaKey },
		"another key":          func(s *token) { s.key = newKey(t) },
		"unknown kid":          func(s *token) { s.header["kid"] = "k2" },
		"no kid":               func(s *token) { delete(s.header, "kid") },
		"kid a path":           func(s *token) { s.header["kid"] = "../../dev/null" },
		"kid a query":          func(s *token) { s.header["kid"] = "' or 1=1 --" },
		"huge kid":             func(s *token) { s.header["kid"] = strings.Repeat("k", 1<<20) },
		"kid a number":         func(s *token) { s.header["kid"] = 7 },
		"type JWT":             func(s *token) { s.header["typ"] = "JWT" },
		"type of a consent":    func(s *token) { s.header["typ"] = consentType },
		"no expiry":            func(s *token) { delete(s.claims, "exp") },
		"expired":              func(s *token) { s.claims["exp"] = time.Now().Add(-2 * Leeway).Unix() },
		"for ten years":        func(s *token) { s.claims["exp"] = time.Now().AddDate(10, 0, 0).Unix() },
		"issued in the future": func(s *token) { s.claims["iat"] = time.Now().Add(hour).Unix() },
		"not before an hour":   func(s *token) { s.claims["nbf"] = time.Now().Add(hour).Unix() },
		"no time of issue":     func(s *token) { delete(s.claims, "iat") },
		"another issuer":       func(s *token) { s.claims["iss"] = "https://evil.example" },
		"no issuer":            func(s *token) { delete(s.claims, "iss") },
		"another audience":     func(s *token) { s.claims["aud"] = "lendhand-relay" },
		"no audience":          func(s *token) { delete(s.claims, "aud") },
		"no id":                func(s *token) { delete(s.claims, "jti") },
		"no subject":           func(s *token) { delete(s.claims, "sub") },
		"no session":           func(s *token) { delete(s.claims, "sid") },
		"no certificate":       func(s *token) { delete(s.claims, "cnf") },
		"role auditor":         func(s *token) { s.claims["role"] = "auditor" },
		"no scope":             func(s *token) { delete(s.claims, "scope") },
		"control without view": func(s *token) { s.claims["scope"] = []string{"control"} },
		"scope a string":       func(s *token) { s.claims["scope"] = "view" },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			s := goodToken(key)
			change(s)
			if g, err := verifier.Verify(s.sign(t), want); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %+v, %v", g, err)
			}
		})
	}
	for name, text := range map[string]string{
		"empty": "", "dots": strings.Repeat(".", 1<<20), "two parts": "a.b", "padding": goodToken(key).sign(t) + "=",
	} {
		t.Run(name, func(t *testing.T) {
			if _, err := verifier.Verify(text, want); !errors.Is(err, ErrInvalid) {
				t.Errorf("got %v", err)
			}
		})
	}
}

// A claim that stands twice is read the way it counts last, by this reader alone: it
// must be signed all the same, and the last one must fit.
func TestClaimsThatStandTwice(t *testing.T) {
	_, verifier, key := newPair(t)
	kid := KeyID(key.Public().(ed25519.PublicKey))
	encode := base64.RawURLEncoding.EncodeToString
	now := time.Now()
	good := fmt.Sprintf(`"iss":%q,"aud":%q,"sub":"u_1","sid":"s_1","role":"technician","scope":["view"],"cnf":{"fingerprint":"sha-256 AA"},"iat":%d,"exp":%d,"jti":"1"`,
		issuerName, hostName, now.Unix(), now.Add(time.Minute).Unix())
	for name, claims := range map[string]string{
		"another session last":  "{" + good + `,"sid":"s_2"}`,
		"another audience last": "{" + good + `,"aud":"lendhand-relay"}`,
		"no expiry last":        "{" + good + `,"exp":null}`,
		"another person last":   "{" + good + `,"sub":"u_2"}`,
	} {
		signed := encode([]byte(fmt.Sprintf(`{"alg":"EdDSA","typ":%q,"kid":%q}`, grantType, kid))) + "." + encode([]byte(claims))
		token := signed + "." + encode(ed25519.Sign(key, []byte(signed)))
		if g, err := verifier.Verify(token, want); !errors.Is(err, ErrInvalid) {
			t.Errorf("%s: %+v, %v", name, g, err)
		}
	}
	header := encode([]byte(fmt.Sprintf(`{"alg":"none","alg":"EdDSA","typ":%q,"kid":%q}`, grantType, kid)))
	unsigned := header + "." + encode([]byte("{"+good+"}")) + "."
	if _, err := verifier.Verify(unsigned, want); !errors.Is(err, ErrInvalid) {
		t.Errorf("an unsigned one with two algorithms: %v", err)
	}
}

// Keys rotate: the newest one that a host knows signs.
func TestIssueForAHost(t *testing.T) {
	issuer, old, first := newPair(t)
	second := newKey(t)
	if err := issuer.Rotate(second, first); err != nil {
		t.Fatal(err)
	}
	both, err := NewVerifier(issuerName, issuer.Keys())
	if err != nil {
		t.Fatal(err)
	}
	g := Grant{Subject: "u_1", SessionID: "s_1", Scopes: signaling.NewScopes("view"), Fingerprint: "sha-256 AA"}
	firstID, secondID := issuer.Keys()[1].ID, issuer.Keys()[0].ID
	for _, c := range []struct {
		known      []string
		old, newer bool
	}{{[]string{firstID}, true, true}, {[]string{firstID, secondID}, false, true}, {[]string{secondID}, false, true}} {
		token, _, err := issuer.IssueFor(g, c.known)
		if err != nil {
			t.Fatal(err)
		}
		_, oldErr := old.Verify(token, want)
		_, newErr := both.Verify(token, want)
		if (oldErr == nil) != c.old || (newErr == nil) != c.newer {
			t.Errorf("known %v: %v, %v", c.known, oldErr, newErr)
		}
	}
	if _, _, err := issuer.IssueFor(g, []string{"k_other"}); !errors.Is(err, ErrNoKey) {
		t.Errorf("for a host that knows none: %v", err)
	}
	if issuer.Rotate() == nil || issuer.Rotate(make([]ed25519.PrivateKey, MaxKeys+1)...) == nil || issuer.Rotate(nil) == nil {
		t.Error("no keys, too many, or what is none was accepted")
	}
}

// Clocks that differ by less than the leeway do not matter.
func TestGrantToleratesSkew(t *testing.T) {
	issuer, verifier, _ := newPair(t)
	tests := []struct {
		skew time.Duration
		good bool
	}{
		{-10 * time.Minute, false}, {-50 * time.Second, true}, {0, true}, {50 * time.Second, true},
		{Life + 50*time.Second, true}, {Life + 2*Leeway, false},
	}
	token, _, err := issuer.Issue(Grant{Subject: "u_1", SessionID: "s_1", Scopes: signaling.NewScopes("view"), Fingerprint: "sha-256 AA"})
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range tests {
		verifier.now = func() time.Time { return time.Now().Add(tt.skew) }
		if _, err := verifier.Verify(token, want); (err == nil) != tt.good {
			t.Errorf("skew %s: %v", tt.skew, err)
		}
	}
}

func TestScopesNobodyKnowsAreLeftOut(t *testing.T) {
	_, verifier, key := newPair(t)
	s := goodToken(key)
	s.claims["scope"] = []string{"root", "view"}
	g, err := verifier.Verify(s.sign(t), want)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(g.Scopes, signaling.Scopes{signaling.ScopeView}) {
		t.Errorf("scopes %q", g.Scopes)
	}
}

func FuzzVerify(f *testing.F) {
	seed := make([]byte, ed25519.SeedSize)
	key := ed25519.NewKeyFromSeed(seed)
	verifier, err := NewVerifier(issuerName, []signaling.GrantKey{{ID: "k", Key: EncodeKey(key.Public().(ed25519.PublicKey))}})
	if err != nil {
		f.Fatal(err)
	}
	f.Add("a.b.c")
	f.Add("eyJhbGciOiJFZERTQSIsImtpZCI6ImsiLCJ0eXAiOiJsZW5kaGFuZC1ncmFudCtqd3QifQ.e30.c2ln")
	f.Fuzz(func(t *testing.T, token string) {
		if g, err := verifier.Verify(token, want); err == nil {
			t.Fatalf("believed %q: %+v", token, g)
		}
	})
}

func BenchmarkIssue(b *testing.B) {
	issuer, _, _ := newPair(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := issuer.Issue(Grant{Subject: "u_1", SessionID: "s_1", Scopes: signaling.AllScopes(), Fingerprint: "sha-256 AA"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkVerify(b *testing.B) {
	issuer, verifier, _ := newPair(b)
	token, _, err := issuer.Issue(Grant{Subject: "u_1", SessionID: "s_1", Scopes: signaling.AllScopes(), Fingerprint: "sha-256 AA"})
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if _, err := verifier.Verify(token, want); err != nil {
			b.Fatal(err)
		}
	}
}
