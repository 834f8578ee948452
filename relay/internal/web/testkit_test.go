package web

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/catalogue/cataloguetest"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	public   = "https://help.example:8443"
	password = "correct horse"
)

// people are the accounts that every test has, by name.
var people = map[string][]account.Role{
	"tech": {account.RoleTechnician}, "audit": {account.RoleAuditor}, "admin": {account.RoleAdmin},
	"both": {account.RoleTechnician, account.RoleAuditor},
}

// broken is a database that does not answer when told so.
type broken struct {
	*store.Store
	mu   sync.Mutex
	fail error // guarded by mu
}

func (b *broken) Ping(ctx context.Context) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	return errors.Join(b.fail, b.Store.Ping(ctx))
}

// greeter is a broker that says who came, and waits for the end.
type greeter struct {
	mu      sync.Mutex
	revoked []string // guarded by mu
	// sessions are what administrators see; guarded by mu.
	sessions []broker.Overview
	endedBy  []string // guarded by mu
	ended    chan struct{}
}

func (g *greeter) ServeHost(ctx context.Context, ws *websocket.Conn, addr netip.Addr) error {
	return g.serve(ctx, ws, "host "+addr.String())
}

func (g *greeter) ServeTechnician(ctx context.Context, ws *websocket.Conn, _ netip.Addr, who signaling.Person) error {
	return g.serve(ctx, ws, strings.Join([]string{"technician", who.Name, who.Organisation}, " "))
}

func (g *greeter) serve(ctx context.Context, ws *websocket.Conn, greeting string) error {
	defer context.AfterFunc(ctx, func() { _ = ws.Close() })()
	err := ws.WriteMessage(websocket.TextMessage, []byte(greeting))
	_, _, readErr := ws.ReadMessage()
	return errors.Join(err, readErr, ws.Close())
}

func (g *greeter) EndSessionsOf(accountID string) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.revoked = append(g.revoked, accountID)
	select {
	case g.ended <- struct{}{}:
	default:
	}
}

func (g *greeter) EndAbsentSessionsOf(accountID string) { g.EndSessionsOf(accountID + " absent") }

func (*greeter) LimitsChanged() {}

func (g *greeter) Sessions() []broker.Overview {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.sessions
}

func (g *greeter) EndSession(id, by string) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	before := len(g.sessions)
	g.endedBy = append(g.endedBy, by)
	g.sessions = slices.DeleteFunc(slices.Clone(g.sessions), func(o broker.Overview) bool { return o.ID == id })
	return len(g.sessions) < before
}

func (*greeter) Counts() broker.Counts { return broker.Counts{Waiting: 3, Asked: 1, Running: 2} }

// world is a server with its people.
type world struct {
	server   *Server
	accounts *account.Service
	policy   *policy.Book
	db       *broken
	broker   *greeter
	programs *shelf
	// tapes are the recordings that there are, recordings what is told of them.
	tapes      *cataloguetest.Shelf
	recordings *Recordings
	// events are what their audit trail has.
	events *events
	addr   string
	ids    map[string]string
}

