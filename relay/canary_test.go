package main

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base32"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/relay/internal/account/accounttest"
	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/jsonlog"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// locked is a buffer that many write to.
type locked struct {
	mu  sync.Mutex
	buf bytes.Buffer // guarded by mu
}

func (l *locked) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.buf.Write(p)
}

// stage is a relay that runs, with a browser in front of it, and what was secret.
type stage struct {
	dir     string
	relay   *app.App
	log     locked
	tls     *tls.Config
	browser *http.Client
	secrets map[string]string // by what they are
	// shared is the secret that an authenticator program has too: the one that the
	// database must hold as it is.
	shared []byte
}

func newStage(t *testing.T) *stage {
	t.Helper()
	s := &stage{dir: t.TempDir(), secrets: map[string]string{
		"password": "canary-of-the-password", "wrong password": "canary-wrong-password", "new password": "canary-of-a-new-password",
		"password in place of the name": "canary-typed-as-a-name",
	}}
	if code, _, errs := call(t, s.secrets["password"]+"\n", "user", "--data", s.dir, "add", "ines", "--role", "technician"); code != 0 {
		t.Fatal(errs)
	}
	var err error
	s.relay, err = app.Open(t.Context(), app.Config{
		Relay:  config.Relay{Data: s.dir, Listen: "127.0.0.1:0", TLS: config.TLSSelfSigned, Organisation: "Example Help Desk", HostsPerAddress: 8},
		Viewer: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, Version: "v1",
		Log: jsonlog.New(&s.log, slog.LevelDebug),
	})
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(filepath.Join(s.dir, app.CAFile))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	trusted.AppendCertsFromPEM(ca)
	s.tls = &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	s.browser = &http.Client{Transport: &http.Transport{TLSClientConfig: s.tls}, Jar: jar}
	return s
}

// run runs the relay while do does what people do.
func (s *stage) run(t *testing.T, do func()) {
	t.Helper()
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- s.relay.Run(ctx) }()
	do()
	s.browser.CloseIdleConnections()
	stop()
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// post sends JSON and returns the answer, whose cookies it notes as secrets.
func (s *stage) post(t *testing.T, path string, body map[string]string, want int) []byte {
	t.Helper()
	text, err := json.Marshal(body)
	if err != nil {
		t.Fatal(err)
	}
	resp, err := s.browser.Post(s.relay.PublicURL().String()+path, "application/json", bytes.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }() // read
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != want {
		t.Fatalf("%s: %s, %v: %s", path, resp.Status, err, answer)
	}
	for _, c := range resp.Cookies() {
		if c.Value != "" {
			s.secrets[fmt.Sprintf("%s of answer %d, to %s", c.Name, len(s.secrets), path)] = c.Value
		}
	}
	return answer
}

