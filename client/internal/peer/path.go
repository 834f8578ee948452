package peer

import (
	"fmt"
	"net"
	"strconv"
	"strings"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// AddCandidate takes one of the technician's candidates.
func (c *Conn) AddCandidate(m *signaling.Candidate) error {
	if c.offer == nil {
		return nil // of a connection that is gone
	}
	if m.Candidate != "" {
		if fresh, err := c.guests.admit(m.Candidate, time.Now()); err != nil || !fresh {
			return err
		}
	}
	c.mu.Lock()
	c.noteRelay(m.Candidate)
	c.mu.Unlock()
	err := c.pc.AddICECandidate(webrtc.ICECandidateInit{
		Candidate:        m.Candidate,
		SDPMid:           m.SDPMid,
		SDPMLineIndex:    m.SDPMLineIndex,
		UsernameFragment: m.UsernameFragment,
	})
	if err != nil {
		return fmt.Errorf("add candidate: %w", err)
	}
	return nil
}

// noteRelay remembers the technician's relayed addresses: a packet may come from one
// before its candidate does, and pion then takes it for a peer-reflexive one. It is
// called with mu held.
func (c *Conn) noteRelay(candidate string) {
	// RFC 8839 section 5.1: foundation component transport priority address port typ …
	f := strings.Fields(candidate)
	if len(f) >= 8 && f[6] == "typ" && f[7] == "relay" && len(c.relays) < 2*maxCandidates {
		c.relays[net.JoinHostPort(f[4], f[5])] = true
	}
}

// tellCandidate passes one of this side's candidates on.
func (c *Conn) tellCandidate(candidate *webrtc.ICECandidate) {
	if candidate == nil {
		c.config.Handler.Candidate(&signaling.Candidate{})
		return
	}
	init := candidate.ToJSON()
	if init.SDPMid == nil || *init.SDPMid == "" {
		// Chromium takes the name of a section that it does not have for an error.
		c.mu.Lock()
		mid := c.mid
		c.mu.Unlock()
		init.SDPMid = &mid
	}
	c.config.Handler.Candidate(&signaling.Candidate{
		Candidate:        init.Candidate,
		SDPMid:           init.SDPMid,
		SDPMLineIndex:    init.SDPMLineIndex,
		UsernameFragment: init.UsernameFragment,
	})
}

func (c *Conn) tellState(state webrtc.PeerConnectionState) {
	switch state {
	case webrtc.PeerConnectionStateConnected:
		c.mu.Lock()
		c.path = ""
		c.mu.Unlock()
		c.tellPath()
	case webrtc.PeerConnectionStateDisconnected:
		c.config.Handler.State(Disconnected, "")
	case webrtc.PeerConnectionStateFailed:
		c.config.Handler.State(Failed, "")
	}
}

// tellPath tells the path of a connection that stands, when it is another one.
func (c *Conn) tellPath() {
	if c.pc.ConnectionState() != webrtc.PeerConnectionStateConnected {
		return
	}
	pair, err := c.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePair()
	if err != nil || pair == nil {
		return
	}
	c.mu.Lock()
	path := c.pathOf(pair)
	changed := path != c.path
	c.path = path
	c.mu.Unlock()
	if changed {
		c.begin()
		c.config.Handler.State(Connected, path)
	}
}

// Answered returns how many of this side's checks were answered on the path in use, which
// is one more about every second while packets pass both ways; false when there is no path.
func (c *Conn) Answered() (uint64, bool) {
	s, ok := c.pc.SCTP().Transport().ICETransport().GetSelectedCandidatePairStats()
	return s.ResponsesReceived, ok
}

// pathOf is called with mu held.
func (c *Conn) pathOf(pair *webrtc.ICECandidatePair) signaling.Path {
	remote := net.JoinHostPort(pair.Remote.Address, strconv.Itoa(int(pair.Remote.Port)))
	if pair.Local.Typ == webrtc.ICECandidateTypeRelay || pair.Remote.Typ == webrtc.ICECandidateTypeRelay || c.relays[remote] {
		return signaling.PathRelay
	}
	return signaling.PathDirect
}
