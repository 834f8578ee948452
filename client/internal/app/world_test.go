package app

import (
	"context"
	"crypto/ed25519"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"image"
	"io"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakescreen "github.com/lendhand/lendhand/client/internal/capture/fake"
	"github.com/lendhand/lendhand/client/internal/clipboard"
	fakeclipboard "github.com/lendhand/lendhand/client/internal/clipboard/fake"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/input"
	fakeinput "github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/broker/brokertest"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/settings"
	"github.com/lendhand/lendhand/signaling/sigclient"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const issuerName = "https://help.example"

var (
	ines    = signaling.Person{ID: "u_ines", Name: "Ines Okafor", Organisation: "Example Help Desk"}
	desktop = image.Rect(100, 50, 164, 98) // a picture of 64×48
)

// receive waits for something that must come.
func receive[T any](t testing.TB, what string, from <-chan T) T {
	t.Helper()
	select {
	case v, ok := <-from:
		if !ok {
			t.Fatalf("%s: the end came instead", what)
		}
		return v
	case <-time.After(peertest.Within):
		t.Fatalf("no %s", what)
		panic("unreachable")
	}
}

// eventually waits for something to become true.
func eventually(t testing.TB, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(peertest.Within); !is(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not so in time: %s", what)
		}
	}
}

// person is a UI with somebody in front of it.
type person struct {
	codes    chan signaling.Code
	requests chan ui.Request
	answers  chan signaling.Scopes
	paths    chan string   // the files that they give
	reports  chan struct{} // "I did not call anyone"
	states   chan ui.State
	said     chan string
	commands chan ui.Command
	findings chan []checkup.Finding
	chat     chan ui.Said
	away     atomic.Bool // they were told that the relay is away
	records  atomic.Bool // they agree to a recording when they are asked for it
	files    atomic.Pointer[[]ui.Transfer]
}

func newPerson() *person {
	const room = 64
	return &person{
		codes: make(chan signaling.Code, room), requests: make(chan ui.Request, room),
		answers: make(chan signaling.Scopes), paths: make(chan string), reports: make(chan struct{}), states: make(chan ui.State, room),
		said: make(chan string, room), commands: make(chan ui.Command), findings: make(chan []checkup.Finding, room),
		chat: make(chan ui.Said, room),
	}
}

func (p *person) Run(ctx context.Context)                       { <-ctx.Done() }
func (p *person) ShowCode(code signaling.Code, _ time.Duration) { p.codes <- code }
func (p *person) Show(s ui.State)                               { p.states <- s }
func (p *person) ShowChat(said ui.Said)                         { p.chat <- said }
func (p *person) ShowFiles(files []ui.Transfer)                 { p.files.Store(&files) }
func (p *person) ShowFindings(f []checkup.Finding)              { p.findings <- f }
func (p *person) ShowRelay(r ui.Relay) {
	if away := !r.Connected && r.Problem != ""; p.away.Swap(away) != away {
		p.said <- r.Line()
	}
}
func (p *person) Say(n ui.Notice)             { p.said <- n.String() }
func (p *person) Commands() <-chan ui.Command { return p.commands }
func (p *person) Ask(ctx context.Context, r ui.Request) (ui.Answer, error) {
	p.requests <- r
	select {
	case scopes := <-p.answers:
		return ui.Answer{Scopes: scopes, Recorded: p.records.Load()}, nil
	case path := <-p.paths:
		return ui.Answer{Path: path}, nil
	case <-p.reports:
		return ui.Answer{Reported: true}, nil
	case <-ctx.Done():
		return ui.Answer{}, context.Cause(ctx)
	}
}

// transfers are the files that they are shown.
func (p *person) transfers() []ui.Transfer {
	if list := p.files.Load(); list != nil {
		return *list
	}
	return nil
}

// waitPhase waits until the person is shown a phase.
func (p *person) waitPhase(t testing.TB, phase ui.Phase) ui.State {
	t.Helper()
	for {
		if s := receive(t, fmt.Sprintf("phase %d", phase), p.states); s.Phase == phase {
			return s
		}
	}
}

// machine is a desktop that notes what is done to it.
type machine struct {
	mu        sync.Mutex
	screens   []*fakescreen.Source
	pointer   *fakescreen.Pointer // opened last
	injectors []*fakeinput.Injector
	board     *fakeclipboard.Board // opened last
	slow      time.Duration        // how long each act takes
	acts      atomic.Int64
	left      []string // what was down when an injector was closed
}

func (m *machine) openScreen() (capture.Source, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	s := fakescreen.New(desktop)
	m.screens = append(m.screens, s)
	return s, nil
}

