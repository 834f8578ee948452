package turn

import (
	"net"
	"net/netip"
)

// clientKey tells clients apart. The same address may be in use over UDP and
// over TCP by different ones.
type clientKey struct {
	tcp  bool
	addr netip.AddrPort
}

func keyOf(addr net.Addr) clientKey {
	_, tcp := addr.(*net.TCPAddr)
	return clientKey{tcp: tcp, addr: addrPort(addr)}
}

// created learns which client a new allocation belongs to; the library does
// not tell it when it asks for the socket.
func (s *Server) created(src, _ net.Addr, _, userID, _ string, relayAddr net.Addr, _ int) {
	user, _ := parseUser(userID)
	sess := s.session(user.session)
	if sess == nil {
		return // ended meanwhile; its sockets are closed
	}
	sess.mu.RLock()
	c := sess.relayed[addrPort(relayAddr)]
	sess.mu.RUnlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	if c == nil || c.gone {
		return
	}
	c.client = keyOf(src)
	s.clients[c.client] = c
}

// holds reports whether a client has an allocation of a user.
func (s *Server) holds(client clientKey, user string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.clients[client]
	return c != nil && c.session.id+":"+c.who == user
}

// holdsAny reports whether a client has an allocation at all.
func (s *Server) holdsAny(client clientKey) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.clients[client] != nil
}

// disconnect closes the TLS connection of an allocation's client, if it has one.
func (s *Server) disconnect(c *relayConn) {
	s.mu.Lock()
	client := c.client
	s.mu.Unlock()
	if client.tcp {
		s.streams.close(client)
	}
}

// permit implements turn.PermissionHandler. It says no early; what counts is
// the check of each packet.
func (s *Server) permit(client net.Addr, peer net.IP) bool {
	ip, ok := netip.AddrFromSlice(peer)
	if !ok {
		return false
	}
	s.mu.Lock()
	c := s.clients[keyOf(client)]
	s.mu.Unlock()
	return c != nil && c.session.permits(c, ip.Unmap())
}