func newWorld(t *testing.T, change ...func(*Config)) *world {
	t.Helper()
	db, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	publicURL, err := url.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{db: &broken{Store: db}, broker: &greeter{ended: make(chan struct{}, 1)}, programs: &shelf{folder: t.TempDir()}, ids: map[string]string{}}
	if w.policy, err = policy.Open(t.Context(), db); err != nil {
		t.Fatal(err)
	}
	w.accounts, err = account.NewService(account.Config{
		Store: db, PublicURL: publicURL, Organisation: "Example Help Desk", Cost: account.Cost{Memory: 64, Passes: 1, Threads: 1},
		SecondFactorRequired: func(a account.Account) bool {
			return w.policy.Effective(a.Group).SecondFactor == policy.FactorRequired
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	for name, roles := range people {
		a, err := w.accounts.Create(t.Context(), account.CommandLine(), account.New{Name: name, DisplayName: "The " + name, Roles: roles, Password: password})
		if err != nil {
			t.Fatal(err)
		}
		w.ids[name] = a.ID
	}
	cfg := Config{
		Downloads: w.programs, Accounts: w.accounts, Broker: w.broker, Database: w.db, Audit: db, Policy: w.policy, Keys: testKeys, PublicURL: publicURL,
		Viewer: fstest.MapFS{
			"index.html":          {Data: []byte("<!doctype html><title>Lendhand</title>")},
			"assets/main-1a2b.js": {Data: []byte("let x = 1;")},
			".gitkeep":            {},
		},
		Organisation: "Example Help Desk", Version: "v1.2.3", HostsPerAddress: 2, TechniciansPerAddress: 4,
		Log: slog.New(slog.DiscardHandler),
	}
	w.openRecordings(t, db)
	cfg.Recordings = w.recordings
	for _, c := range change {
		c(&cfg)
	}
	if w.server, err = New(cfg); err != nil {
		t.Fatal(err)
	}
	w.listen(t)
	return w
}

func (w *world) listen(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	w.addr = l.Addr().String()
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.server.Serve(l); err != nil {
			t.Errorf("Serve: %v", err)
		}
	})
	running.Go(func() {
		if err := w.server.Watch(ctx); err != nil {
			t.Errorf("Watch: %v", err)
		}
	})
	t.Cleanup(func() {
		cancel()
		// The greeter does not end connections by itself: closing makes it.
		late, cancelLate := context.WithTimeout(context.Background(), 100*time.Millisecond)
		defer cancelLate()
		_ = w.server.Close(late)
		running.Wait()
		if err := w.db.Close(); err != nil {
			t.Errorf("close the database: %v", err)
		}
	})
}

// request is one to the server under its public name.
type request struct {
	method, path, body, cookie string
	host                       string
	header                     http.Header
}

// reply is what came back.
type reply struct {
	status int
	header http.Header
	body   string
}

// do writes the request by hand: http.Client would mend what the tests break.
func (w *world) do(t *testing.T, r request) reply {
	t.Helper()
	header := r.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	if r.body != "" && header.Get("Content-Type") == "" {
		header.Set("Content-Type", "application/json")
	}
	if r.cookie != "" {
		header.Set("Cookie", cookieName+"="+r.cookie)
	}
	conn, err := net.DialTimeout("tcp", w.addr, 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	var out bytes.Buffer
	fmt.Fprintf(&out, "%s %s HTTP/1.1\r\nHost: %s\r\nConnection: close\r\nContent-Length: %d\r\n",
		r.method, r.path, cmp.Or(r.host, "help.example:8443"), len(r.body))
	if err := header.Write(&out); err != nil {
		t.Fatal(err)
	}
	out.WriteString("\r\n" + r.body)
	// The server may answer, and close, before it has read an enormous body.
	_, _ = conn.Write(out.Bytes())
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: r.method})
	if err != nil {
		t.Fatalf("%s %s: %v", r.method, r.path, err)
	}
	body, err := io.ReadAll(resp.Body)
	if err := errors.Join(err, resp.Body.Close()); err != nil {
		t.Fatal(err)
	}
	return reply{resp.StatusCode, resp.Header, string(body)}
}

// problem reads the body of a refusal.
func (r reply) problem(t *testing.T) problem {
	t.Helper()
	var p problem
	if err := json.Unmarshal([]byte(r.body), &p); err != nil || p.Code == "" || p.Message == "" {
		t.Errorf("status %d with %q, which is no problem: %v", r.status, r.body, err)
	}
	return p
}

// token signs in past HTTP.
func (w *world) token(t *testing.T, name string) string {
	t.Helper()
	out, err := w.accounts.SignIn(t.Context(), name, password, account.From{Address: netip.MustParseAddr("192.0.2.1")})
	if err != nil {
		t.Fatal(err)
	}
	return out.Token
}

// signOut signs out past HTTP.
func (w *world) signOut(ctx context.Context, token string) error {
	me, err := w.accounts.Authenticate(ctx, token)
	if err != nil {
		return err
	}
	return w.accounts.SignOut(ctx, me)
}

// dial opens a WebSocket and returns the broker's greeting, or the refusal.
func (w *world) dial(t *testing.T, path, origin, token string) (*websocket.Conn, string, reply) {
	t.Helper()
	header := http.Header{"Host": {"help.example:8443"}}
	if origin != "" {
		header.Set("Origin", origin)
	}
	if token != "" {
		header.Set("Cookie", cookieName+"="+token)
	}
	ws, resp, err := websocket.DefaultDialer.DialContext(t.Context(), "ws://"+w.addr+path, header)
	if err != nil {
		if resp == nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(resp.Body)
		return nil, "", reply{resp.StatusCode, resp.Header, string(body)}
	}
	t.Cleanup(func() { _ = ws.Close() })
	if resp.Header.Get("Sec-Websocket-Extensions") != "" {
		t.Error("the connection is compressed")
	}
	if err := ws.SetReadDeadline(time.Now().Add(5 * time.Second)); err != nil {
		t.Fatal(err)
	}
	_, greeting, err := ws.ReadMessage()
	if err != nil {
		t.Fatal(err)
	}
	return ws, string(greeting), reply{status: resp.StatusCode}
}

// testKeys are the keys that the relay publishes.
func testKeys() []signaling.GrantKey {
	return []signaling.GrantKey{{ID: "k2", Key: "new"}, {ID: "k1", Key: "old"}}
}
