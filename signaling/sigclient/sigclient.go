// Package sigclient keeps a participant connected to the relay: it dials, resumes
// the session after a lost connection, and waits between tries with full jitter.
package sigclient

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/link"
)

const (
	// dialWithin is how long one attempt to connect may take.
	dialWithin = 10 * time.Second
	// firstPause and longestPause bound the wait before a try. Each is drawn anew
	// between nothing and the bound, so that a thousand hosts do not come back at once.
	firstPause   = 250 * time.Millisecond
	longestPause = 10 * time.Second
)

// ErrGone is returned by Send after Run has ended.
var ErrGone = errors.New("signaling client has ended")

// Config says how a Client connects.
type Config struct {
	// URL is the relay's address for this kind of participant, such as
	// "wss://help.example/signal/host".
	URL string
	// TLS says which certificates are trusted; nil means the system's.
	TLS *tls.Config
	// Header is sent with the upgrade; a technician's has the cookie and the origin.
	Header http.Header
	// Incoming is what the relay may send.
	Incoming *signaling.Set
	// First makes the message that introduces the participant on a connection without
	// a session to resume. It is nil for one that speaks first when it wants.
	First func() signaling.Message
	// Lost is the reason of the end when the relay does not know the session any more:
	// this side did not come back in time.
	Lost signaling.EndReason
	// Changed is told when a connection is made and when one is lost or cannot be
	// made, with the reason. It must not block. It may be nil.
	Changed func(connected bool, err error)
}

// Client is one participant's connection to the relay, over as many WebSockets as
// it takes.
type Client struct {
	// Set at construction.
	cfg      Config
	dialer   websocket.Dialer
	messages chan signaling.Message

	// Guarded by mu.
	mu        sync.Mutex
	link      *link.Link
	session   *signaling.Resume
	resumed   bool
	waiting   []signaling.Message
	gone      bool
	connected time.Time
}

// New checks cfg and returns a Client that has not connected yet.
func New(cfg Config) (*Client, error) {
	u, err := url.Parse(cfg.URL)
	if err != nil || u.Scheme != "wss" || u.Host == "" {
		return nil, fmt.Errorf("relay address %q: want wss://HOST/…", cfg.URL)
	}
	if cfg.Incoming == nil || cfg.Lost == "" {
		return nil, errors.New("signaling client: what may come in, and the reason of a loss, are required")
	}
	if cfg.Changed == nil {
		cfg.Changed = func(bool, error) {}
	}
	return &Client{
		cfg:      cfg,
		dialer:   websocket.Dialer{TLSClientConfig: cfg.TLS, HandshakeTimeout: dialWithin, Proxy: http.ProxyFromEnvironment},
		messages: make(chan signaling.Message, signaling.MaxQueue),
	}, nil
}

// Messages is what the relay sends, in order, until Run returns: then it is closed.
// Whoever reads it must keep reading.
func (c *Client) Messages() <-chan signaling.Message { return c.messages }

// Send passes a message to the relay, now or, during a session, when the connection
// is back. It returns ErrGone after Run, and an error for a message that the relay
// would refuse or when too many wait already.
func (c *Client) Send(m signaling.Message) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.gone {
		return ErrGone
	}
	if c.link != nil && (c.resumed || c.session == nil) {
		if err := c.link.Send(m); !errors.Is(err, link.ErrClosed) {
			return err
		}
	}
	if len(c.waiting) >= signaling.MaxQueue {
		return fmt.Errorf("%d messages wait for the relay", len(c.waiting))
	}
	c.waiting = append(c.waiting, m)
	return nil
}

// Run keeps the connection until ctx ends, and returns nil then. It returns an
// error that another try would not mend: a certificate that is not trusted, or one
// of the protocol's errors that say so.
func (c *Client) Run(ctx context.Context) error {
	defer close(c.messages)
	defer c.leave()
	for pause := firstPause; ; pause = min(2*pause, longestPause) {
		err := c.connect(ctx)
		if ctx.Err() != nil {
			return nil
		}
		if c.forget(ctx, err) {
			continue
		}
		if final(err) {
			return err
		}
		c.cfg.Changed(false, err)
		if c.stayed() {
			pause = firstPause
		}
		select {
		case <-ctx.Done():
			return nil
		case <-time.After(rand.N(pause)):
		}
	}
}

// connect makes one connection and serves it to its end.
func (c *Client) connect(ctx context.Context) error {
	dialCtx, cancel := context.WithTimeout(ctx, dialWithin)
	defer cancel()
	ws, response, err := c.dialer.DialContext(dialCtx, c.cfg.URL, c.cfg.Header)
	if err != nil {
		return refusal(response, err)
	}
	l := link.New(ws, signaling.MaxMessage)
	if err := c.introduce(l); err != nil {
		l.Close(nil)
		return errors.Join(err, l.Run(ctx, func([]byte) {}))
	}
	c.cfg.Changed(true, nil)
	var farewell *signaling.Error
	err = l.Run(ctx, func(data []byte) {
		if e := c.receive(ctx, l, data); e != nil {
			farewell = e
		}
	})
	if farewell != nil {
		err = farewell // says more than the close code
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link = nil
	return err
}

// stayed reports whether the connection that has just ended had lasted: then the
// next one is tried at once.
func (c *Client) stayed() bool {
	c.mu.Lock()
	defer c.mu.Unlock()
	lasted := !c.connected.IsZero() && time.Since(c.connected) > longestPause
	c.connected = time.Time{}
	return lasted
}

func (c *Client) leave() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.gone = true
}
