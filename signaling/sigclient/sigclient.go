// Package sigclient keeps a participant connected to the relay: it dials, resumes
// the session after a lost connection, and waits between tries with full jitter.
package sigclient

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
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
	// maxRefusal is how much of the body of a refused upgrade is read, in bytes.
	maxRefusal = 4 << 10
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

// introduce says who the participant is, and then what has waited.
func (c *Client) introduce(l *link.Link) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.link, c.resumed, c.connected = l, false, time.Now()
	switch {
	case c.session != nil:
		return l.Send(c.session)
	case c.cfg.First != nil:
		c.waiting = nil // it was about a session that is over
		return l.Send(c.cfg.First())
	}
	return c.flush()
}

// flush sends what has waited. Called with mu held.
func (c *Client) flush() error {
	waiting := c.waiting
	c.waiting = nil
	for _, m := range waiting {
		if err := c.link.Send(m); err != nil {
			return err
		}
	}
	return nil
}

// receive passes a message on. An error that ends the connection is not passed on
// but returned: it is the reason that Run acts on.
func (c *Client) receive(ctx context.Context, l *link.Link, data []byte) *signaling.Error {
	m, err := c.cfg.Incoming.Decode(data)
	if err != nil {
		var problem *signaling.Error
		errors.As(err, &problem)
		l.Close(problem)
		return nil
	}
	if e, ok := m.(*signaling.Error); ok {
		if _, fatal := e.CloseCode(); fatal {
			return e
		}
	}
	c.note(m)
	select {
	case c.messages <- m:
	case <-ctx.Done():
	}
	return nil
}

// note keeps what is needed to resume.
func (c *Client) note(m signaling.Message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	switch m := m.(type) {
	case *signaling.Registered:
		c.session, c.resumed = &signaling.Resume{Version: signaling.Version, SessionID: m.SessionID, Token: m.Token}, true
	case *signaling.Requested:
		c.session, c.resumed = &signaling.Resume{Version: signaling.Version, SessionID: m.SessionID, Token: m.Token}, true
	case *signaling.Resumed:
		c.resumed = true
		_ = c.flush() // a link that has ended is resumed again
	case *signaling.Ended:
		c.session, c.waiting = nil, nil
	}
}

// forget drops a session that the relay does not know any more, tells the reader,
// and reports whether that was it.
func (c *Client) forget(ctx context.Context, err error) bool {
	var problem *signaling.Error
	if !errors.As(err, &problem) || problem.Code != signaling.CodeSessionUnknown {
		return false
	}
	c.mu.Lock()
	c.session, c.waiting = nil, nil
	c.mu.Unlock()
	select {
	case c.messages <- &signaling.Ended{Reason: c.cfg.Lost}:
	case <-ctx.Done():
	}
	return true
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

// final reports whether trying again is of no use.
func final(err error) bool {
	var untrusted *tls.CertificateVerificationError
	if errors.As(err, &untrusted) {
		return true
	}
	var problem *signaling.Error
	if !errors.As(err, &problem) {
		return false
	}
	switch problem.Code {
	case signaling.CodeRelayStopping, signaling.CodeSlow, signaling.CodeInternal, signaling.CodeTooMany, signaling.CodeNotIntroduced:
		return false
	}
	return true
}

// refusal turns the relay's answer to a refused upgrade into its error.
func refusal(response *http.Response, err error) error {
	if response == nil {
		return fmt.Errorf("connect to the relay: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // nothing more is read
	var problem signaling.Error
	body, readErr := io.ReadAll(io.LimitReader(response.Body, maxRefusal))
	if readErr == nil && json.Unmarshal(body, &problem) == nil && problem.Code != "" {
		return &problem
	}
	return fmt.Errorf("connect to the relay: HTTP status %s", response.Status)
}