func (s *stage) dial(t *testing.T, path string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: s.tls, Jar: s.browser.Jar, HandshakeTimeout: 5 * time.Second}
	ws, _, err := dialer.DialContext(t.Context(), "wss://"+s.relay.PublicURL().Host+path, http.Header{"Origin": {s.relay.PublicURL().String()}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func say(t *testing.T, ws *websocket.Conn, m signaling.Message) {
	t.Helper()
	data, err := signaling.Encode(m)
	if err == nil {
		err = ws.WriteMessage(websocket.TextMessage, data)
	}
	if err != nil {
		t.Fatal(err)
	}
}

// hear reads messages until one is an M.
func hear[M signaling.Message](t *testing.T, ws *websocket.Conn, set *signaling.Set) M {
	t.Helper()
	if err := ws.SetReadDeadline(time.Now().Add(10 * time.Second)); err != nil {
		t.Fatal(err)
	}
	for {
		_, data, err := ws.ReadMessage()
		if err != nil {
			t.Fatalf("wait for a %T: %v", *new(M), err)
		}
		m, err := set.Decode(data)
		if err != nil {
			t.Fatal(err)
		}
		if wanted, ok := m.(M); ok {
			return wanted
		}
	}
}

const (
	fingerprint = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1"
	ticket      = "ticket-that-is-found"
)

// signIn signs in after two mistakes.
func (s *stage) signIn(t *testing.T) {
	s.post(t, "/api/sign-in", map[string]string{"name": "ines", "password": s.secrets["wrong password"]}, http.StatusUnauthorized)
	s.post(t, "/api/sign-in", map[string]string{"name": s.secrets["password in place of the name"], "password": "x"}, http.StatusUnauthorized)
	s.post(t, "/api/sign-in", map[string]string{"name": "ines", "password": s.secrets["password"]}, http.StatusOK)
}

// session arranges a session after a wrong code.
func (s *stage) session(t *testing.T) {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	host := s.dial(t, "/signal/host")
	say(t, host, &signaling.Register{
		Version: 1, Name: "reception-pc", SessionKey: base64.RawURLEncoding.EncodeToString(public), Fingerprint: fingerprint,
	})
	registered := hear[*signaling.Registered](t, host, signaling.RelayToHost)
	code := hear[*signaling.CodeIssued](t, host, signaling.RelayToHost).Code
	wrong := code[:8] + string('0'+('9'-code[8])) // differs in its last digit
	technician := s.dial(t, "/signal/technician")
	view := signaling.NewScopes(signaling.ScopeView)
	say(t, technician, &signaling.Invite{Version: 1, Ask: view})
	s.secrets["invitation"] = hear[*signaling.Invited](t, technician, signaling.RelayToTechnician).Code
	redeem := signaling.Redeem{Version: 1, Code: wrong, Ask: view, Ticket: ticket, Fingerprint: fingerprint}
	say(t, technician, &redeem)
	_ = hear[*signaling.Error](t, technician, signaling.RelayToTechnician)
	redeem.Code = code
	say(t, technician, &redeem)
	requested := hear[*signaling.Requested](t, technician, signaling.RelayToTechnician)
	request := hear[*signaling.Request](t, host, signaling.RelayToHost)
	statement, err := grant.SignConsent(private, grant.Consent{
		Audience: registered.Issuer, Subject: request.Technician.ID, Name: request.Technician.Name, Organisation: request.Technician.Organisation,
		SessionID: registered.SessionID, RequestID: request.RequestID, Scopes: view, Issued: time.Now(), Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	say(t, host, &signaling.Consent{Statement: statement})
	granted := hear[*signaling.Granted](t, technician, signaling.RelayToTechnician)
	servers := hear[*signaling.Connect](t, host, signaling.RelayToHost).ICEServers
	for what, secret := range map[string]string{
		"code": code, "code as it is shown": code[:3] + " " + code[3:6] + " " + code[6:], "wrong code": wrong,
		"host's token": registered.Token, "technician's token": requested.Token, "grant": granted.Grant,
		"host's TURN password": servers[0].Credential, "technician's TURN password": granted.ICEServers[0].Credential,
	} {
		s.secrets[what] = secret
	}
}

// newPassword uses a one-time link from the command line.
func (s *stage) newPassword(t *testing.T) {
	code, out, errs := call(t, "", "user", "--data", s.dir, "link", "ines", "--public-url", "https://help.example")
	_, token, ok := strings.Cut(strings.TrimSpace(out), "#")
	if code != 0 || !ok {
		t.Fatalf("user link: %s%s", out, errs)
	}
	token = strings.Fields(token)[0]
	s.secrets["one-time link"] = token
	s.post(t, "/api/link/use", map[string]string{"token": token, "password": s.secrets["new password"]}, http.StatusOK)
}

// secondFactor sets an authenticator program up, and signs in with a recovery code
// after a wrong one.
func (s *stage) secondFactor(t *testing.T) {
	var begun struct{ Secret string }
	decode(t, s.post(t, "/api/account/totp/begin", map[string]string{}, http.StatusOK), &begun)
	var err error
	if s.shared, err = base32.StdEncoding.WithPadding(base32.NoPadding).DecodeString(begun.Secret); err != nil {
		t.Fatal(err)
	}
	s.secrets["authenticator's secret as it is typed"] = begun.Secret
	var given struct{ RecoveryCodes []string }
	code := accounttest.Code(t, begun.Secret, time.Now())
	decode(t, s.post(t, "/api/account/totp", map[string]string{"code": code}, http.StatusOK), &given)
	for i, c := range given.RecoveryCodes {
		s.secrets[fmt.Sprintf("recovery code %d as it is shown", i)] = c
		s.secrets[fmt.Sprintf("recovery code %d", i)] = strings.ReplaceAll(c, "-", "")
	}
	s.secrets["wrong recovery code"] = "cana-ryof-reco-very"
	s.post(t, "/api/sign-out", map[string]string{}, http.StatusNoContent)
	s.post(t, "/api/sign-in", map[string]string{"name": "ines", "password": s.secrets["new password"]}, http.StatusOK)
	s.post(t, "/api/sign-in/second", map[string]string{"recovery": s.secrets["wrong recovery code"]}, http.StatusUnauthorized)
	s.post(t, "/api/sign-in/second", map[string]string{"recovery": given.RecoveryCodes[0]}, http.StatusOK)
}

func decode(t *testing.T, data []byte, v any) {
	t.Helper()
	if err := json.Unmarshal(data, v); err != nil {
		t.Fatal(err)
	}
}

// search returns the names of what text is found in: files of the data folder, which
// has a key in each file of its folder of keys, and the log.
func (s *stage) search(t *testing.T, text string) (found []string) {
	t.Helper()
	if strings.Contains(s.log.buf.String(), text) {
		found = append(found, "log")
	}
	err := fs.WalkDir(os.DirFS(s.dir), ".", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(filepath.Join(s.dir, name))
		if bytes.Contains(content, []byte(text)) {
			found = append(found, name)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Scenario: people sign in, make mistakes, and arrange a session. What they typed and
// what they were given is nowhere afterwards: not in the log, not in the audit trail,
// not in the database, not in what the database has freed. The one exception is what
// an authenticator program reckons its codes with: the relay reckons them too, so the
// database holds it; log and audit trail do not.
func TestSecretsAreNeverKept(t *testing.T) {
	s := newStage(t)
	s.run(t, func() {
		s.signIn(t)
		s.session(t)
		s.newPassword(t)
		s.secondFactor(t)
	})
	if len(s.secrets) < 40 {
		t.Errorf("only %d secrets were made: %v", len(s.secrets), s.secrets)
	}
	for what, secret := range s.secrets {
		if found := s.search(t, secret); len(secret) < 9 || len(found) > 0 {
			t.Errorf("%s is in %v", what, found)
		}
	}
	if found := s.search(t, ticket); fmt.Sprint(found) == "[]" {
		t.Error("the search finds nothing at all")
	}
	for _, name := range s.search(t, string(s.shared)) {
		if !strings.HasPrefix(name, store.FileName) {
			t.Errorf("the authenticator's secret is in %s", name)
		}
	}
	code, trail, errs := call(t, "", "audit", "--data", s.dir, "list", "--json")
	if code != 0 {
		t.Fatal(errs)
	}
	for _, form := range []string{string(s.shared), base64.StdEncoding.EncodeToString(s.shared), hex.EncodeToString(s.shared)} {
		if strings.Contains(trail, form) {
			t.Error("the authenticator's secret is in the trail")
		}
	}
	kinds(t, trail)
	if code, out, errs := call(t, "", "audit", "--data", s.dir, "verify"); code != 0 || !strings.Contains(out, "are as they were signed") {
		t.Errorf("verify: code %d\n%s%s", code, out, errs)
	}
}

// kinds checks that the trail tells of all of it.
func kinds(t *testing.T, trail string) {
	t.Helper()
	seen := make(map[audit.Kind]bool)
	for line := range strings.Lines(trail) {
		e, err := audit.ParseLine(strings.TrimSuffix(line, "\n"))
		if err != nil {
			t.Fatal(err)
		}
		seen[e.Kind] = true
	}
	for _, kind := range []audit.Kind{
		audit.AccountCreated, audit.RelayStarted, audit.SignInRefused, audit.SignIn, audit.CodeIssued, audit.CodeWrong, audit.CodeRedeemed,
		audit.Request, audit.Consent, audit.Grant, audit.LinkMade, audit.LinkUsed, audit.InvitationMade,
		audit.FactorAdded, audit.FactorRemoved, audit.SignOut, audit.RelayStopped,
	} {
		if !seen[kind] {
			t.Errorf("no %s in the trail:\n%s", kind, trail)
		}
	}
}
