// Package openidtest has an OpenID Connect provider for tests, in the same process.
package openidtest

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// The client that the issuer knows.
const (
	ClientID = "relay"
	Secret   = "a secret of the client"
)

// Issuer is one provider. Tests change its fields between sign-ins.
type Issuer struct {
	*httptest.Server
	// Claims go into the next ID token, over the right ones.
	Claims map[string]any
	// UserInfo is what the provider says beside the token, nil: nothing.
	UserInfo map[string]any
	// Key signs the token; it is the right one unless a test says otherwise.
	Key ed25519.PrivateKey

	mu    sync.Mutex
	known ed25519.PublicKey
	asked map[string]url.Values // by code
}

// New starts an issuer until the test ends.
func New(t testing.TB) *Issuer {
	t.Helper()
	public, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	i := &Issuer{Key: key, known: public, asked: make(map[string]url.Values), Claims: map[string]any{}}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /.well-known/openid-configuration", i.configuration)
	mux.HandleFunc("GET /keys", i.keys)
	mux.HandleFunc("POST /token", i.token)
	mux.HandleFunc("GET /userinfo", i.userInfo)
	i.Server = httptest.NewTLSServer(mux)
	t.Cleanup(i.Close)
	return i
}

// SignIn is what a browser does that is sent to the address: the person signs in, and
// it comes back with these values.
func (i *Issuer) SignIn(t testing.TB, address string) url.Values {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil || u.Path != "/authorize" {
		t.Fatalf("the browser was sent to %q, %v", address, err)
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	code := rand.Text()
	i.asked[code] = u.Query()
	return url.Values{"code": {code}, "state": {u.Query().Get("state")}, "iss": {i.URL}}
}

func (i *Issuer) configuration(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{
		"issuer": i.URL, "authorization_endpoint": i.URL + "/authorize", "token_endpoint": i.URL + "/token",
		"jwks_uri": i.URL + "/keys", "userinfo_endpoint": i.URL + "/userinfo",
		"id_token_signing_alg_values_supported": []string{"EdDSA"}, "scopes_supported": []string{"openid", "groups"},
	})
}

func (i *Issuer) keys(w http.ResponseWriter, _ *http.Request) {
	reply(w, map[string]any{"keys": []any{map[string]any{
		"kty": "OKP", "crv": "Ed25519", "alg": "EdDSA", "use": "sig", "kid": "1", "x": base64.RawURLEncoding.EncodeToString(i.known),
	}}})
}

// token gives a code's ID token, once, to the client that asked, if it has the proof
// key.
func (i *Issuer) token(w http.ResponseWriter, r *http.Request) {
	i.mu.Lock()
	asked, ok := i.asked[r.FormValue("code")]
	delete(i.asked, r.FormValue("code"))
	i.mu.Unlock()
	id, secret, _ := r.BasicAuth()
	proof := sha256.Sum256([]byte(r.FormValue("code_verifier")))
	client, _ := url.QueryUnescape(secret)
	if !ok || id != ClientID || client != Secret || r.FormValue("redirect_uri") != asked.Get("redirect_uri") ||
		base64.RawURLEncoding.EncodeToString(proof[:]) != asked.Get("code_challenge") || asked.Get("code_challenge_method") != "S256" {
		w.WriteHeader(http.StatusBadRequest)
		reply(w, map[string]any{"error": "invalid_grant"})
		return
	}
	claims := jwt.MapClaims{
		"iss": i.URL, "aud": ClientID, "sub": "1", "nonce": asked.Get("nonce"),
		"iat": time.Now().Unix(), "exp": time.Now().Add(time.Minute).Unix(),
	}
	for name, value := range i.Claims {
		claims[name] = value
	}
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["kid"] = "1"
	signed, err := token.SignedString(i.Key)
	if err != nil {
		w.WriteHeader(http.StatusInternalServerError)
		return
	}
	reply(w, map[string]any{"access_token": "a", "token_type": "Bearer", "id_token": signed})
}

func (i *Issuer) userInfo(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Authorization") != "Bearer a" {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	info := i.UserInfo
	if info == nil {
		info = map[string]any{"sub": "1"}
	}
	reply(w, info)
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v) // what can fail is the connection
}
