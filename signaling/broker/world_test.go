package broker_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/broker/brokertest"
	"github.com/lendhand/lendhand/signaling/grant"
)

const (
	issuerName = "https://help.example"
	hostPrint  = "sha-256 4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:19:E5:7C:AB:4A:AD:B9:B1"
	techPrint  = "sha-256 19:E5:7C:AB:4A:AD:B9:B1:3F:82:18:3B:54:02:12:DF:3E:5D:49:6B:19:E5:7C:AB:3E:5D:49:6B:4A:AD:B9:B1"
)

var ines = signaling.Person{ID: "u_ines", Name: "Ines Okafor", Organisation: "Example Help Desk"}

// world is a broker behind an HTTP server in memory, in a bubble of fake time.
type world struct {
	t      *testing.T
	store  *brokertest.Memory
	turn   *turnLog
	keys   []ed25519.PrivateKey // for grants, the newest first
	grants *grant.Issuer
	limits func(string) broker.Limits // nil for none
	photo  func(string) []byte        // nil for none
	events journal
	// recordings is nil when nothing can be recorded.
	recordings *shelf
	broker     *broker.Broker
	server     *http.Server
	pipes      *pipeListener
	// signedIn is what technicians' connections are served under; signOut ends it.
	signedIn context.Context
	signOut  context.CancelFunc
}

// inWorld runs f with a fresh world in fake time: minutes pass at once.
func inWorld(t *testing.T, f func(t *testing.T, w *world)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		_, key, err := ed25519.GenerateKey(nil)
		if err != nil {
			t.Fatal(err)
		}
		w := &world{t: t, store: &brokertest.Memory{}, turn: &turnLog{}, keys: []ed25519.PrivateKey{key}}
		w.start()
		defer w.stop()
		f(t, w)
	})
}

func (w *world) start() {
	w.t.Helper()
	grants, err := grant.NewIssuer(w.keys[0], issuerName)
	if err != nil {
		w.t.Fatal(err)
	}
	if err := grants.Rotate(w.keys...); err != nil {
		w.t.Fatal(err)
	}
	w.grants = grants
	cfg := broker.Config{
		Store: w.store, Grants: grants, Turn: w.turn, CodeKey: make([]byte, 32),
		Limits: w.limits, Photo: w.photo, Journal: w.events.note, Log: slog.New(slog.DiscardHandler),
	}
	if w.recordings != nil {
		cfg.Recordings = w.recordings
	}
	b, err := broker.New(context.Background(), cfg)
	if err != nil {
		w.t.Fatal(err)
	}
	w.broker, w.pipes = b, &pipeListener{conns: make(chan net.Conn), done: make(chan struct{})}
	w.signedIn, w.signOut = context.WithCancel(context.Background())
	server, pipes := &http.Server{Handler: w.handler(b)}, w.pipes
	w.server = server
	go func() { _ = server.Serve(pipes) }()
}

func (w *world) handler(b *broker.Broker) http.Handler {
	upgrader := websocket.Upgrader{}
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(rw, r, nil)
		if err != nil {
			return
		}
		addr := netip.MustParseAddr("192.0.2.7")
		if name, ok := strings.CutPrefix(r.URL.Path, "/technician/"); ok {
			if account, from, ok := strings.Cut(name, "/"); ok {
				name, addr = account, netip.MustParseAddr(from)
			}
			_ = b.ServeTechnician(w.signedIn, ws, addr, signaling.Person{ID: name, Name: "Technician " + name})
			return
		}
		_ = b.ServeHost(context.Background(), ws, addr)
	})
}

func (w *world) stop() {
	w.broker.Close()
	w.signOut()
	_ = w.server.Close()
}

// restart stops the relay and starts another with the same store and keys.
func (w *world) restart() {
	w.stop()
	w.start()
}

func (w *world) dial(path string, set *signaling.Set) *side {
	w.t.Helper()
	dialer := websocket.Dialer{NetDialContext: w.pipes.dial}
	ws, _, err := dialer.Dial("ws://relay"+path, nil)
	if err != nil {
		w.t.Fatal(err)
	}
	s := &side{t: w.t, ws: ws, in: make(chan signaling.Message, 1000), gone: make(chan struct{})}
	go s.read(set)
	return s
}

