package app

import (
	"encoding/binary"
	"errors"
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/signaling"
)

// pieceHead is how many bytes of a piece say which file it is of.
const pieceHead = 4

// carrier is the connection that the bytes of files take beside a link. It is the
// connection's peer.Handler.
type carrier struct {
	link  *link
	bytes *peer.Bytes
	done  chan struct{} // closed by close
	open  bool          // its channel is; owned by the session's goroutine
}

// hearBytesOffer answers the technician's offer of a connection for files.
func (s *session) hearBytesOffer(m *signaling.Offer) {
	offer, err := peer.ParseBytesOffer(m.SDP)
	if err == nil && offer.Fingerprint != s.link.offer.Fingerprint {
		err = errors.New("the files' connection has another key")
	}
	if err != nil {
		s.fail("files", err)
		return
	}
	if c := s.link.carrier; c != nil && !c.bytes.Continues(offer) {
		s.dropCarrier()
	}
	if err := s.carry(); err != nil {
		s.log.Warn("no connection for files", slog.Any("error", err))
		return
	}
	answer, err := s.link.carrier.bytes.Accept(offer)
	if err != nil {
		s.fail("files", err)
		return
	}
	s.link.drop(signaling.ChannelFiles, &signaling.Answer{SDP: answer})
}

// carry makes a carrier where there is none.
func (s *session) carry() error {
	if s.link.carrier != nil {
		return nil
	}
	c := &carrier{link: s.link, done: make(chan struct{})}
	var err error
	c.bytes, err = peer.NewBytes(peer.Config{
		Identity:  s.me.identity,
		Servers:   s.servers,
		DialTLS:   dialTLS(s.config.TLS),
		Ports:     s.config.Ports,
		Loopback:  s.config.Server.Loopback(),
		Allowance: &s.allowance,
		Handler:   c,
		Log:       s.log,
	}, c.hear)
	if err != nil {
		return err
	}
	s.link.carrier = c
	return nil
}

// dropCarrier ends the connection for files. What is on its way waits for another one.
func (s *session) dropCarrier() {
	c := s.link.carrier
	if c == nil {
		return
	}
	s.link.carrier = nil
	close(c.done)
	s.files.stopSending()
	s.parting.Go(func() {
		if err := c.bytes.Close(); err != nil {
			s.log.Debug("the files' connection closed", slog.Any("error", err))
		}
	})
}

// post has f called by the session's goroutine, unless the carrier is dropped by then.
func (c *carrier) post(f func(*session)) {
	s := c.link.session
	select {
	case s.mail <- func() {
		if s.link == c.link && c.link.carrier == c && s.reason == "" {
			f(s)
		}
	}:
	case <-c.done:
	}
}

// hear takes a piece of a file. It waits while nothing may move.
func (c *carrier) hear(piece []byte) {
	if len(piece) <= pieceHead || len(piece) > pieceHead+signaling.MaxFileChunk {
		c.Broken(errors.New("a piece of a file that is none"))
		return
	}
	select {
	case <-c.done:
		return // another connection goes on with the file
	default:
	}
	s := c.link.session
	in := s.files.in.Load()
	if in == nil || in.id != binary.BigEndian.Uint32(piece) {
		return // it was dropped a moment ago
	}
	told, err := in.take(s.gate, piece[pieceHead:], c.done)
	switch {
	case err != nil:
		c.post(func(s *session) { s.dropIncoming(in, reasonOf(err)) })
	case told:
		c.post(func(s *session) { s.received(in) })
	}
}

// State implements peer.Handler.
func (c *carrier) State(state peer.State, _ signaling.Path) {
	if state == peer.Failed {
		c.post((*session).dropCarrier)
	}
}

// Opened implements peer.Handler.
func (c *carrier) Opened(signaling.ChannelID) {
	c.post(func(s *session) {
		c.open = true
		s.sendFile()
	})
}

// Closed implements peer.Handler.
func (c *carrier) Closed(signaling.ChannelID) { c.post((*session).dropCarrier) }

// Broken implements peer.Handler.
func (c *carrier) Broken(err error) { c.post(func(s *session) { s.fail("files", err) }) }

// Candidate implements peer.Handler.
func (c *carrier) Candidate(m *signaling.Candidate) {
	c.post(func(s *session) { s.link.drop(signaling.ChannelFiles, m) })
}

// Message implements peer.Handler: there are none.
func (c *carrier) Message(signaling.ChannelID, signaling.Message) {}

// KeyFrameWanted implements peer.Handler: there is no picture.
func (c *carrier) KeyFrameWanted() {}
