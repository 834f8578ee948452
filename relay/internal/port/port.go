// Package port lets one TCP port carry everything that the relay speaks over
// TLS. It performs the handshake, looks at the first byte inside, and hands
// the connection to one of two listeners: TURN or HTTP. A network that lets a
// web page through lets a session through.
package port

import (
	"context"
	"crypto/tls"
	"errors"
	"log/slog"
	"net"
	"sync"
	"time"
)

// Defaults for the zero values of [Config].
const (
	DefaultHandshakeTimeout = 10 * time.Second
	DefaultFirstByteTimeout = 10 * time.Second
	DefaultMaxPending       = 1024
	DefaultMaxPerAddress    = 64
)

// Config describes a [Splitter].
type Config struct {
	// Listener accepts TCP connections. The splitter closes it.
	Listener net.Listener
	// TLS is the server's side of the handshake.
	TLS *tls.Config
	// HandshakeTimeout is how long a client has for its handshake.
	HandshakeTimeout time.Duration
	// FirstByteTimeout is how long it then has to say something. Browsers open
	// connections ahead of need; they cope with losing one.
	FirstByteTimeout time.Duration
	// MaxPending is how many connections may be undecided at once. Further
	// ones are closed at once.
	MaxPending int
	// MaxPerAddress is how many of them one IPv4 address or IPv6 /64 may have.
	MaxPerAddress int
	// PublicURL is what someone who speaks plain HTTP is told to use.
	PublicURL string
	Logger    *slog.Logger
}

func (c *Config) validate() error {
	switch {
	case c.Listener == nil:
		return errors.New("port: no listener")
	case c.TLS == nil:
		return errors.New("port: no TLS configuration")
	case c.Logger == nil:
		return errors.New("port: no logger")
	case c.HandshakeTimeout < 0 || c.FirstByteTimeout < 0 || c.MaxPending < 0 || c.MaxPerAddress < 0:
		return errors.New("port: negative limit")
	}
	return nil
}

func (c *Config) setDefaults() {
	c.HandshakeTimeout = orDefault(c.HandshakeTimeout, DefaultHandshakeTimeout)
	c.FirstByteTimeout = orDefault(c.FirstByteTimeout, DefaultFirstByteTimeout)
	c.MaxPending = orDefault(c.MaxPending, DefaultMaxPending)
	c.MaxPerAddress = orDefault(c.MaxPerAddress, DefaultMaxPerAddress)
}

func orDefault[T time.Duration | int](v, d T) T {
	if v == 0 {
		return d
	}
	return v
}

// Splitter tells TURN from HTTP on one TLS port.
type Splitter struct {
	// Set at construction.
	cfg     Config
	log     *slog.Logger
	http    *queue
	turn    *queue
	pending *limiter
	ctx     context.Context // ends with Close
	cancel  context.CancelFunc

	wg sync.WaitGroup // the connections that are being decided
}

// Split prepares a splitter. It accepts nothing before [Splitter.Run].
func Split(cfg Config) (*Splitter, error) {
	if err := cfg.validate(); err != nil {
		return nil, err
	}
	cfg.setDefaults()
	addr := cfg.Listener.Addr()
	s := &Splitter{
		cfg:     cfg,
		log:     cfg.Logger,
		http:    newQueue(addr),
		turn:    newQueue(addr),
		pending: newLimiter(cfg.MaxPending, cfg.MaxPerAddress),
	}
	s.ctx, s.cancel = context.WithCancel(context.Background())
	return s, nil
}

// HTTP returns the listener of connections that speak HTTP. They are already
// decrypted: an http.Server takes them for plain ones, and offers HTTP/1.1.
func (s *Splitter) HTTP() net.Listener { return s.http }

// TURN returns the listener of connections whose first byte begins a STUN
// message. They are already decrypted.
func (s *Splitter) TURN() net.Listener { return s.turn }

// Run accepts connections until ctx ends or the splitter is closed, then waits
// for those it has not decided on yet. It returns an error only when the
// listener fails. Connections that were handed over are their takers' to close.
func (s *Splitter) Run(ctx context.Context) error {
	defer context.AfterFunc(ctx, func() { _ = s.Close() })()
	defer s.wg.Wait()
	defer func() { _ = s.Close() }()
	for {
		conn, err := s.cfg.Listener.Accept()
		switch {
		case err == nil:
			s.admit(conn)
		case s.ctx.Err() != nil:
			return nil
		case errors.Is(err, net.ErrClosed):
			return err
		default:
			s.log.Warn("accept connection", "error", err)
			s.pause()
		}
	}
}

// pause waits a moment for what accepting lacks, file descriptors mostly.
func (s *Splitter) pause() {
	select {
	case <-time.After(50 * time.Millisecond):
	case <-s.ctx.Done():
	}
}

// Close stops accepting, ends the connections that are not handed over yet,
// and closes both listeners. It may be called more than once.
func (s *Splitter) Close() error {
	s.cancel()
	_ = s.http.Close()
	_ = s.turn.Close()
	if err := s.cfg.Listener.Close(); err != nil && !errors.Is(err, net.ErrClosed) {
		return err
	}
	return nil
}
