// Package turn is the relay's embedded TURN server (RFC 8656): over UDP, and
// over TLS on the port shared with HTTPS.
//
// It relays for sessions and for nothing else. Credentials belong to one
// session and live for minutes. Packets go only to the relayed addresses of
// the same session and to public addresses that its participants announced;
// the check is made on every packet in both directions, by the socket itself,
// whatever permissions were granted before. Relayed TCP (RFC 6062) is refused.
// How many ports a session may hold, how fast they may carry, and for how long,
// has bounds.
package turn

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/pion/logging"
	"github.com/pion/turn/v5"
)

// Defaults for the zero values of [Config].
const (
	DefaultRealm          = "lendhand"
	DefaultLifetime       = 5 * time.Minute
	DefaultMaxAllocations = 512
	DefaultMaxRate        = 12_500_000 // 100 Mbit/s: several screens of 1080p in full motion
	DefaultMaxSession     = 24 * time.Hour
)

// maxPacket is the largest packet taken from a client, in bytes: an Ethernet
// frame's payload and the framing of TURN around it.
const maxPacket = 2048

// PortRange is an inclusive range of UDP ports. The zero value means whatever
// the system gives.
type PortRange struct{ Min, Max uint16 }

// Config describes a [Server].
type Config struct {
	// PacketConn receives TURN over UDP. The server closes it.
	PacketConn net.PacketConn
	// Listener accepts decrypted connections that speak TURN. The server
	// closes it. May be nil.
	Listener net.Listener
	// RelayIP is the address that peers see relayed packets come from.
	RelayIP netip.Addr
	// BindIP is the local address for relayed ports: of the same family, and
	// different from RelayIP behind a one-to-one NAT.
	BindIP netip.Addr
	// PortRange limits the relayed ports.
	PortRange PortRange
	// Realm is shown to clients; it may be anything.
	Realm string
	// Lifetime is how long new credentials may be used to allocate.
	Lifetime time.Duration
	// MaxAllocations caps the relayed ports of all sessions together.
	MaxAllocations int
	// MaxRate is how many bytes a second each participant of a session may send, and
	// how many may come to it from outside. What is above is lost, as it would be on
	// a narrow line; the other participant does not notice.
	MaxRate int
	// MaxSession is how long a session may relay.
	MaxSession time.Duration
	// Deny are further networks that are never relayed to, though their addresses are
	// public: those that trust this machine more than they trust the internet.
	Deny []netip.Prefix
	// Clock tells the time; nil means time.Now.
	Clock  func() time.Time
	Logger *slog.Logger
}

func (c *Config) validate() error {
	switch {
	case c.PacketConn == nil:
		return errors.New("turn: no packet connection")
	case !c.RelayIP.IsValid() || c.RelayIP.IsUnspecified() || c.RelayIP.IsMulticast():
		return fmt.Errorf("turn: relay address %q is not one that peers can use", c.RelayIP)
	case !c.BindIP.IsValid() || c.BindIP.Is4() != c.RelayIP.Is4():
		return fmt.Errorf("turn: bind address %q does not fit relay address %q", c.BindIP, c.RelayIP)
	case c.PortRange.Min > c.PortRange.Max || (c.PortRange.Min == 0) != (c.PortRange.Max == 0):
		return fmt.Errorf("turn: port range %d-%d is empty", c.PortRange.Min, c.PortRange.Max)
	case c.Lifetime < 0 || c.MaxAllocations < 0 || c.MaxRate < 0 || c.MaxSession < 0:
		return errors.New("turn: negative limit")
	case c.Logger == nil:
		return errors.New("turn: no logger")
	}
	return nil
}

// normal returns the configuration with unmapped addresses and defaults.
func (c Config) normal() Config {
	c.RelayIP, c.BindIP = c.RelayIP.Unmap().WithZone(""), c.BindIP.Unmap().WithZone("")
	c.Realm = cmp.Or(c.Realm, DefaultRealm)
	c.Lifetime = cmp.Or(c.Lifetime, DefaultLifetime)
	c.MaxAllocations = cmp.Or(c.MaxAllocations, DefaultMaxAllocations)
	c.MaxRate = cmp.Or(c.MaxRate, DefaultMaxRate)
	c.MaxSession = cmp.Or(c.MaxSession, DefaultMaxSession)
	if c.Clock == nil {
		c.Clock = time.Now
	}
	return c
}

