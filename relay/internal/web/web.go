// Package web is the relay's HTTP side: sign-in, health, the technician's page, and
// the WebSocket upgrades of hosts and technicians.
//
// Nothing is reachable that is not in the one table of routes, and every route says
// there what it needs. Paths are compared as they come, never cleaned: a path in
// another spelling is another path, and not found.
package web

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// Limits of HTTP requests. WebSocket connections have limits of their own.
const (
	headerWithin  = 10 * time.Second
	requestWithin = 30 * time.Second
	answerWithin  = 30 * time.Second
	idleFor       = time.Minute
	maxHeader     = 16 << 10
	maxBody       = 4 << 10
)

// Broker speaks with hosts and technicians; [broker.Broker] does.
type Broker interface {
	ServeHost(ctx context.Context, ws *websocket.Conn, addr netip.Addr) error
	ServeTechnician(ctx context.Context, ws *websocket.Conn, addr netip.Addr, who signaling.Person) error
	EndSessionsOf(accountID string)
	// EndAbsentSessionsOf ends those whose technician has no connection now.
	EndAbsentSessionsOf(accountID string)
	Counts() broker.Counts
	// LimitsChanged has the limits of all sessions asked for again.
	LimitsChanged()
	// Sessions and EndSession are for administrators.
	Sessions() []broker.Overview
	EndSession(id, by string) bool
}

// Database is asked whether it answers, and whether anything has changed in it.
type Database interface {
	Ping(ctx context.Context) error
	Version(ctx context.Context) (int64, error)
}

// Config is what a [Server] is made of.
type Config struct {
	Accounts *account.Service
	// OpenID is nil where nobody signs in at a provider.
	OpenID   OpenID
	Broker   Broker
	Database Database
	Policy   Policy
	// Keys returns the public keys that grants are signed with.
	Keys func() []signaling.GrantKey
	// Audit is the trail that auditors and administrators read.
	Audit Audit
	// Recordings is nil where none are kept.
	Recordings *Recordings
	// Uploads takes what hosts record; nil where nothing is recorded.
	Uploads Uploads
	// Downloads has the programs that people fetch.
	Downloads Downloads
	// Authority is the relay's own one, nil where its certificate comes from elsewhere.
	Authority *Authority
	// Viewer is the technician's page, with index.html at its root.
	Viewer fs.FS
	// PublicURL has a scheme and a host, as browsers write them in Origin.
	PublicURL *url.URL
	// Organisation is whom the technicians work for, as hosts read it.
	Organisation string
	// Version is the program's, for the health endpoint.
	Version string
	// Development says that the certificate is not one that browsers trust by
	// themselves: then they must not be told to insist on it.
	Development bool
	// HostsPerAddress and TechniciansPerAddress cap the open connections from one
	// IPv4 address or IPv6 /64.
	HostsPerAddress, TechniciansPerAddress int
	// Journal is told of changes to the policy; accounts and broker have their own. Nil is
	// for nobody.
	Journal func(audit.Event)
	Log     *slog.Logger
}

func (c Config) validate() error {
	switch {
	case c.Accounts == nil, c.Broker == nil, c.Database == nil, c.Audit == nil, c.Policy == nil, c.Keys == nil, c.Downloads == nil, c.Viewer == nil, c.Log == nil:
		return errors.New("web: accounts, broker, database, audit trail, policy, keys, downloads, viewer and log are required")
	case c.PublicURL == nil || c.PublicURL.Scheme == "" || c.PublicURL.Host == "":
		return errors.New("web: no public address")
	case c.HostsPerAddress < 1 || c.TechniciansPerAddress < 1:
		return errors.New("web: nobody may connect")
	}
	return nil
}

// Server answers HTTP requests.
type Server struct {
	// Set at construction.
	cfg      Config
	log      *slog.Logger
	routes   map[string]methods // by path
	pages    map[string]page    // by path
	origins  *http.CrossOriginProtection
	upgrader websocket.Upgrader
	http     *http.Server
	sockets  *sockets
	// downloads are those that run.
	downloads *downloads
	uploads   *uploads
}

// New reads the viewer's files and prepares a server.
func New(cfg Config) (*Server, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	if cfg.Journal == nil {
		cfg.Journal = func(audit.Event) {}
	}
	pages, err := loadPages(cfg.Viewer)
	if err != nil {
		return nil, fmt.Errorf("web: %w", err)
	}
	s := &Server{
		cfg: cfg, log: cfg.Log, pages: pages, origins: http.NewCrossOriginProtection(),
		sockets: newSockets(), downloads: newDownloads(mostDownloads, mostDownloadsPerAddress),
		uploads: newUploads(mostUploads, mostUploadsPerRecording),
	}
	s.upgrader = websocket.Upgrader{
		HandshakeTimeout: headerWithin,
		// Thousands of hosts wait, and say nothing: they share what is written with.
		ReadBufferSize:  1 << 10,
		WriteBufferSize: 4 << 10,
		WriteBufferPool: &sync.Pool{},
		// The origin was checked before, with an answer that says what is wrong.
		CheckOrigin: func(*http.Request) bool { return true },
		Error: func(w http.ResponseWriter, _ *http.Request, status int, reason error) {
			refuse(w, problem{status: status, Code: signaling.CodeBadMessage, Message: reason.Error()})
		},
	}
	if s.routes, err = index(s.table()); err != nil {
		return nil, err
	}
	s.http = &http.Server{
		Handler:           s,
		ReadHeaderTimeout: headerWithin,
		ReadTimeout:       requestWithin,
		WriteTimeout:      answerWithin,
		IdleTimeout:       idleFor,
		MaxHeaderBytes:    maxHeader,
		ConnState:         newConnections(mostConnections, mostConnectionsPerAddress).follow,
		ErrorLog:          slog.NewLogLogger(cfg.Log.Handler(), slog.LevelDebug),
	}
	return s, nil
}

// Serve answers what l accepts, which is decrypted already, until [Server.Close].
func (s *Server) Serve(l net.Listener) error {
	if err := s.http.Serve(l); !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve HTTP: %w", err)
	}
	return nil
}

// Close waits for the requests that are under way and for WebSocket connections
// to end, at most until ctx ends. Who ends those connections is the broker.
func (s *Server) Close(ctx context.Context) error {
	s.sockets.close()
	err := s.http.Shutdown(ctx)
	if err != nil {
		err = errors.Join(err, s.http.Close())
	}
	return errors.Join(err, s.sockets.wait(ctx))
}
