package app

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/way"
	"github.com/lendhand/lendhand/signaling"
)

// farewellWithin is how long a connection stays open so that the last message reaches
// the technician, and how long the session waits for it to be closed.
const farewellWithin = 500 * time.Millisecond

// link is the connection to the technician with what works through it. It is the
// connection's peer.Handler, and brings what happens to the session's goroutine.
type link struct {
	// Set at construction.
	session *session
	conn    *peer.Conn
	pane    *pane
	sink    picture.Sink // pane
	hands   *hands
	cursor  *cursor
	figures *figures
	done    chan struct{} // closed by rest

	// Owned by the session's goroutine.
	offer   *peer.Offer
	open    bool      // the control channel is
	listing bool      // the technician's side wants to know of the monitors
	told    time.Time // when it was told of them last
	telling bool      // it will be, in a moment
	unwatch func()    // nil while no picture goes this way
	// arriving is a text for this machine's clipboard.
	arriving arriving
	// carrier carries the bytes of files, nil while nobody needs it.
	carrier *carrier

	// pipeline makes the picture that goes this way, nil while there is none.
	pipeline atomic.Pointer[picture.Pipeline]
}

// newLink makes a connection that waits for its first offer.
func (s *session) newLink() (*link, error) {
	injector, err := s.config.OpenInjector()
	if err != nil {
		return nil, fmt.Errorf("open input: %w", err)
	}
	l := &link{session: s, done: make(chan struct{}), arriving: newArriving()}
	l.conn, err = peer.New(peer.Config{
		Codecs:    s.config.Codecs,
		Identity:  s.me.identity,
		Servers:   s.servers,
		DialTLS:   dialTLS(s.config.TLS),
		Ports:     s.config.Ports,
		Loopback:  s.config.Server.Loopback(),
		Allowance: &s.allowance,
		Handler:   l,
		Log:       s.log,
	})
	if err != nil {
		return nil, errors.Join(err, injector.Close())
	}
	l.conn.Hold(s.gate.Paused())
	l.pane = &pane{Conn: l.conn, sight: &s.sight}
	l.sink = l.pane
	l.hands = newHands(s.gate, injector, &s.sight, s.touch, s.own.yield, s.journal, l.drop, s.log)
	s.own.hands.Store(l.hands)
	go l.hands.run() // joined by hands.close
	l.cursor = &cursor{
		gate: s.gate, open: s.config.OpenPointer, sight: &s.sight, trail: &l.hands.trail,
		journal: s.journal, send: l.conn.Send, log: s.log, look: make(chan struct{}, 1),
	}
	l.figures = &figures{
		gate: s.gate, open: openMeter, picture: l.pipeline.Load, network: l.conn.Network, send: l.conn.Send, log: s.log,
	}
	return l, nil
}

// dialTLS opens TLS connections that trust whom config trusts.
func dialTLS(config *tls.Config) func(network, address string) (net.Conn, error) {
	return func(_, address string) (net.Conn, error) {
		return way.DialTLS(context.Background(), address, config)
	}
}

// watch sends a show's picture this way, from a key frame on.
func (l *link) watch(v *show) {
	if l.unwatch != nil {
		l.KeyFrameWanted()
		return
	}
	l.unwatch = v.to(l.sink)
	l.pipeline.Store(v.pipeline)
}

// rest lets go of everything, for good. It is called once.
func (l *link) rest() {
	close(l.done)
	l.hands.close()
	l.cursor.stop()
	l.figures.stop()
}

// close says a last word, if there is one, and ends the connection, after rest. It may
// wait for the network.
func (l *link) close(farewell signaling.Message) {
	if farewell != nil && l.conn.Send(signaling.ChannelControl, farewell) == nil {
		ctx, cancel := context.WithTimeout(context.Background(), farewellWithin)
		l.conn.Flush(ctx)
		cancel()
	}
	if err := l.conn.Close(); err != nil {
		l.session.log.Debug("connection closed", "error", err)
	}
	if l.unwatch != nil {
		l.unwatch()
	}
}

// part ends a connection, after rest. A network that does not take the last words is
// not waited for: run does that when all else is done.
func (s *session) part(l *link, farewell signaling.Message) {
	parted := make(chan struct{})
	s.parting.Go(func() {
		defer close(parted)
		l.close(farewell)
	})
	select {
	case <-parted:
	case <-time.After(farewellWithin):
		s.log.Info("the network holds up the end of a connection, which goes on by itself")
	}
}

// post has f called by the session's goroutine, unless the link rests by then.
func (l *link) post(f func(*session)) {
	s := l.session
	select {
	case s.mail <- func() {
		if s.link == l && s.reason == "" {
			f(s)
		}
	}:
	case <-l.done:
	}
}

// State implements peer.Handler.
func (l *link) State(state peer.State, path signaling.Path) {
	l.post(func(s *session) { s.connectionChanged(state, path) })
}

// Opened implements peer.Handler.
func (l *link) Opened(channel signaling.ChannelID) {
	switch channel {
	case signaling.ChannelControl:
		l.post(func(s *session) { s.controlOpened() })
	case signaling.ChannelCursor:
		l.cursor.again()
	case signaling.ChannelChat:
		l.post((*session).sayAgain)
	case signaling.ChannelFiles:
		l.post((*session).offerAgain)
	}
}

// Closed implements peer.Handler. A connection without one of its channels is none, but
// for that of the tiles, which a browser may lose with what draws them.
func (l *link) Closed(channel signaling.ChannelID) {
	if channel == signaling.ChannelTile {
		l.pane.wanted.Store(false)
		return
	}
	l.post(func(s *session) { s.lose() })
}

// Message implements peer.Handler. Input takes the short way. While the connection
// counts as broken it is dropped: whoever sends it repeats what matters.
func (l *link) Message(channel signaling.ChannelID, m signaling.Message) {
	switch channel {
	case signaling.ChannelControl:
		l.post(func(s *session) { s.hearTechnician(m) })
	case signaling.ChannelChat:
		l.post(func(s *session) { s.hearChat(m) })
	case signaling.ChannelClipboard:
		l.post(func(s *session) { s.hearClipboard(m) })
	case signaling.ChannelFiles:
		l.post(func(s *session) { s.hearFiles(m) })
	default:
		if !l.session.gate.Away() {
			l.hands.take(m)
		}
	}
}

// Broken implements peer.Handler.
func (l *link) Broken(err error) {
	l.post(func(s *session) { s.fail("message", err) })
}

// Candidate implements peer.Handler.
func (l *link) Candidate(c *signaling.Candidate) {
	l.post(func(s *session) { s.tell(c) })
}

// KeyFrameWanted implements peer.Handler.
func (l *link) KeyFrameWanted() {
	if p := l.pipeline.Load(); p != nil {
		p.RequestKeyFrame()
	}
}

// drop sends a message that may be lost.
func (l *link) drop(channel signaling.ChannelID, m signaling.Message) {
	if err := l.conn.Send(channel, m); err != nil {
		l.session.log.Debug("message to the technician dropped", "type", signaling.TypeOf(m), "error", err)
	}
}