// Server relays packets for sessions.
type Server struct {
	// Set at construction.
	cfg     Config
	log     *slog.Logger
	pion    *turn.Server
	streams *streams   // nil without a listener
	failed  chan error // the first failure of a socket
	closed  chan struct{}
	own     ownAddresses

	closeOnce sync.Once

	mu       sync.Mutex // guards the rest; taken before a session's
	sessions map[string]*session
	clients  map[clientKey]*relayConn // who holds which allocation
	count    int                      // allocations of all sessions
}

// New starts a server: it answers from now on. Use [Server.Run] to tie it to a
// context, or [Server.Close].
func New(cfg Config) (*Server, error) {
	cfg = cfg.normal()
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	s := &Server{
		cfg:      cfg,
		log:      cfg.Logger,
		failed:   make(chan error, 1),
		closed:   make(chan struct{}),
		sessions: make(map[string]*session),
		clients:  make(map[clientKey]*relayConn),
	}
	// Better now than when the first session needs it.
	probe, err := s.bind(s.network())
	if err != nil {
		return nil, fmt.Errorf("start TURN: %w", err)
	}
	_ = probe.Close()
	if s.pion, err = turn.NewServer(s.pionConfig()); err != nil {
		return nil, fmt.Errorf("start TURN: %w", err)
	}
	return s, nil
}

func (s *Server) pionConfig() turn.ServerConfig {
	cfg := turn.ServerConfig{
		Realm:        s.cfg.Realm,
		AuthHandler:  s.authenticate,
		QuotaHandler: s.withinQuota,
		EventHandler: turn.EventHandler{OnAllocationCreated: s.created},
		// It logs packets that anybody can send.
		LoggerFactory: &logging.DefaultLoggerFactory{DefaultLogLevel: logging.LogLevelDisabled},
		// Who asks for no family gets the one that we have.
		StrictAddressFamily: s.cfg.RelayIP.Is4(),
		InboundMTU:          maxPacket,
		PacketConnConfigs: []turn.PacketConnConfig{{
			PacketConn:            &packets{PacketConn: s.cfg.PacketConn, failed: s.fail},
			RelayAddressGenerator: (*generator)(s),
			PermissionHandler:     s.permit,
		}},
	}
	if s.cfg.Listener != nil {
		s.streams = newStreams(s.cfg.Listener, 2*s.cfg.MaxAllocations, s.holdsAny, s.fail)
		cfg.ListenerConfigs = []turn.ListenerConfig{{
			Listener: s.streams, RelayAddressGenerator: (*generator)(s), PermissionHandler: s.permit,
		}}
	}
	return cfg
}

// fail notes that a socket gave up.
func (s *Server) fail(err error) {
	select {
	case s.failed <- err:
	default:
	}
}

// Run waits until ctx ends, the server is closed, or one of its sockets fails,
// and closes the server. It returns an error only for a failure.
func (s *Server) Run(ctx context.Context) error {
	defer func() { _ = s.Close() }()
	select {
	case <-ctx.Done():
		return nil
	case <-s.closed:
		return nil
	case err := <-s.failed:
		select {
		case <-s.closed: // that was us
			return nil
		default:
			return fmt.Errorf("TURN: %w", err)
		}
	}
}

// Close ends all sessions and closes the sockets. It may be called more than
// once. The goroutines behind the sockets end with them, very soon after.
func (s *Server) Close() error {
	var err error
	s.closeOnce.Do(func() {
		close(s.closed)
		err = s.pion.Close()
		for _, id := range s.openSessions() {
			s.End(id)
		}
		if s.streams != nil {
			s.streams.closeAll()
		}
	})
	return err
}
