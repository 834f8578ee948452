// Package broker is the relay's side of the protocol: it gives hosts their codes,
// finds the host of a code, carries request and consent, mints grants, and passes
// the WebRTC negotiation on. PROTOCOL.md section 4 draws the states.
//
// All sessions are guarded by one mutex. Handlers run under it and never wait for a
// network: what they send goes to bounded queues, and only the store is written.
package broker

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/pace"
)

// Turn is the forwarding of packets for sessions whose sides cannot reach each
// other. It must not block.
type Turn interface {
	// Open lets a session's participants use the TURN server until End.
	Open(sessionID string)
	// Servers returns the addresses of the TURN server, with credentials of minutes
	// for "host" or "technician", and when these run out.
	Servers(sessionID, participant string) (servers []signaling.ICEServer, expires time.Time)
	// Allow notes an address that a participant has announced as its own.
	Allow(sessionID string, peer netip.AddrPort)
	// End takes everything back.
	End(sessionID string)
}

// Config says what a Broker works with. All fields but Recordings, Limits, Photo and
// Journal are required.
type Config struct {
	Store  Store
	Grants *grant.Issuer
	Turn   Turn
	// Recordings is where hosts upload to; nil: nothing can be recorded.
	Recordings Recordings
	// CodeKey is the secret with which codes are hashed before they are stored. It
	// stays the same for the life of the store.
	CodeKey []byte
	// Limits returns what a technician's organisation allows now; nil: everything. It must
	// not block. LimitsChanged has it asked again.
	Limits func(technicianID string) Limits
	// Photo returns a technician's photo, as signaling.CheckPhoto wants it, or nothing; nil:
	// there are none. It must not block.
	Photo func(technicianID string) []byte
	// Journal is told what happens, in order; nil for nobody. Sessions wait for it.
	Journal func(Event)
	Log     *slog.Logger
}

// Broker matches hosts and technicians.
type Broker struct {
	// Set at construction.
	store  Store
	grants *grant.Issuer
	turn   Turn
	// recordings is nil when nothing can be recorded.
	recordings Recordings
	codeKey    []byte
	limits     func(technicianID string) Limits
	photo      func(technicianID string) []byte
	journal    func(Event)
	log        *slog.Logger
	serving    sync.WaitGroup

	// Guarded by mu.
	mu       sync.Mutex
	closed   bool
	sessions map[string]*session
	visitors map[*visitor]struct{}
	codes    codeTable
	// tries are wrong codes, openings wrong invitations.
	tries, openings *budgets
	invitations     invitationTable
	// newcomers paces registrations by network.
	newcomers *pace.Table[netip.Prefix]
}