func (m *machine) openPointer() (capture.Pointer, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pointer = fakescreen.NewPointer()
	return m.pointer, nil
}

func (m *machine) openClipboard() (clipboard.Board, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.board = fakeclipboard.New("from before")
	return m.board, nil
}

// clipboard is the one that was opened last; nil when none was.
func (m *machine) clipboard() *fakeclipboard.Board {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.board
}

// point moves the pointer.
func (m *machine) point(to image.Point) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.pointer.Move(to)
}

// pointerUse looks at the pointer in the way of who opened it.
func (m *machine) pointerUse() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	_, err := m.pointer.Next(context.Background())
	return err
}

func (m *machine) openInjector() (input.Injector, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	i := fakeinput.New(desktop.Max, fakeinput.US())
	m.injectors = append(m.injectors, i)
	return &injector{Injector: i, machine: m}, nil
}

// injector guards a fake one, which knows one goroutine only.
type injector struct {
	*fakeinput.Injector
	machine *machine
}

func (i *injector) act(f func() error) error {
	i.machine.mu.Lock()
	defer i.machine.mu.Unlock()
	i.machine.acts.Add(1)
	time.Sleep(i.machine.slow)
	return f()
}

func (i *injector) Move(p image.Point) error {
	return i.act(func() error { return i.Injector.Move(p) })
}
func (i *injector) Button(b input.Button, down bool) error {
	return i.act(func() error { return i.Injector.Button(b, down) })
}
func (i *injector) Wheel(dx, dy float64) error {
	return i.act(func() error { return i.Injector.Wheel(dx, dy) })
}
func (i *injector) Key(code string, down bool) error {
	return i.act(func() error { return i.Injector.Key(code, down) })
}
func (i *injector) Text(text string) error {
	return i.act(func() error { return i.Injector.Text(text) })
}
func (i *injector) Produces(code string) string {
	i.machine.mu.Lock()
	defer i.machine.mu.Unlock()
	return i.Injector.Produces(code)
}

// Close notes what is left down, before the fake forgets it.
func (i *injector) Close() error {
	i.machine.mu.Lock()
	defer i.machine.mu.Unlock()
	if keys, buttons := i.Keys(), i.Buttons(); len(keys)+len(buttons) > 0 {
		i.machine.left = append(i.machine.left, fmt.Sprint(keys, buttons))
	}
	return i.Injector.Close()
}

// checkLeft checks that no key and no button is down for good.
func (m *machine) checkLeft(t testing.TB) {
	t.Helper()
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.left) > 0 {
		t.Errorf("left down: %v", m.left)
	}
}

// with looks at the newest injector.
func (m *machine) with(f func(*fakeinput.Injector)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	f(m.injectors[len(m.injectors)-1])
}

func (m *machine) typed() (text string) {
	m.with(func(i *fakeinput.Injector) { text = i.Typed() })
	return text
}

func (m *machine) log() (log []string) {
	m.with(func(i *fakeinput.Injector) { log = i.Log() })
	return log
}

func (m *machine) held() (n int) {
	m.with(func(i *fakeinput.Injector) { n = len(i.Keys()) + len(i.Buttons()) })
	return n
}

// opened is how often the screen was opened.
func (m *machine) opened() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return len(m.screens)
}

func (m *machine) screen() *fakescreen.Source {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.screens[len(m.screens)-1]
}

// noTurn is a relay that forwards no packets.
type noTurn struct{}

func (noTurn) Open(string) {}
func (noTurn) Servers(string, string) ([]signaling.ICEServer, time.Time) {
	return []signaling.ICEServer{}, time.Now().Add(time.Hour)
}
func (noTurn) Allow(string, netip.AddrPort) {}
func (noTurn) End(string)                   {}

// world is a relay, a host and its person.
type world struct {
	t       *testing.T
	server  *httptest.Server
	store   *brokertest.Memory
	issuer  *grant.Issuer
	broker  atomic.Pointer[broker.Broker]
	person  *person
	machine *machine
	limits  Limits
	invited signaling.Code // what the program is started with; empty for none
	stays   bool
	more    func(*Config) // what else is special; nil for nothing
	tapes   *tapes        // where recordings go; nil: nothing can be recorded
	events  string        // the file
	app     *App
	stop    context.CancelFunc
	ended   chan error
}

func newWorld(t *testing.T) *world {
	t.Helper()
	return newLimitedWorld(t, Limits{})
}

// newLimitedWorld is a world whose host has limits of its own.
func newLimitedWorld(t *testing.T, limits Limits) *world {
	t.Helper()
	w := newRelayWorld(t, limits)
	w.startHost()
	return w
}

