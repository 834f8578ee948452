// Package peer is the host's half of the WebRTC connection to one technician, and
// the one place that knows pion.
//
// It carries: frames out, messages in and out, and what happens to the connection
// to a [Handler]. It knows nothing of permission. What comes in is bounded and
// well formed when the handler gets it; whether it may be done is not asked here.
package peer

import (
	"errors"
	"fmt"
	"log/slog"
	"net"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/signaling"
)

// Errors of a Conn, wrapped with details.
var (
	// ErrOffer says that a session description has not the shape that the protocol
	// prescribes.
	ErrOffer = errors.New("unacceptable offer")
	// ErrNoCodec says that the technician's browser has none of our codecs.
	ErrNoCodec = errors.New("no common codec")
	// ErrSlow says that the technician does not read what is sent.
	ErrSlow = errors.New("the technician does not read")
	// ErrKeys says that the technician's side could not prove that it has the certificate
	// which its offer names, so that there is no connection.
	ErrKeys = errors.New("the other side did not prove its key")
	// ErrCandidates says that more candidates came than any browser has.
	ErrCandidates = errors.New("too many candidates")
)

// State is where the connection stands.
type State int

// The states.
const (
	// Connected: media and messages flow.
	Connected State = iota + 1
	// Disconnected: nothing has come for a while; it may heal by itself.
	Disconnected
	// Failed: only another offer can bring the connection back.
	Failed
)

// Handler is told what happens. Its methods are called from several goroutines and
// must not block, nor call the Conn's Close.
type Handler interface {
	// State tells a change of the connection, and its path when it is Connected.
	State(s State, path signaling.Path)
	// Opened and Closed tell of a data channel.
	Opened(channel signaling.ChannelID)
	Closed(channel signaling.ChannelID)
	// Message hands over a message that the technician may send on that channel.
	Message(channel signaling.ChannelID, m signaling.Message)
	// Broken tells that the technician breaks the protocol; the session must end.
	Broken(err error)
	// Candidate hands over one of this side's candidates, to be sent to the technician.
	Candidate(c *signaling.Candidate)
	// KeyFrameWanted tells that the technician's decoder needs a key frame.
	KeyFrameWanted()
}

// PortRange is a range of UDP ports, both ends included. The zero range is any port.
type PortRange struct{ Min, Max uint16 }

// Config says how a Conn or a Bytes connects. Identity, DialTLS, Handler and Log are
// required, and for a Conn Codecs.
type Config struct {
	// Codecs are what this machine can encode, best first.
	Codecs []encode.Codec
	// Identity is this side's certificate for the session.
	Identity *Identity
	// Servers are the TURN servers.
	Servers []signaling.ICEServer
	// DialTLS opens a TLS connection to a TURN server, trusting whom the program
	// trusts.
	DialTLS func(network, address string) (net.Conn, error)
	// Ports are the local ports for media.
	Ports PortRange
	// Loopback restricts the connection to this machine.
	Loopback bool
	// Allowance is the technician's, for all connections of a session; nil is one for this
	// connection.
	Allowance *Allowance
	Handler   Handler
	Log       *slog.Logger
}

func (c *Config) validate() error {
	switch {
	case c.Identity == nil || c.DialTLS == nil || c.Handler == nil || c.Log == nil:
		return errors.New("peer: identity, TLS, handler and log are required")
	case c.Ports.Min > c.Ports.Max:
		return fmt.Errorf("peer: port range %d-%d", c.Ports.Min, c.Ports.Max)
	}
	return nil
}

// Conn is the connection to one technician. Its methods may be called from any
// goroutine, except Accept and AddCandidate, which one goroutine calls.
type Conn struct {
	// Set at construction.
	config   Config
	pc       *webrtc.PeerConnection
	channels map[signaling.ChannelID]*webrtc.DataChannel
	reading  sync.WaitGroup // what reads the technician's reports, and tells of them

	// Owned by the caller of Accept and AddCandidate.
	offer  *Offer // the newest one, nil at first
	guests guests

	// Guarded by mu.
	mu     sync.Mutex
	video  *sender // nil before the first offer
	relays map[string]bool
	mid    string // of the first section
	path   signaling.Path
	closed bool
	held   bool // no picture may leave
}

