package sigclient

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/link"
)

// What a client remembers of its session, so as to come back to it.

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