// newRelayWorld is a world whose host is yet to be started.
func newRelayWorld(t *testing.T, limits Limits) *world {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, store: &brokertest.Memory{}, person: newPerson(), machine: &machine{}, limits: limits, ended: make(chan error, 1)}
	if w.issuer, err = grant.NewIssuer(key, issuerName); err != nil {
		t.Fatal(err)
	}
	w.startBroker()
	w.server = httptest.NewUnstartedServer(http.HandlerFunc(w.serve))
	w.server.Config.ErrorLog = log.New(io.Discard, "", 0) // it tells of the refusals that are tested
	w.server.StartTLS()
	t.Cleanup(func() {
		w.broker.Load().Close()
		w.server.Close()
	})
	w.events = t.TempDir() + "/events"
	return w
}

// startHost starts the program of the person.
func (w *world) startHost() {
	t := w.t
	t.Helper()
	w.app = w.newApp(w.trust())
	ctx, cancel := context.WithCancel(context.Background())
	w.stop = cancel
	go func() { w.ended <- w.app.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := receive(t, "end of the program", w.ended); err != nil {
			t.Errorf("the program ended with %v", err)
		}
		w.machine.checkLeft(t)
	})
}

func (w *world) trust() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(w.server.Certificate())
	return &tls.Config{RootCAs: pool}
}

func (w *world) newApp(trust *tls.Config) *App {
	w.t.Helper()
	server, err := settings.ParseAddress(w.server.URL)
	if err != nil {
		w.t.Fatal(err)
	}
	events, err := ui.OpenEvents(w.events)
	if err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(func() { _ = events.Close() })
	config := Config{
		Server: server, TLS: trust, UI: w.person, Events: events,
		OpenScreen: w.machine.openScreen, OpenInjector: w.machine.openInjector,
		OpenPointer: w.machine.openPointer, OpenClipboard: w.machine.openClipboard,
		Codecs: []encode.Codec{fakecodec.Codec()}, BitsPerSecond: 1_000_000, Threads: 1,
		Limits: w.limits, Invitation: w.invited, Stays: w.stays,
		Log: slog.New(slog.DiscardHandler),
	}
	if w.more != nil {
		w.more(&config)
	}
	config.Preflight = examining(config.OpenScreen, config.OpenInjector)
	app, err := New(config)
	if err != nil {
		w.t.Fatal(err)
	}
	return app
}

func (w *world) startBroker() {
	w.t.Helper()
	config := broker.Config{
		Store: w.store, Grants: w.issuer, Turn: noTurn{}, CodeKey: make([]byte, 32), Log: slog.New(slog.DiscardHandler),
	}
	if w.tapes != nil {
		config.Recordings, config.Limits = w.tapes, func(string) broker.Limits { return w.tapes.limits }
	}
	b, err := broker.New(context.Background(), config)
	if err != nil {
		w.t.Fatal(err)
	}
	w.broker.Store(b)
}

// restartRelay stops the relay and starts another with the same store.
func (w *world) restartRelay() {
	w.t.Helper()
	w.broker.Load().Close()
	w.startBroker()
}

func (w *world) serve(rw http.ResponseWriter, r *http.Request) {
	if w.tapes != nil && strings.HasPrefix(r.URL.Path, "/api/recordings/") {
		w.tapes.ServeHTTP(rw, r)
		return
	}
	ws, err := (&websocket.Upgrader{}).Upgrade(rw, r, nil)
	if err != nil {
		return
	}
	b, addr := w.broker.Load(), netip.MustParseAddr("127.0.0.1")
	if strings.HasSuffix(r.URL.Path, "/technician") {
		_ = b.ServeTechnician(context.Background(), ws, addr, ines)
		return
	}
	_ = b.ServeHost(context.Background(), ws, addr)
}

// technician is Ines with her browser.
type technician struct {
	*peertest.Technician
	w       *world
	client  *sigclient.Client
	session string
	granted *signaling.Granted
}