// New makes a Conn that waits for its first offer.
func New(config Config) (*Conn, error) {
	if len(config.Codecs) == 0 {
		return nil, errors.New("peer: codecs are required")
	}
	c, err := newConn(config)
	if err != nil {
		return nil, err
	}
	if err := c.openChannels(); err != nil {
		_ = c.pc.Close()
		return nil, err
	}
	c.listen()
	return c, nil
}

// newConn makes a Conn that has no channels and hears nothing yet.
func newConn(config Config) (*Conn, error) {
	if err := config.validate(); err != nil {
		return nil, err
	}
	if config.Allowance == nil {
		config.Allowance = &Allowance{}
	}
	c := &Conn{config: config, relays: make(map[string]bool), guests: guests{allowance: config.Allowance}}
	api, err := newAPI(&config, newStreams(c.brokenInside))
	if err != nil {
		return nil, fmt.Errorf("set up WebRTC: %w", err)
	}
	c.pc, err = api.NewPeerConnection(webrtc.Configuration{
		ICEServers:   servers(config.Servers),
		Certificates: []webrtc.Certificate{*config.Identity.certificate},
	})
	if err != nil {
		return nil, fmt.Errorf("set up WebRTC: %w", err)
	}
	return c, nil
}

// listen hears what happens to the connection.
func (c *Conn) listen() {
	c.pc.OnDataChannel(func(*webrtc.DataChannel) {
		c.config.Handler.Broken(errors.New("the technician opened a data channel that the protocol has not"))
	})
	c.pc.OnICECandidate(c.tellCandidate)
	c.pc.OnConnectionStateChange(c.tellState)
	c.pc.SCTP().Transport().OnStateChange(func(state webrtc.DTLSTransportState) {
		if state == webrtc.DTLSTransportStateFailed {
			c.brokenInside(ErrKeys)
		}
	})
	c.pc.SCTP().Transport().ICETransport().OnSelectedCandidatePairChange(func(*webrtc.ICECandidatePair) { c.tellPath() })
}

// brokenInside tells that the technician breaks the protocol, from inside pion, which
// does not wait for it.
func (c *Conn) brokenInside(err error) { c.reading.Go(func() { c.config.Handler.Broken(err) }) }

// Accept takes the technician's offer: the first one, or one that restarts a broken
// connection. The caller has checked that the technician is who the offer says. It
// returns the answer.
func (c *Conn) Accept(offer *Offer) (sdp string, err error) {
	if c.offer == nil {
		if err := c.addVideo(offer); err != nil {
			return "", err
		}
	}
	return c.accept(offer)
}

// accept is Accept without what belongs to the picture.
func (c *Conn) accept(offer *Offer) (sdp string, err error) {
	if c.offer != nil && !c.offer.Continues(offer) {
		return "", fmt.Errorf("%w: it is of another connection", ErrOffer)
	}
	if err := c.admit(offer, time.Now()); err != nil {
		return "", err
	}
	c.offer = offer
	c.note(offer)
	remote := webrtc.SessionDescription{Type: webrtc.SDPTypeOffer, SDP: offer.sdp}
	if err := c.pc.SetRemoteDescription(remote); err != nil {
		return "", fmt.Errorf("%w: %w", ErrOffer, err)
	}
	answer, err := c.pc.CreateAnswer(nil)
	if err != nil {
		return "", fmt.Errorf("make an answer: %w", err)
	}
	if err := c.pc.SetLocalDescription(answer); err != nil {
		return "", fmt.Errorf("make an answer: %w", err)
	}
	return c.pc.LocalDescription().SDP, nil
}