func (w *world) dialHost() *side { return w.dial("/host", signaling.RelayToHost) }

// dialTechnician connects as an account, "u_1", or from an address, "u_1/192.0.2.8".
func (w *world) dialTechnician(id string) *side {
	return w.dial("/technician/"+id, signaling.RelayToTechnician)
}

// side is one participant's connection, as raw as the protocol allows.
type side struct {
	t    *testing.T
	ws   *websocket.Conn
	in   chan signaling.Message
	gone chan struct{}
	err  error
}

func (s *side) read(set *signaling.Set) {
	defer close(s.gone)
	defer func() { _ = s.ws.Close() }()
	for {
		_, data, err := s.ws.ReadMessage()
		if err != nil {
			s.err = err
			return
		}
		m, err := set.Decode(data)
		if err != nil {
			s.err = err
			return
		}
		s.in <- m
	}
}

func (s *side) send(m signaling.Message) {
	s.t.Helper()
	data, err := signaling.Encode(m)
	if err != nil {
		s.t.Fatal(err)
	}
	s.raw(string(data))
}

func (s *side) raw(text string) {
	s.t.Helper()
	if err := s.ws.WriteMessage(websocket.TextMessage, []byte(text)); err != nil {
		s.t.Fatal(err)
	}
}

// drop breaks the connection without a word.
func (s *side) drop() {
	_ = s.ws.NetConn().Close()
	synctest.Wait()
}

// quiet fails the test when anything has come that was not expected.
func (s *side) quiet() {
	s.t.Helper()
	synctest.Wait()
	select {
	case m := <-s.in:
		s.t.Fatalf("unexpected %s: %+v", signaling.TypeOf(m), m)
	default:
	}
}

// closedWith waits for the end of the connection and checks its close code.
func (s *side) closedWith(code signaling.ErrorCode) {
	s.t.Helper()
	select {
	case <-s.gone:
	case <-time.After(time.Minute):
		s.t.Fatalf("still open, want it closed with %s", code)
	}
	want, _ := (&signaling.Error{Code: code}).CloseCode()
	var closed *websocket.CloseError
	if !errors.As(s.err, &closed) || closed.Code != want {
		s.t.Fatalf("closed by %v, want %d (%s)", s.err, want, code)
	}
}

// expect waits for the next message, which must be an M.
func expect[M signaling.Message](s *side) M {
	s.t.Helper()
	select {
	case m := <-s.in:
		got, ok := m.(M)
		if !ok {
			s.t.Fatalf("got %s %+v, want %T", signaling.TypeOf(m), m, got)
		}
		return got
	case <-time.After(2 * time.Second):
		var want M
		s.t.Fatalf("nothing came, want %T", want)
		panic("not reached")
	}
}

func (s *side) expectError(code signaling.ErrorCode) {
	s.t.Helper()
	if e := expect[*signaling.Error](s); e.Code != code {
		s.t.Fatalf("got the error %v, want %s", e, code)
	}
}

func (s *side) expectEnd(reason signaling.EndReason) {
	s.t.Helper()
	if got := expect[*signaling.Ended](s).Reason; got != reason {
		s.t.Fatalf("ended with %q, want %q", got, reason)
	}
}

// hostSide is a host with its key and session.
type hostSide struct {
	*side
	key        ed25519.PrivateKey
	registered *signaling.Registered
	code       string
	records    bool
}

func (w *world) waitingHost() *hostSide {
	w.t.Helper()
	h := &hostSide{side: w.dialHost(), records: w.recordings != nil}
	h.register()
	return h
}

func (h *hostSide) register() {
	h.t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.key = key
	m := registration(key)
	m.Records = h.records
	h.send(m)
	h.registered = expect[*signaling.Registered](h.side)
	h.code = expect[*signaling.CodeIssued](h.side).Code
}

func registration(key ed25519.PrivateKey) *signaling.Register {
	return &signaling.Register{
		Version: signaling.Version, Name: "reception-pc", OS: "Debian",
		SessionKey: grant.EncodeKey(key.Public().(ed25519.PublicKey)), Fingerprint: hostPrint,
	}
}

