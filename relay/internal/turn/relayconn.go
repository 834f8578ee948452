package turn

import (
	"errors"
	"net"
	"net/netip"
	"sync"
	"sync/atomic"
	"time"
)

// errRefused says that a session may not talk to an address.
var errRefused = errors.New("peer address is not the session's")

// relayConn is the socket behind one relayed address. Every packet passes its
// session's check here, so no permission, channel or bug above can reach past.
type relayConn struct {
	// Set at construction.
	udp     *net.UDPConn
	server  *Server
	who     string         // participant
	relayed netip.AddrPort // what peers are told
	local   netip.AddrPort // where its siblings on this machine reach it
	session *session       // set by register, before anyone else sees it
	meter   *meter         // likewise

	used      atomic.Int64 // when the client last sent something, Unix nanoseconds
	closeOnce sync.Once

	// Guarded by the server's mu.
	client clientKey
	gone   bool
}

func (s *Server) newRelayConn(udp *net.UDPConn, user claim) *relayConn {
	local := reachable(unmap(udp.LocalAddr().(*net.UDPAddr).AddrPort())) // a UDP socket has no other kind
	c := &relayConn{
		udp: udp, server: s, who: user.who, local: local,
		relayed: netip.AddrPortFrom(s.cfg.RelayIP, local.Port()),
	}
	c.touch()
	return c
}

// reachable returns where a socket of this machine reaches another, given the
// address that the other is bound to: over loopback if it is bound to all.
func reachable(bound netip.AddrPort) netip.AddrPort {
	switch bound.Addr() {
	case netip.IPv4Unspecified():
		return netip.AddrPortFrom(netip.AddrFrom4([4]byte{127, 0, 0, 1}), bound.Port())
	case netip.IPv6Unspecified():
		return netip.AddrPortFrom(netip.IPv6Loopback(), bound.Port())
	}
	return bound
}

func (c *relayConn) touch() { c.used.Store(c.server.cfg.Clock().UnixNano()) }

func (c *relayConn) lastUse() time.Time { return time.Unix(0, c.used.Load()) }

// WriteTo implements net.PacketConn: a packet from the client to a peer.
func (c *relayConn) WriteTo(p []byte, addr net.Addr) (int, error) {
	c.touch()
	to, ok := c.session.target(c, addrPort(addr))
	if !ok {
		c.session.refused.Add(1)
		return 0, errRefused
	}
	if !c.meter.out.AllowN(c.server.cfg.Clock(), len(p)) {
		c.session.excess.Add(uint64(len(p)))
		return len(p), nil // lost on the way, as packets are
	}
	c.session.toPeers.Add(uint64(len(p))) // first: the peer may answer before we return
	return c.udp.WriteToUDPAddrPort(p, to)
}

// ReadFrom implements net.PacketConn: a packet from a peer to the client.
// Packets from strangers are dropped. Errors that a socket gets over, such as
// a report that an earlier packet met a closed port, do not end it.
func (c *relayConn) ReadFrom(p []byte) (int, net.Addr, error) {
	for failures := 0; failures < maxFailures; {
		n, addr, err := c.udp.ReadFromUDPAddrPort(p)
		switch {
		case errors.Is(err, net.ErrClosed):
			return 0, nil, err
		case err != nil:
			failures++
			continue
		}
		from, ok := c.session.source(c, unmap(addr))
		if !ok {
			c.session.refused.Add(1)
			continue
		}
		if !c.meter.in.AllowN(c.server.cfg.Clock(), n) {
			c.session.excess.Add(uint64(n))
			continue
		}
		c.session.fromPeers.Add(uint64(n))
		return n, net.UDPAddrFromAddrPort(from), nil
	}
	return 0, nil, errFailing
}

// Close ends the allocation: the library deletes it when its socket is gone.
func (c *relayConn) Close() error {
	var err error
	c.closeOnce.Do(func() {
		c.server.unregister(c)
		err = c.udp.Close()
	})
	return err
}

// LocalAddr implements net.PacketConn.
func (c *relayConn) LocalAddr() net.Addr { return c.udp.LocalAddr() }

// SetDeadline implements net.PacketConn.
func (c *relayConn) SetDeadline(t time.Time) error { return c.udp.SetDeadline(t) }

// SetReadDeadline implements net.PacketConn.
func (c *relayConn) SetReadDeadline(t time.Time) error { return c.udp.SetReadDeadline(t) }

// SetWriteDeadline implements net.PacketConn.
func (c *relayConn) SetWriteDeadline(t time.Time) error { return c.udp.SetWriteDeadline(t) }

// addrPort returns the address and port of a UDP or TCP address, an IPv4
// address always as such; the zero value for anything else.
func addrPort(addr net.Addr) netip.AddrPort {
	switch a := addr.(type) {
	case *net.UDPAddr:
		return unmap(a.AddrPort())
	case *net.TCPAddr:
		return unmap(a.AddrPort())
	}
	return netip.AddrPort{}
}

func unmap(ap netip.AddrPort) netip.AddrPort {
	return netip.AddrPortFrom(ap.Addr().Unmap().WithZone(""), ap.Port())
}