func (w *world) newTechnician() *technician {
	w.t.Helper()
	client, err := sigclient.New(sigclient.Config{
		URL: strings.Replace(w.server.URL, "https", "wss", 1) + "/signal/technician", TLS: w.trust(),
		Incoming: signaling.RelayToTechnician, Lost: signaling.EndTechnicianLost,
	})
	if err != nil {
		w.t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	ended := make(chan error, 1)
	go func() { ended <- client.Run(ctx) }()
	w.t.Cleanup(func() {
		cancel()
		if err := receive(w.t, "end of the technician", ended); err != nil {
			w.t.Errorf("technician: %v", err)
		}
	})
	return &technician{Technician: peertest.New(w.t), w: w, client: client}
}

func (tech *technician) send(m signaling.Message) {
	tech.w.t.Helper()
	if err := tech.client.Send(m); err != nil {
		tech.w.t.Fatal(err)
	}
}

// fromRelay waits for a message of type M; candidates on the way are taken.
func fromRelay[M signaling.Message](tech *technician) M {
	tech.w.t.Helper()
	for {
		m := receive(tech.w.t, fmt.Sprintf("%T", *new(M)), tech.client.Messages())
		if want, ok := m.(M); ok {
			return want
		}
		switch m := m.(type) {
		case *signaling.Candidate:
			tech.AddCandidate(m)
		case *signaling.Error, *signaling.Ended:
			tech.w.t.Fatalf("got %+v, want %T", m, *new(M))
		}
	}
}

// request types the code that the person reads out.
func (w *world) request(ask signaling.Scopes) *technician {
	w.t.Helper()
	tech := w.newTechnician()
	tech.send(&signaling.Redeem{
		Version: signaling.Version, Code: string(receive(w.t, "code", w.person.codes)), Ask: ask,
		Ticket: "INC-1042", Fingerprint: tech.Fingerprint,
	})
	tech.session = fromRelay[*signaling.Requested](tech).SessionID
	return tech
}

// letIn has the person answer the request that is open.
func (w *world) letIn(tech *technician, answer signaling.Scopes) {
	w.t.Helper()
	receive(w.t, "request", w.person.requests)
	w.person.answers <- answer
	tech.granted = fromRelay[*signaling.Granted](tech)
}

// offer offers a connection under a grant, and takes the answer.
func (tech *technician) offer(grant string) {
	tech.w.t.Helper()
	tech.send(&signaling.Offer{SDP: tech.Offer(false), Grant: grant})
	tech.Accept(fromRelay[*signaling.Answer](tech).SDP)
	go func() { // takes what comes later
		for m := range tech.client.Messages() {
			if c, ok := m.(*signaling.Candidate); ok {
				tech.AddCandidate(c)
				continue
			}
			tech.Messages <- peertest.Message{Channel: fromTheRelay, Message: m}
		}
	}()
	tech.WaitOpen()
}

// fromTheRelay marks what came from the relay among the messages of a technician.
const fromTheRelay signaling.ChannelID = 99

// session is a whole session in which the person has given that answer.
func (w *world) session(ask, answer signaling.Scopes) *technician {
	w.t.Helper()
	tech := w.request(ask)
	w.letIn(tech, answer)
	tech.offer(tech.granted.Grant)
	w.person.waitPhase(w.t, ui.Active)
	tech.WaitFrame()
	eventually(w.t, "the relay knows that they are connected", w.active)
	return tech
}

// active reports whether a session is active for the relay too, which hears of it
// after the two sides.
func (w *world) active() bool {
	for _, r := range w.store.All() {
		if r.State == signaling.StateActive {
			return true
		}
	}
	return false
}

// types sends input, and waits until the host has dealt with it.
func (tech *technician) types(first uint64, held signaling.Held, events ...signaling.Event) {
	tech.w.t.Helper()
	tech.Send(signaling.ChannelInput, &signaling.Input{First: first, Events: events, Held: held})
	last := first + uint64(len(events)) - 1
	peertest.WaitFor(tech.Technician, func(m *signaling.InputAck) bool { return m.Last == last })
}

func (tech *technician) waitScopes(want signaling.Scopes) {
	tech.w.t.Helper()
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return slices.Equal(m.Scopes, want) })
}

func (tech *technician) waitEnded(want signaling.EndReason) {
	tech.w.t.Helper()
	if got := peertest.Wait[*signaling.Ended](tech.Technician).Reason; got != want {
		tech.w.t.Errorf("ended with %q, want %q", got, want)
	}
}

func press(code string) *signaling.KeyEvent  { return &signaling.KeyEvent{Code: code, Down: true} }
func loosen(code string) *signaling.KeyEvent { return &signaling.KeyEvent{Code: code} }
func holding(codes ...string) signaling.Held { return signaling.Held{Keys: codes} }

// newGranted returns a gate on which scopes are granted and allowed for an hour.
func newGranted(scopes signaling.Scopes) *consent.Gate {
	gate, later := consent.NewGate(), time.Now().Add(time.Hour)
	gate.SetGrant(scopes, later)
	gate.Allow(scopes, later)
	return gate
}