func redeem(code string, ask ...signaling.Scope) *signaling.Redeem {
	if ask == nil {
		ask = signaling.AllScopes()
	}
	return &signaling.Redeem{Version: signaling.Version, Code: code, Ask: ask, Ticket: "INC-1", Fingerprint: techPrint}
}

// statement signs what the person says about a request.
func (h *hostSide) statement(change func(*grant.Consent)) *signaling.Consent {
	h.t.Helper()
	c := grant.Consent{
		Audience: issuerName, Subject: ines.ID, Name: "Technician " + ines.ID, SessionID: h.registered.SessionID,
		Scopes: signaling.NewScopes(signaling.ScopeView), Issued: time.Now(), Expires: time.Now().Add(time.Hour),
	}
	change(&c)
	signed, err := grant.SignConsent(h.key, c)
	if err != nil {
		h.t.Fatal(err)
	}
	return &signaling.Consent{Statement: signed}
}

func (h *hostSide) consent(request *signaling.Request, scopes ...signaling.Scope) {
	h.t.Helper()
	h.send(h.statement(func(c *grant.Consent) { c.RequestID, c.Scopes = request.RequestID, signaling.NewScopes(scopes...) }))
}

// asked is a host that has been asked by a technician.
func (w *world) asked(ask ...signaling.Scope) (*hostSide, *side, *signaling.Requested, *signaling.Request) {
	w.t.Helper()
	h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
	tech.send(redeem(h.code, ask...))
	return h, tech, expect[*signaling.Requested](tech), expect[*signaling.Request](h.side)
}

// running is a session in the state active.
func (w *world) running(ask ...signaling.Scope) (*hostSide, *side, *signaling.Requested) {
	w.t.Helper()
	h, tech, requested, request := w.asked(ask...)
	h.consent(request, signaling.ScopeView)
	expect[*signaling.Connect](h.side)
	expect[*signaling.Granted](tech)
	h.send(&signaling.Connected{Path: signaling.PathDirect})
	synctest.Wait()
	return h, tech, requested
}

func (w *world) state(id string) signaling.State {
	synctest.Wait()
	return w.store.All()[id].State
}

// journal remembers what the broker told it.
type journal struct {
	mu     sync.Mutex
	events []broker.Event
}

func (j *journal) note(e broker.Event) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.events = append(j.events, e)
}

// take returns the events since the last call.
func (j *journal) take() []broker.Event {
	synctest.Wait()
	j.mu.Lock()
	defer j.mu.Unlock()
	events := j.events
	j.events = nil
	return events
}

// turnLog remembers what the broker asked of the TURN server.
type turnLog struct {
	mu    sync.Mutex
	calls []string
}

func (l *turnLog) add(call string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls = append(l.calls, call)
}

func (l *turnLog) has(call string) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	return slices.Contains(l.calls, call)
}

func (l *turnLog) Open(id string)                       { l.add("open " + id) }
func (l *turnLog) Allow(id string, peer netip.AddrPort) { l.add("allow " + id + " " + peer.String()) }
func (l *turnLog) End(id string)                        { l.add("end " + id) }

// turnLife is shorter than the life of a grant.
const turnLife = 5 * time.Minute

func (l *turnLog) Servers(_, p string) ([]signaling.ICEServer, time.Time) {
	return []signaling.ICEServer{{URLs: []string{"turn:relay:443?transport=udp"}, Username: p, Credential: "x"}}, time.Now().Add(turnLife)
}

// pipeListener is a network in memory.
type pipeListener struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *pipeListener) dial(ctx context.Context, _, _ string) (net.Conn, error) {
	ours, theirs := net.Pipe()
	select {
	case l.conns <- theirs:
		return ours, nil
	case <-l.done:
		return nil, net.ErrClosed
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

func (l *pipeListener) Accept() (net.Conn, error) {
	select {
	case c := <-l.conns:
		return c, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *pipeListener) Close() error {
	l.once.Do(func() { close(l.done) })
	return nil
}

func (l *pipeListener) Addr() net.Addr { return &net.TCPAddr{IP: net.IPv4(127, 0, 0, 1)} }
