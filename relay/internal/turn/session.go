package turn

import (
	"crypto/rand"
	"fmt"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxPerParticipant is how many allocations a participant may hold.
	// Browsers make one for each address of a server, and more for each network;
	// while they look for a way anew they keep those of the time before.
	maxPerParticipant = 12
	// maxAllowed is how many addresses a session may announce.
	maxAllowed = 64
	// lowestPort keeps relayed packets away from well-known services. The
	// sockets of peers, and NATs in front of them, use higher ones
	// (RFC 4787 §4.2.1).
	lowestPort = 1024
)

// session is what may be relayed, and was.
type session struct {
	id     string
	secret []byte
	expiry *time.Timer // ends the relaying when the session lasts too long

	mu      sync.RWMutex // guards this group; never held while closing a socket
	ended   bool
	relayed map[netip.AddrPort]*relayConn // by the address that peers are told
	local   map[netip.AddrPort]*relayConn // by the address that the system uses
	allowed map[netip.Addr]struct{}
	meters  map[string]*meter // by participant

	toPeers, fromPeers, refused, excess atomic.Uint64
}

// Stats counts what a session relayed. Between two relayed addresses of one
// session a packet counts twice: leaving the one and reaching the other.
type Stats struct {
	Allocations    int    // held now
	BytesToPeers   uint64 // payload sent by relayed ports
	BytesFromPeers uint64 // payload received by relayed ports and passed on
	Refused        uint64 // packets from or to an address that the session may not talk to
	Excess         uint64 // bytes lost because they came too fast
}

// Open lets a session relay. A session that is open already stays as it is.
// The ID must be at most 64 printable ASCII characters without colon.
func (s *Server) Open(sessionID string) error {
	if !validName(sessionID) {
		return fmt.Errorf("open TURN session: ID %q is not a plain name", sessionID)
	}
	secret := make([]byte, 32)
	_, _ = rand.Read(secret) // never fails: crypto/rand ends the process instead
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.sessions[sessionID] == nil {
		sess := &session{
			id:      sessionID,
			secret:  secret,
			relayed: make(map[netip.AddrPort]*relayConn),
			local:   make(map[netip.AddrPort]*relayConn),
			allowed: make(map[netip.Addr]struct{}),
			meters:  make(map[string]*meter),
		}
		sess.expiry = time.AfterFunc(s.cfg.MaxSession, func() { s.cut(sess) })
		s.sessions[sessionID] = sess
	}
	return nil
}

// Allow takes note of a candidate that a participant of the session announced,
// before the other learns of it. Its IP address may then be relayed to, if it
// is public, unicast, not this machine's and in no network that the configuration
// denies. Allow reports whether it may.
// Relayed addresses of the session itself need no Allow.
func (s *Server) Allow(sessionID string, peer netip.AddrPort) bool {
	sess := s.session(sessionID)
	ip := peer.Addr().Unmap()
	if sess == nil || !publicUnicast(ip) || s.denied(ip) {
		return false
	}
	sess.mu.Lock()
	defer sess.mu.Unlock()
	if _, ok := sess.allowed[ip]; ok {
		return true
	}
	if len(sess.allowed) >= maxAllowed || s.ownAddress(ip) {
		return false
	}
	sess.allowed[ip] = struct{}{}
	return true
}

// End closes the allocations of a session at once and makes its credentials
// worthless. It returns what the session relayed in all.
func (s *Server) End(sessionID string) Stats {
	s.mu.Lock()
	sess := s.sessions[sessionID]
	delete(s.sessions, sessionID)
	s.mu.Unlock()
	if sess == nil {
		return Stats{}
	}
	sess.expiry.Stop()
	stats := sess.stats()
	s.cut(sess)
	return stats
}

// cut closes the allocations of a session, and lets it have no others.
func (s *Server) cut(sess *session) {
	for _, c := range sess.end() {
		s.disconnect(c)
		_ = c.Close()
	}
}

// end stops the relaying and returns what is to be closed.
func (sess *session) end() []*relayConn {
	sess.mu.Lock()
	defer sess.mu.Unlock()
	sess.ended = true
	conns := make([]*relayConn, 0, len(sess.relayed))
	for _, c := range sess.relayed {
		conns = append(conns, c)
	}
	return conns
}

// Stats returns the counters of an open session.
func (s *Server) Stats(sessionID string) (Stats, bool) {
	sess := s.session(sessionID)
	if sess == nil {
		return Stats{}, false
	}
	return sess.stats(), true
}

func (sess *session) stats() Stats {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	return Stats{
		Allocations:    len(sess.relayed),
		BytesToPeers:   sess.toPeers.Load(),
		BytesFromPeers: sess.fromPeers.Load(),
		Refused:        sess.refused.Load(),
		Excess:         sess.excess.Load(),
	}
}

func (s *Server) session(id string) *session {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.sessions[id]
}

func (s *Server) openSessions() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	ids := make([]string, 0, len(s.sessions))
	for id := range s.sessions {
		ids = append(ids, id)
	}
	return ids
}

// target returns where a packet from c to peer really goes. Packets between
// relayed addresses stay on this machine: a NAT in front of it need not know
// how to turn them around.
func (sess *session) target(c *relayConn, peer netip.AddrPort) (netip.AddrPort, bool) {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	if sess.ended {
		return netip.AddrPort{}, false
	}
	if sibling := sess.relayed[peer]; sibling != nil {
		return sibling.local, sibling != c
	}
	return peer, sess.mayTalkTo(peer)
}

// source is the reverse of target for a packet that arrived at c.
func (sess *session) source(c *relayConn, from netip.AddrPort) (netip.AddrPort, bool) {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	if sess.ended {
		return netip.AddrPort{}, false
	}
	if sibling := sess.local[from]; sibling != nil {
		return sibling.relayed, sibling != c
	}
	return from, sess.mayTalkTo(from)
}

// mayTalkTo is called with mu held.
func (sess *session) mayTalkTo(peer netip.AddrPort) bool {
	_, ok := sess.allowed[peer.Addr()]
	return ok && peer.Port() >= lowestPort
}

// permits answers for an IP address as target does for a whole address.
func (sess *session) permits(c *relayConn, ip netip.Addr) bool {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	if sess.ended {
		return false
	}
	if _, ok := sess.allowed[ip]; ok {
		return true
	}
	for addr, sibling := range sess.relayed {
		if addr.Addr() == ip && sibling != c {
			return true
		}
	}
	return false
}
