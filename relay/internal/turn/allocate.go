package turn

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"net/netip"
	"time"

	"github.com/pion/turn/v5"
)

var (
	errQuota     = errors.New("allocation quota reached")
	errFamily    = errors.New("address family is not relayed")
	errTCP       = errors.New("TCP is not relayed")
	errPortsUsed = errors.New("no relayed port is free")
)

// silentAfter is when an allocation counts as abandoned: checks of consent go
// over one in use every few seconds (RFC 7675 §5.1).
const silentAfter = 20 * time.Second

// maxBinds is how many ports are tried for one allocation.
const maxBinds = 1024

// generator makes relayed sockets for package pion/turn.
type generator Server

// Validate implements turn.RelayAddressGenerator.
func (g *generator) Validate() error { return nil }

// AllocateListener implements turn.RelayAddressGenerator.
func (g *generator) AllocateListener(turn.AllocateListenerConfig) (net.Listener, net.Addr, error) {
	return nil, nil, errTCP
}

// AllocateConn implements turn.RelayAddressGenerator.
func (g *generator) AllocateConn(turn.AllocateConnConfig) (net.Conn, error) { return nil, errTCP }

// AllocatePacketConn implements turn.RelayAddressGenerator. The library asks
// without a user to find an even port; that finds no session.
func (g *generator) AllocatePacketConn(cfg turn.AllocateListenerConfig) (net.PacketConn, net.Addr, error) {
	s := (*Server)(g)
	user, ok := parseUser(cfg.UserID)
	if !ok {
		return nil, nil, ErrNoSession
	}
	if cfg.Network != s.network() {
		return nil, nil, errFamily
	}
	c, err := s.allocate(user)
	if err != nil {
		return nil, nil, err
	}
	return c, net.UDPAddrFromAddrPort(c.relayed), nil
}

// network names the only family that is relayed.
func (s *Server) network() string {
	if s.cfg.RelayIP.Is4() {
		return "udp4"
	}
	return "udp6"
}

func (s *Server) allocate(user claim) (*relayConn, error) {
	if err := s.makeRoom(user); err != nil {
		return nil, err
	}
	udp, err := s.bind(s.network())
	if err != nil {
		return nil, err
	}
	c := s.newRelayConn(udp, user)
	if err := s.register(c, user); err != nil {
		_ = udp.Close()
		return nil, err
	}
	return c, nil
}

// bind opens a socket in the port range, beginning anywhere in it: relayed
// ports should not be easy to foresee.
func (s *Server) bind(network string) (*net.UDPConn, error) {
	lowest, n := int(s.cfg.PortRange.Min), int(s.cfg.PortRange.Max)-int(s.cfg.PortRange.Min)+1
	start := rand.IntN(n)
	for i := range min(n, maxBinds) {
		port := lowest + (start+i)%n
		udp, err := net.ListenUDP(network, net.UDPAddrFromAddrPort(netip.AddrPortFrom(s.cfg.BindIP, uint16(port))))
		if err == nil {
			return udp, nil
		}
	}
	return nil, fmt.Errorf("bind %s in %d-%d: %w", s.cfg.BindIP, s.cfg.PortRange.Min, s.cfg.PortRange.Max, errPortsUsed)
}

// withinQuota implements turn.QuotaHandler, which can say 486 to the client.
func (s *Server) withinQuota(userID, _ string, _ net.Addr) bool {
	user, ok := parseUser(userID)
	return ok && s.makeRoom(user) == nil
}

// makeRoom checks the quotas. A participant who changed networks holds
// allocations that nothing can reach any more: the one that has been silent
// for longest gives way to the new one.
func (s *Server) makeRoom(user claim) error {
	s.mu.Lock()
	sess, full := s.sessions[user.session], s.count >= s.cfg.MaxAllocations
	s.mu.Unlock()
	if sess == nil {
		return ErrNoSession
	}
	held, oldest := sess.heldBy(user.who)
	if held >= maxPerParticipant && s.cfg.Clock().Sub(oldest.lastUse()) >= silentAfter {
		s.disconnect(oldest)
		_ = oldest.Close()
		return nil
	}
	if full || held >= maxPerParticipant {
		return errQuota
	}
	return nil
}

// heldBy counts the allocations of a participant and returns the least
// recently used.
func (sess *session) heldBy(who string) (held int, oldest *relayConn) {
	sess.mu.RLock()
	defer sess.mu.RUnlock()
	for _, c := range sess.relayed {
		if c.who != who {
			continue
		}
		held++
		if oldest == nil || c.lastUse().Before(oldest.lastUse()) {
			oldest = c
		}
	}
	return held, oldest
}

// register makes a new socket part of its session, unless the quota was used
// up or the session ended meanwhile.
func (s *Server) register(c *relayConn, user claim) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	sess := s.sessions[user.session]
	if sess == nil {
		return ErrNoSession
	}
	if held, _ := sess.heldBy(user.who); held >= maxPerParticipant || s.count >= s.cfg.MaxAllocations {
		return errQuota
	}
	sess.mu.Lock()
	defer sess.mu.Unlock()
	if sess.ended {
		return ErrNoSession
	}
	c.session, c.meter = sess, sess.meterOf(c.who, s.cfg.MaxRate)
	sess.relayed[c.relayed], sess.local[c.local] = c, c
	s.count++
	return nil
}

// unregister is called once for each registered socket.
func (s *Server) unregister(c *relayConn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.count--
	if s.clients[c.client] == c {
		delete(s.clients, c.client)
	}
	c.gone = true
	c.session.mu.Lock()
	defer c.session.mu.Unlock()
	delete(c.session.relayed, c.relayed)
	delete(c.session.local, c.local)
}
