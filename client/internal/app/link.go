package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"image"
	"net"
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

// farewellWithin is how long a connection stays open so that the last message reaches
// the technician.
const farewellWithin = 500 * time.Millisecond

// link is the connection to the technician with what works through it. It is the
// connection's peer.Handler, and brings what happens to the session's goroutine.
type link struct {
	// Set at construction.
	session *session
	conn    *peer.Conn
	hands   *hands
	done    chan struct{} // closed by rest

	// Owned by the session's goroutine.
	offer    *peer.Offer
	open     bool        // the control channel is
	size     image.Point // the picture's, zero before the first
	stopShow func()      // nil while no picture is taken

	// Guarded by mu.
	mu       sync.Mutex
	pipeline *picture.Pipeline // nil while no picture is taken
}

// newLink makes a connection that waits for its first offer.
func (s *session) newLink() (*link, error) {
	injector, err := s.config.OpenInjector()
	if err != nil {
		return nil, fmt.Errorf("open input: %w", err)
	}
	l := &link{session: s, done: make(chan struct{})}
	l.conn, err = peer.New(peer.Config{
		Codecs:   s.config.Codecs,
		Identity: s.me.identity,
		Servers:  s.servers,
		DialTLS:  dialTLS(s.config.TLS),
		Ports:    s.config.Ports,
		Loopback: s.config.Server.loopback,
		Handler:  l,
		Log:      s.log,
	})
	if err != nil {
		return nil, errors.Join(err, injector.Close())
	}
	l.hands = newHands(s.gate, injector, l.drop, s.log)
	go l.hands.run() // joined by hands.close
	return l, nil
}

// dialTLS opens TLS connections that trust whom config trusts.
func dialTLS(config *tls.Config) func(network, address string) (net.Conn, error) {
	const within = 10 * time.Second
	d := &tls.Dialer{NetDialer: &net.Dialer{Timeout: within}, Config: config}
	return func(network, address string) (net.Conn, error) {
		ctx, cancel := context.WithTimeout(context.Background(), within)
		defer cancel()
		return d.DialContext(ctx, network, address)
	}
}

// rest lets go of everything and stops the picture, for good. It is called once.
func (l *link) rest() {
	close(l.done)
	l.hands.close()
	l.stopPicture()
}

// close says a last word, if there is one, and ends the connection, after rest.
func (l *link) close(farewell signaling.Message) {
	if farewell != nil && l.conn.Send(signaling.ChannelControl, farewell) == nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewellWithin)
		l.conn.Flush(ctx)
		cancel()
	}
	if err := l.conn.Close(); err != nil {
		l.session.log.Debug("connection closed", "error", err)
	}
}

// post has f called by the session's goroutine, unless the link rests or stop is
// closed by then.
func (l *link) post(stop <-chan struct{}, f func(*session)) {
	s := l.session
	select {
	case s.mail <- func() {
		if s.link == l && s.reason == "" {
			f(s)
		}
	}:
	case <-l.done:
	case <-stop:
	}
}

// State implements peer.Handler.
func (l *link) State(state peer.State, path signaling.Path) {
	l.post(nil, func(s *session) { s.connectionChanged(state, path) })
}

// Opened implements peer.Handler.
func (l *link) Opened(channel signaling.ChannelID) {
	if channel == signaling.ChannelControl {
		l.post(nil, func(s *session) { s.controlOpened() })
	}
}

// Closed implements peer.Handler. A connection without one of its channels is none.
func (l *link) Closed(signaling.ChannelID) {
	l.post(nil, func(s *session) { s.disconnected() })
}

// Message implements peer.Handler. Input takes the short way.
func (l *link) Message(channel signaling.ChannelID, m signaling.Message) {
	if channel != signaling.ChannelControl {
		l.hands.take(m)
		return
	}
	l.post(nil, func(s *session) { s.hearTechnician(m) })
}

// Broken implements peer.Handler.
func (l *link) Broken(err error) {
	l.post(nil, func(s *session) { s.fail("message", err) })
}

// Candidate implements peer.Handler.
func (l *link) Candidate(c *signaling.Candidate) {
	l.post(nil, func(s *session) { s.tell(c) })
}

// KeyFrameWanted implements peer.Handler.
func (l *link) KeyFrameWanted() {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.pipeline != nil {
		l.pipeline.RequestKeyFrame()
	}
}

// drop sends a message that may be lost.
func (l *link) drop(channel signaling.ChannelID, m signaling.Message) {
	if err := l.conn.Send(channel, m); err != nil {
		l.session.log.Debug("message to the technician dropped", "type", signaling.TypeOf(m), "error", err)
	}
}

// startPicture begins to take pictures. One that is taken already begins anew with a
// key frame.
func (l *link) startPicture() {
	if l.stopShow != nil {
		l.KeyFrameWanted()
		return
	}
	c := l.session.config
	ctx, cancel := context.WithCancel(context.Background())
	pipeline, err := picture.New(picture.Config{
		Open:          c.OpenScreen,
		Codec:         l.conn.Codec(),
		BitsPerSecond: c.BitsPerSecond,
		Threads:       c.Threads,
		Resized:       func(bounds image.Rectangle) { l.resized(ctx, bounds) },
		Log:           l.session.log,
	})
	if err != nil {
		cancel()
		l.session.fail("picture", err)
		return
	}
	remove := pipeline.Add(screening{l.session.gate, l.conn})
	var running sync.WaitGroup
	running.Go(func() {
		if err := pipeline.Run(ctx); ctx.Err() == nil { // else it ends because it was told to
			l.post(ctx.Done(), func(s *session) { s.fail("picture", err) })
		}
	})
	l.mu.Lock()
	l.pipeline = pipeline
	l.mu.Unlock()
	l.stopShow = func() {
		cancel()
		running.Wait()
		remove()
	}
}

// stopPicture stops taking pictures.
func (l *link) stopPicture() {
	if l.stopShow == nil {
		return
	}
	l.stopShow()
	l.stopShow = nil
	l.mu.Lock()
	l.pipeline = nil
	l.mu.Unlock()
}

// resized tells where the picture is, before it is shown.
func (l *link) resized(ctx context.Context, bounds image.Rectangle) {
	l.hands.place(bounds)
	l.post(ctx.Done(), func(s *session) { s.screenChanged(bounds.Size()) })
}

// screening shows pictures as long as that is allowed.
type screening struct {
	gate *consent.Gate
	sink picture.Sink
}

// WriteFrame implements picture.Sink.
func (v screening) WriteFrame(f picture.Frame) error {
	var err error
	if !v.gate.Do(signaling.ScopeView, func() { err = v.sink.WriteFrame(f) }) {
		return errors.New("viewing is not allowed any more")
	}
	return err
}