// New makes a Broker and takes up the sessions that were open when the store was
// closed: their participants have ReturnWithin to come back.
func New(ctx context.Context, cfg Config) (*Broker, error) {
	switch {
	case cfg.Store == nil, cfg.Grants == nil, cfg.Turn == nil, cfg.Log == nil:
		return nil, errors.New("broker: store, grants, turn and log are required")
	case len(cfg.CodeKey) < sha256.Size:
		return nil, fmt.Errorf("broker: the code key has %d bytes, want %d", len(cfg.CodeKey), sha256.Size)
	}
	b := &Broker{
		store: cfg.Store, grants: cfg.Grants, turn: cfg.Turn, recordings: cfg.Recordings, codeKey: cfg.CodeKey, log: cfg.Log,
		limits: cfg.Limits, photo: cfg.Photo, journal: cfg.Journal,
		sessions: map[string]*session{}, visitors: map[*visitor]struct{}{},
		codes: newCodeTable(), tries: newBudgets(), openings: newBudgets(), invitations: newInvitationTable(),
		newcomers: pace.NewTable[netip.Prefix](newcomersAtOnce, newcomerEvery),
	}
	records, err := cfg.Store.OpenSessions(ctx)
	if err != nil {
		return nil, fmt.Errorf("take up open sessions: %w", err)
	}
	invitations, err := cfg.Store.Invitations(ctx)
	if err != nil {
		return nil, fmt.Errorf("take up invitations: %w", err)
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, i := range invitations {
		b.hold(i)
	}
	for _, r := range records {
		b.takeUp(r)
	}
	return b, nil
}

// Counts is the number of sessions by what they are doing.
type Counts struct {
	// Waiting have a code, Asked a person who has not answered, Running the rest.
	Waiting, Asked, Running int
}

// Counts counts the live sessions.
func (b *Broker) Counts() Counts {
	b.mu.Lock()
	defer b.mu.Unlock()
	var c Counts
	for _, s := range b.sessions {
		switch s.State {
		case signaling.StateWaiting:
			c.Waiting++
		case signaling.StateRequested:
			c.Asked++
		case signaling.StateConnecting, signaling.StateActive, signaling.StateReconnecting:
			c.Running++
		case signaling.StateEnded:
		}
	}
	return c
}

// ServeHost speaks with a host over ws, which it owns, until the connection ends.
// addr is the host's network address.
func (b *Broker) ServeHost(ctx context.Context, ws *websocket.Conn, addr netip.Addr) error {
	v := newVisitor(ws, host, addr, signaling.Person{})
	late := time.AfterFunc(signaling.IntroduceWithin, func() { b.introducedOrGone(v) })
	defer late.Stop()
	return b.serve(ctx, v)
}

// ServeTechnician speaks with a signed-in technician over ws, which it owns, until
// the connection ends. When ctx ends, their sign-in has: the session that runs over
// this connection ends at the host too.
func (b *Broker) ServeTechnician(ctx context.Context, ws *websocket.Conn, addr netip.Addr, who signaling.Person) error {
	return b.serve(ctx, newVisitor(ws, technician, addr, who))
}

func (b *Broker) serve(ctx context.Context, v *visitor) error {
	b.mu.Lock()
	if b.closed {
		// Close waits for those that it knows of; this one ends by itself.
		b.mu.Unlock()
		v.link.Close(stopping())
		return v.link.Run(ctx, func([]byte) {})
	}
	b.visitors[v] = struct{}{}
	b.serving.Add(1)
	if v.role == technician {
		b.greet(v)
	}
	b.mu.Unlock()
	defer b.serving.Done()
	// Not after Run, which gives the other end time to say goodbye.
	revoked := make(chan struct{})
	stop := context.AfterFunc(ctx, func() {
		defer close(revoked)
		b.revoke(v)
	})
	err := v.link.Run(ctx, func(data []byte) { b.receive(v, data) })
	if !stop() {
		<-revoked
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.visitors, v)
	b.leave(v)
	return err
}

// revoke ends the session of a visitor whose context has ended.
func (b *Broker) revoke(v *visitor) {
	b.mu.Lock()
	defer b.mu.Unlock()
	if s := v.session; !b.closed && s != nil && s.party(v.role).visitor == v {
		b.end(s, signaling.EndRevoked)
	}
}

// EndSessionsOf ends the sessions of a technician's account, and its connections.
func (b *Broker) EndSessionsOf(accountID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.Technician.ID == accountID {
			b.end(s, signaling.EndRevoked)
		}
	}
	for v := range b.visitors {
		if v.role == technician && v.who.ID == accountID {
			v.link.Close(&signaling.Error{
				Code:    signaling.CodeUnauthenticated,
				Message: "Your account was signed out.",
				Hint:    "Sign in again, or ask your administrator.",
			})
		}
	}
}

// EndAbsentSessionsOf ends the sessions of a technician's account that wait for them to
// come back: media flows without the relay, also to one who has hung up on it.
func (b *Broker) EndAbsentSessionsOf(accountID string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		if s.Technician.ID == accountID && s.technician.visitor == nil {
			b.end(s, signaling.EndRevoked)
		}
	}
}

// Close tells every participant that the relay stops and waits for their
// connections to end. Open sessions stay in the store.
func (b *Broker) Close() {
	b.mu.Lock()
	b.closed = true
	for v := range b.visitors {
		v.link.Close(stopping())
	}
	b.mu.Unlock()
	b.serving.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	for _, s := range b.sessions {
		s.stopTimers()
	}
	for _, i := range b.invitations.byID {
		i.expiry.stop()
	}
}

func stopping() *signaling.Error {
	return &signaling.Error{
		Code:    signaling.CodeRelayStopping,
		Message: "The relay is restarting.",
		Hint:    "The program comes back by itself.",
	}
}

// saveWithin is how long the store may take. All sessions wait for it.
const saveWithin = 5 * time.Second

// save writes the session's record. A store that fails is the administrator's to
// mend; the session goes on, and only a restart of the relay would lose it.
func (b *Broker) save(s *session) {
	s.Changed = time.Now()
	ctx, cancel := context.WithTimeout(context.Background(), saveWithin)
	defer cancel()
	if err := b.store.SaveSession(ctx, s.Record); err != nil {
		b.log.Error("session not saved", "session", s.ID, "error", err)
	}
}

// keep writes the record of a session that has ended. One that nobody has found is
// not worth remembering: strangers can make any number of them.
func (b *Broker) keep(s *session) {
	if s.Technician.ID != "" {
		b.save(s)
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), saveWithin)
	defer cancel()
	if err := b.store.DeleteSession(ctx, s.ID); err != nil {
		b.log.Error("session not forgotten", "session", s.ID, "error", err)
	}
}

// keyed hashes a secret of few bits so that a copy of the store does not reveal it.
func (b *Broker) keyed(s string) []byte {
	mac := hmac.New(sha256.New, b.codeKey)
	mac.Write([]byte(s))
	return mac.Sum(nil)
}
