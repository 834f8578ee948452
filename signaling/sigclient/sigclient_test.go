package sigclient

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/broker/brokertest"
	"github.com/lendhand/lendhand/signaling/grant"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// relay is a broker behind TLS on loopback that can be restarted on its port.
type relay struct {
	t      *testing.T
	addr   string
	store  *brokertest.Memory
	key    ed25519.PrivateKey
	broker *broker.Broker
	server *httptest.Server
	roots  *x509.CertPool
}

func newRelay(t *testing.T) *relay {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	r := &relay{t: t, addr: "127.0.0.1:0", store: &brokertest.Memory{}, key: key}
	r.start()
	t.Cleanup(r.stop)
	return r
}

func (r *relay) start() {
	r.t.Helper()
	grants, err := grant.NewIssuer(r.key, "https://help.example")
	if err != nil {
		r.t.Fatal(err)
	}
	r.broker, err = broker.New(context.Background(), broker.Config{
		Store: r.store, Grants: grants, Turn: noTurn{}, CodeKey: make([]byte, 32), Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		r.t.Fatal(err)
	}
	listener, err := net.Listen("tcp", r.addr)
	if err != nil {
		r.t.Fatal(err)
	}
	r.addr = listener.Addr().String()
	r.server = httptest.NewUnstartedServer(http.HandlerFunc(r.serve))
	_ = r.server.Listener.Close()
	r.server.Listener = listener
	r.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, slog.LevelError)
	r.server.StartTLS()
	r.roots = x509.NewCertPool()
	r.roots.AddCert(r.server.Certificate())
}

func (r *relay) serve(w http.ResponseWriter, req *http.Request) {
	if req.URL.Path == "/refused" {
		w.WriteHeader(http.StatusForbidden)
		_, _ = w.Write([]byte(`{"code":"forbidden","message":"Not for auditors.","hint":"Ask."}`))
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(w, req, nil)
	if err != nil {
		return
	}
	_ = r.broker.ServeHost(req.Context(), ws, netip.MustParseAddr("127.0.0.1"))
}

func (r *relay) stop() {
	r.broker.Close()
	r.server.Close()
}

func (r *relay) config(path string) Config {
	return Config{
		URL:      "wss://" + r.addr + path,
		TLS:      &tls.Config{RootCAs: r.roots, MinVersion: tls.VersionTLS12},
		Incoming: signaling.RelayToHost,
		Lost:     signaling.EndHostLost,
		First:    register,
	}
}

func register() signaling.Message {
	return &signaling.Register{
		Version: signaling.Version, Name: "pc", SessionKey: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
		Fingerprint: "sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":"),
	}
}

type noTurn struct{}

func (noTurn) Open(string) {}
func (noTurn) Servers(_, _ string) ([]signaling.ICEServer, time.Time) {
	return nil, time.Now().Add(time.Hour)
}
func (noTurn) Allow(string, netip.AddrPort) {}
func (noTurn) End(string)                   {}

// run starts a client that ends with the test.
func run(t *testing.T, cfg Config) *Client {
	t.Helper()
	c, err := New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-ended; err != nil {
			t.Errorf("Run: %v", err)
		}
	})
	return c
}

func next[M signaling.Message](t *testing.T, c *Client) M {
	t.Helper()
	select {
	case m := <-c.Messages():
		got, ok := m.(M)
		if !ok {
			t.Fatalf("got %T %+v, want %T", m, m, got)
		}
		return got
	case <-time.After(10 * time.Second):
		var want M
		t.Fatalf("nothing came, want %T", want)
		panic("not reached")
	}
}

func TestSessionIsResumedAfterARestart(t *testing.T) {
	r := newRelay(t)
	changes := make(chan bool, 100)
	cfg := r.config("/")
	cfg.Changed = func(connected bool, _ error) { changes <- connected }
	c := run(t, cfg)
	next[*signaling.Registered](t, c)
	next[*signaling.CodeIssued](t, c)
	r.stop()
	for <-changes { // until the loss is noticed
		continue
	}
	// What is said while the relay is away reaches it after the resume: the state
	// allows no answer yet, and the relay says so.
	if err := c.Send(&signaling.Answer{SDP: "v=0"}); err != nil {
		t.Fatal(err)
	}
	r.start()
	if got := next[*signaling.Resumed](t, c).State; got != signaling.StateWaiting {
		t.Errorf("resumed in %s", got)
	}
	if e := next[*signaling.Error](t, c); e.Code != signaling.CodeWrongState {
		t.Errorf("got %v", e)
	}
}

func TestNewSessionFollowsAnUnknownOne(t *testing.T) {
	r := newRelay(t)
	c := run(t, r.config("/"))
	first := next[*signaling.Registered](t, c)
	next[*signaling.CodeIssued](t, c)
	r.stop()
	r.store = &brokertest.Memory{} // the relay has forgotten everything
	r.start()
	if got := next[*signaling.Ended](t, c).Reason; got != signaling.EndHostLost {
		t.Errorf("ended with %s", got)
	}
	if second := next[*signaling.Registered](t, c); second.SessionID == first.SessionID {
		t.Error("the same session")
	}
}

func TestEndIsSaidBeforeLeaving(t *testing.T) {
	r := newRelay(t)
	c, err := New(r.config("/"))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- c.Run(ctx) }()
	id := next[*signaling.Registered](t, c).SessionID
	if err := c.Send(&signaling.End{Reason: signaling.EndHostQuit}); err != nil {
		t.Fatal(err)
	}
	cancel()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	// The relay forgets a session that ended before anybody found it.
	for deadline := time.Now().Add(5 * time.Second); r.store.All()[id].ID != ""; {
		if time.Now().After(deadline) {
			t.Fatalf("the relay has %+v", r.store.All()[id])
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := c.Send(&signaling.End{Reason: signaling.EndHostQuit}); !errors.Is(err, ErrGone) {
		t.Errorf("Send after Run: %v", err)
	}
}

func TestWhatTryingAgainWouldNotMend(t *testing.T) {
	r := newRelay(t)
	untrusted, refused := r.config("/"), r.config("/refused")
	untrusted.TLS = &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
	for name, tt := range map[string]struct {
		cfg   Config
		check func(error) bool
	}{
		"certificate not trusted": {untrusted, func(err error) bool {
			var e *tls.CertificateVerificationError
			return errors.As(err, &e)
		}},
		"upgrade refused": {refused, func(err error) bool {
			var e *signaling.Error
			return errors.As(err, &e) && e.Code == signaling.CodeForbidden && e.Hint == "Ask."
		}},
	} {
		t.Run(name, func(t *testing.T) {
			c, err := New(tt.cfg)
			if err != nil {
				t.Fatal(err)
			}
			ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
			defer cancel()
			if err := c.Run(ctx); !tt.check(err) {
				t.Errorf("got %v", err)
			}
		})
	}
}

func TestNewRefusesBadConfigs(t *testing.T) {
	for _, url := range []string{"", "https://relay", "ws://relay/signal/host", "wss://", "://"} {
		if _, err := New(Config{URL: url, Incoming: signaling.RelayToHost, Lost: signaling.EndHostLost}); err == nil {
			t.Errorf("took %q", url)
		}
	}
	if _, err := New(Config{URL: "wss://relay/"}); err == nil {
		t.Error("took a config without sets")
	}
}
