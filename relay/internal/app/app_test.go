package app_test

import (
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestMain(m *testing.M) {
	if dir := os.Getenv(childFolder); dir != "" {
		if err := beRelay(dir); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	goleak.VerifyTestMain(m)
}

func settings(dir string) app.Config {
	return app.Config{
		Relay: config.Relay{
			Data: dir, Listen: "127.0.0.1:0", TLS: config.TLSSelfSigned, Organisation: "Example Help Desk", HostsPerAddress: 8,
		},
		Viewer: fstest.MapFS{"index.html": {Data: []byte("<!doctype html>")}}, Version: "v1", Log: slog.New(slog.DiscardHandler),
	}
}

// relay is one that runs.
type relay struct {
	*app.App
	stop func()
}

func start(t testing.TB, cfg app.Config) *relay {
	t.Helper()
	a, err := app.Open(t.Context(), cfg)
	if err != nil {
		t.Fatalf("Open: %v (%s)", err, problem.Hint(err))
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- a.Run(ctx) }()
	stopped := false
	r := &relay{App: a, stop: func() {
		if stopped {
			return
		}
		stopped = true
		cancel()
		select {
		case err := <-done:
			if err != nil {
				t.Errorf("Run: %v", err)
			}
		case <-time.After(20 * time.Second):
			t.Error("the relay does not stop")
		}
	}}
	t.Cleanup(r.stop)
	return r
}

// addTechnician works past the relay, as the command does.
func addTechnician(t *testing.T, dir string) {
	t.Helper()
	db, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	accounts, err := account.NewService(account.Config{Store: db})
	if err != nil {
		t.Fatal(err)
	}
	_, err = accounts.Create(t.Context(), account.CommandLine(), account.New{
		Name: "ines", DisplayName: "Ines Okafor", Roles: []account.Role{account.RoleTechnician}, Password: "correct horse",
	})
	if err := errors.Join(err, db.Close()); err != nil {
		t.Fatal(err)
	}
}

// browser trusts ca.pem and keeps cookies.
type browser struct {
	client *http.Client
	tls    *tls.Config
}

func newBrowser(t testing.TB, dir string) *browser {
	t.Helper()
	ca, err := os.ReadFile(filepath.Join(dir, app.CAFile))
	if err != nil {
		t.Fatal(err)
	}
	trusted := x509.NewCertPool()
	if !trusted.AppendCertsFromPEM(ca) {
		t.Fatal("ca.pem holds no certificate")
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	identity := &tls.Config{RootCAs: trusted, MinVersion: tls.VersionTLS12}
	transport := &http.Transport{TLSClientConfig: identity}
	t.Cleanup(transport.CloseIdleConnections)
	return &browser{client: &http.Client{Transport: transport, Jar: jar}, tls: identity}
}

func (b *browser) do(t *testing.T, r *relay, method, path, body string) *http.Response {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, r.PublicURL().String()+path, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, err := b.client.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return resp
}

func (b *browser) signIn(t *testing.T, r *relay) {
	t.Helper()
	if resp := b.do(t, r, "POST", "/api/sign-in", `{"name": "ines", "password": "correct horse"}`); resp.StatusCode != http.StatusOK {
		t.Fatalf("sign-in: %s", resp.Status)
	}
}

func (b *browser) dial(t *testing.T, r *relay, path, origin string) (*websocket.Conn, int) {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: b.tls, Jar: b.client.Jar, HandshakeTimeout: 5 * time.Second}
	header := http.Header{}
	if origin != "" {
		header.Set("Origin", origin)
	}
	ws, resp, err := dialer.DialContext(t.Context(), "wss://"+r.PublicURL().Host+path, header)
	if resp == nil {
		t.Fatal(err)
	}
	if ws != nil {
		t.Cleanup(func() { _ = ws.Close() })
	}
	return ws, resp.StatusCode
}

func say(t testing.TB, ws *websocket.Conn, m signaling.Message) {
	t.Helper()
	data, err := signaling.Encode(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := ws.WriteMessage(websocket.TextMessage, data); err != nil {
		t.Fatal(err)
	}
}

// hear reads messages until one is an M.
func hear[M signaling.Message](t testing.TB, ws *websocket.Conn, set *signaling.Set) M {
	t.Helper()
	for {
		if err := ws.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
			t.Fatal(err)
		}
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

const fingerprint = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1"

func TestASessionIsArranged(t *testing.T) {
	dir := t.TempDir()
	r := start(t, settings(dir))
	addTechnician(t, dir) // a relay that runs sees it
	b := newBrowser(t, dir)
	b.signIn(t, r)

	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	host, _ := b.dial(t, r, "/signal/host", "")
	say(t, host, &signaling.Register{
		Version: 1, Name: "reception-pc", SessionKey: base64.RawURLEncoding.EncodeToString(public), Fingerprint: fingerprint,
	})
	registered := hear[*signaling.Registered](t, host, signaling.RelayToHost)
	code := hear[*signaling.CodeIssued](t, host, signaling.RelayToHost)
	technician, _ := b.dial(t, r, "/signal/technician", r.PublicURL().String())
	view := signaling.NewScopes(signaling.ScopeView)
	say(t, technician, &signaling.Redeem{Version: 1, Code: code.Code, Ask: view, Fingerprint: fingerprint})
	request := hear[*signaling.Request](t, host, signaling.RelayToHost)
	who := request.Technician
	if who.Name != "Ines Okafor" || who.Organisation != "Example Help Desk" {
		t.Errorf("the person reads %+v", who)
	}
	statement, err := grant.SignConsent(private, grant.Consent{
		Audience: registered.Issuer, Subject: who.ID, Name: who.Name, Organisation: who.Organisation,
		SessionID: registered.SessionID, RequestID: request.RequestID, Scopes: view,
		Issued: time.Now(), Expires: time.Now().Add(time.Hour),
	})
	if err != nil {
		t.Fatal(err)
	}
	say(t, host, &signaling.Consent{Statement: statement})
	servers := hear[*signaling.Connect](t, host, signaling.RelayToHost).ICEServers
	at := r.PublicURL().Host
	if len(servers) != 1 || servers[0].Username == "" || servers[0].Credential == "" ||
		!cmp.Equal(servers[0].URLs, []string{"turn:" + at + "?transport=udp", "turns:" + at + "?transport=tcp"}) {
		t.Errorf("ICE servers: %+v", servers)
	}
	granted := hear[*signaling.Granted](t, technician, signaling.RelayToTechnician)
	if len(granted.ICEServers) != 1 || granted.ICEServers[0].Username == servers[0].Username {
		t.Errorf("the technician's servers: %+v", granted.ICEServers)
	}
	r.stop()
	for name, ws := range map[string]*websocket.Conn{"host": host, "technician": technician} {
		for err = nil; err == nil; _, _, err = ws.ReadMessage() {
		}
		if !websocket.IsCloseError(err, websocket.CloseServiceRestart) {
			t.Errorf("the %s reads %v when the relay stops", name, err)
		}
	}
}

func TestRefusedUpgrades(t *testing.T) {
	dir := t.TempDir()
	r := start(t, settings(dir))
	addTechnician(t, dir)
	stranger, ines := newBrowser(t, dir), newBrowser(t, dir)
	ines.signIn(t, r)
	for name, c := range map[string]struct {
		browser      *browser
		path, origin string
		want         int
	}{
		"no cookie":      {stranger, "/signal/technician", r.PublicURL().String(), http.StatusUnauthorized},
		"foreign origin": {ines, "/signal/technician", "https://evil.example", http.StatusForbidden},
		"no origin":      {ines, "/signal/technician", "", http.StatusForbidden},
		"no such path":   {ines, "/signal/admin", r.PublicURL().String(), http.StatusNotFound},
		"a technician":   {ines, "/signal/technician", r.PublicURL().String(), http.StatusSwitchingProtocols},
		"a host":         {stranger, "/signal/host", "", http.StatusSwitchingProtocols},
	} {
		if _, got := c.browser.dial(t, r, c.path, c.origin); got != c.want {
			t.Errorf("%s: status %d, want %d", name, got, c.want)
		}
	}
}

func TestARestartKeepsSignIns(t *testing.T) {
	dir := t.TempDir()
	cfg := settings(dir)
	first := start(t, cfg)
	addTechnician(t, dir)
	b := newBrowser(t, dir)
	b.signIn(t, first)
	first.stop()
	cfg.Listen = first.Address().String()
	second := start(t, cfg)
	if resp := b.do(t, second, "GET", "/api/me", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("after the restart: %s", resp.Status)
	}
	resp := b.do(t, second, "GET", "/", "")
	if resp.StatusCode != http.StatusOK || resp.Header.Get("Content-Security-Policy") == "" || resp.Header.Get("Strict-Transport-Security") != "" {
		t.Errorf("the page: %s, %v", resp.Status, resp.Header)
	}
	if resp := b.do(t, second, "GET", "/healthz", ""); resp.StatusCode != http.StatusOK {
		t.Errorf("health: %s", resp.Status)
	}
}

func TestRelaysThatCannotStart(t *testing.T) {
	taken := start(t, settings(t.TempDir()))
	for name, c := range map[string]struct {
		change func(t *testing.T, cfg *app.Config)
		want   string
	}{
		"port taken":                 {func(_ *testing.T, cfg *app.Config) { cfg.Listen = taken.Address().String() }, "port is taken"},
		"address of another machine": {func(_ *testing.T, cfg *app.Config) { cfg.Listen = "192.0.2.1:0" }, "192.0.2.1"},
		"data folder is a file": {func(t *testing.T, cfg *app.Config) {
			cfg.Data = filepath.Join(cfg.Data, "file")
			if err := os.WriteFile(cfg.Data, nil, 0o600); err != nil {
				t.Fatal(err)
			}
		}, "is not a folder"},
		"key exposed": {func(t *testing.T, cfg *app.Config) {
			_, err := datadir.OpenKeys(cfg.Data)
			if err := errors.Join(err, os.Chmod(filepath.Join(cfg.Data, "keys", "grant.key"), 0o644)); err != nil {
				t.Fatal(err)
			}
		}, "others can read it"},
		"missing certificate": {func(_ *testing.T, cfg *app.Config) {
			cfg.TLS, cfg.TLSCert, cfg.TLSKey = config.TLSFiles, "/none", "/none"
		}, "/none"},
		"damaged authority": {func(t *testing.T, cfg *app.Config) {
			if err := os.WriteFile(filepath.Join(cfg.Data, "ca.pem"), []byte("x"), 0o600); err != nil {
				t.Fatal(err)
			}
		}, "authority"},
	} {
		t.Run(name, func(t *testing.T) {
			cfg := settings(t.TempDir())
			c.change(t, &cfg)
			_, err := app.Open(t.Context(), cfg)
			if err == nil || !strings.Contains(err.Error(), c.want) || problem.Hint(err) == "" {
				t.Errorf("Open = %v, hint %q", err, problem.Hint(err))
			}
		})
	}
}

func TestTwoRelaysInOneFolder(t *testing.T) {
	dir := t.TempDir()
	first := start(t, settings(dir))
	if _, err := app.Open(t.Context(), settings(dir)); !errors.Is(err, datadir.ErrInUse) || problem.Hint(err) == "" {
		t.Errorf("the second relay: %v", err)
	}
	first.stop()
	start(t, settings(dir))
}