// admit fails when offers come too often, or with too many candidates.
func (c *Conn) admit(offer *Offer, now time.Time) error {
	if !c.guests.allowance.offers.take(offersAtOnce, offerEvery, now) {
		return fmt.Errorf("%w: they come too often", ErrOffer)
	}
	if c.offer == nil || !slices.Equal(c.offer.ice, offer.ice) {
		c.guests.again()
	}
	for _, candidate := range offer.candidates {
		if _, err := c.guests.admit(candidate, now); err != nil {
			return fmt.Errorf("%w: %w", ErrOffer, err)
		}
	}
	return nil
}

// Continues reports whether next is an offer of the same connection at the
// technician's side, rather than of a page that was loaded anew.
func (o *Offer) Continues(next *Offer) bool {
	return o.origin == next.origin && o.Fingerprint == next.Fingerprint
}

// note keeps what the answer to later questions needs.
func (c *Conn) note(offer *Offer) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.mid = offer.mid
	for _, candidate := range offer.candidates {
		c.noteRelay(candidate)
	}
}

// SetServers replaces the TURN servers, for the next restart.
func (c *Conn) SetServers(list []signaling.ICEServer) error {
	config := c.pc.GetConfiguration()
	config.ICEServers = servers(list)
	if err := c.pc.SetConfiguration(config); err != nil {
		return fmt.Errorf("set servers: %w", err)
	}
	return nil
}

// Codecs returns what the first offer and this machine have in common, in the order of
// Config.Codecs; nil before that offer. A frame may be of any of them.
func (c *Conn) Codecs() []encode.Codec {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.video == nil {
		return nil
	}
	return c.video.track.codecs
}

// Proved returns the technician's certificate in DER, as DTLS has proved it: whoever is at
// the other end of this connection has its key. It is nil before a channel is open.
func (c *Conn) Proved() []byte { return c.pc.SCTP().Transport().GetRemoteCertificate() }

// Close ends the connection and waits until no handler is called any more.
func (c *Conn) Close() error {
	c.mu.Lock()
	c.closed = true
	if c.video != nil {
		c.video.close()
	}
	c.mu.Unlock()
	err := c.pc.GracefulClose()
	c.reading.Wait()
	if err != nil {
		return fmt.Errorf("close connection: %w", err)
	}
	return nil
}

func servers(list []signaling.ICEServer) []webrtc.ICEServer {
	var out []webrtc.ICEServer
	for _, s := range list {
		out = append(out, webrtc.ICEServer{URLs: s.URLs, Username: s.Username, Credential: s.Credential})
	}
	return out
}

// tlsServers returns the addresses of the TURN servers that speak TLS, as pion
// dials them.
func tlsServers(list []signaling.ICEServer) map[string]bool {
	const defaultPort = "5349" // RFC 7065 section 3.2
	out := make(map[string]bool)
	for _, s := range list {
		for _, u := range s.URLs {
			address, ok := strings.CutPrefix(u, "turns:")
			if !ok {
				continue
			}
			address, _, _ = strings.Cut(address, "?")
			if _, _, err := net.SplitHostPort(address); err != nil {
				address = net.JoinHostPort(strings.Trim(address, "[]"), defaultPort)
			}
			out[address] = true
		}
	}
	return out
}

// How fast a dead path is noticed (RFC 8445 leaves it open): after two seconds the person
// should know. It is tried on for as long as consent to send over it lasts, 30 s (RFC 7675
// section 5.1), and heals by itself when packets pass again; when another one is needed the
// technician's side, which notices as soon, makes an offer.
//
// The keep-alives are most of what is sent at rest, and what Chromium sends by itself
// counts as much: a report in about a second, a check in two and a half. In two seconds
// at least three packets must be lost, two of them answers to keep-alives.
const (
	disconnectedAfter = 2 * time.Second
	failedAfter       = 28 * time.Second
	keepAliveEvery    = 950 * time.Millisecond
)
