package turn

import (
	"fmt"
	"net"
	"net/netip"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// Scenario: a session that may use 127.0.0.1 because both of its relayed
// addresses are there tries to reach other ports of it.
func TestSessionCannotReachBeyondItself(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	fx.open("s2")
	attacker, _ := fx.as("s1", "host")
	_, sibling := fx.as("s1", "technician")
	victim, victimAddr := fx.as("s2", "host")
	_, victimSibling := fx.as("s2", "technician")
	service, received := bystander(t)

	// The victim lets 127.0.0.1 in, as it must for its own session.
	if code := errorCode(victim.request(stun.MethodCreatePermission, peerAddr(victimSibling))); code != 0 {
		t.Fatalf("victim's permission: error %d", code)
	}
	if code := errorCode(attacker.request(stun.MethodCreatePermission, peerAddr(sibling))); code != 0 {
		t.Fatalf("attacker's permission: error %d", code)
	}
	own := netip.MustParseAddrPort(fx.addr)
	for i, target := range []netip.AddrPort{service, victimAddr, own} {
		number := 0x4000 + uint16(i)
		attacker.request(stun.MethodChannelBind, channel(number), peerAddr(target))
		for range 10 {
			attacker.send(target, "knock knock")
			attacker.channelData(number, "knock knock")
		}
	}
	eventually(t, "all are refused", patience, func() bool { stats, _ := fx.Stats("s1"); return stats.Refused >= 60 })
	if msg, err := victim.read(quiet); err == nil {
		t.Errorf("another session's client receives %v", msg)
	}
	if n := received(); n != 0 {
		t.Errorf("a service on loopback receives %d packets", n)
	}
	if stats, _ := fx.Stats("s1"); stats.BytesToPeers != 0 {
		t.Errorf("%d bytes left the relay", stats.BytesToPeers)
	}
}

// Scenario: someone on the relay's machine, or who forges its address, sends
// to a relayed port whose session does use that IP address.
func TestStrangersCannotReachASession(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	c, relayed := fx.as("s1", "host")
	_, sibling := fx.as("s1", "technician")
	if code := errorCode(c.request(stun.MethodCreatePermission, peerAddr(sibling))); code != 0 {
		t.Fatalf("permission: error %d", code)
	}
	stranger, err := net.Dial("udp", relayed.String())
	must(t, err)
	defer func() { _ = stranger.Close() }()
	for range 10 {
		_, err := stranger.Write([]byte("hello"))
		must(t, err)
	}
	eventually(t, "all are refused", patience, func() bool { stats, _ := fx.Stats("s1"); return stats.Refused == 10 })
	if msg, err := c.read(quiet); err == nil {
		t.Errorf("client receives %v", msg)
	}
}

func TestSpecialAddressesAreRefused(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	for i, text := range forbidden() {
		peer := netip.AddrPortFrom(netip.MustParseAddr(text), 50000)
		if fx.Allow("s1", peer) {
			t.Errorf("Allow(%v) accepts", peer)
		}
		if code := errorCode(c.request(stun.MethodCreatePermission, peerAddr(peer))); code != 403 && code != 443 {
			t.Errorf("permission for %v: error %d, want 403 or 443", peer, code)
		}
		if code := errorCode(c.request(stun.MethodChannelBind, channel(0x4000+uint16(i)), peerAddr(peer))); code != 401 && code != 443 {
			t.Errorf("channel to %v: error %d, want 401 or 443", peer, code)
		}
		c.send(peer, "hello")
	}
	if stats, _ := fx.Stats("s1"); stats.BytesToPeers != 0 {
		t.Errorf("%d bytes left the relay", stats.BytesToPeers)
	}
}

func TestPublicAddressesAreAllowedWhenAnnounced(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	fx.open("s2")
	c, _ := fx.as("s1", "host")
	public := netip.MustParseAddrPort("1.1.1.1:50000") // no packet is sent there
	if code := errorCode(c.request(stun.MethodCreatePermission, peerAddr(public))); code != 403 {
		t.Errorf("permission before it is announced: error %d, want 403", code)
	}
	if !fx.Allow("s1", public) || fx.Allow("unknown", public) {
		t.Error("Allow is wrong about a public address")
	}
	if code := errorCode(c.request(stun.MethodCreatePermission, peerAddr(public))); code != 0 {
		t.Errorf("permission after it is announced: error %d", code)
	}
	other, _ := fx.as("s2", "host")
	if code := errorCode(other.request(stun.MethodCreatePermission, peerAddr(public))); code != 403 {
		t.Errorf("permission of another session: error %d, want 403", code)
	}
	if !fx.Allow("s1", netip.MustParseAddrPort("[2a00:1450::1]:50000")) ||
		!fx.Allow("s1", netip.MustParseAddrPort("[::ffff:1.0.0.1]:50000")) {
		t.Error("a public address is not accepted")
	}
}

func TestTargets(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	fx.as("s1", "host")
	sess := fx.session("s1")
	var self *relayConn
	for _, c := range sess.relayed {
		self = c
	}
	fx.Allow("s1", netip.MustParseAddrPort("1.1.1.1:50000"))
	for text, want := range map[string]bool{
		"1.1.1.1:50000":         true,
		"1.1.1.1:40000":         true, // a NAT may choose another port for us
		"1.1.1.1:53":            false,
		"1.1.1.2:50000":         false,
		self.relayed.String():   false, // not to oneself
		"127.0.0.1:50000":       false,
		"[2a00:1450::1]:50000":  false,
		"[::ffff:8.8.8.8]:5000": false,
	} {
		peer := netip.MustParseAddrPort(text)
		if _, ok := sess.target(self, peer); ok != want {
			t.Errorf("target %s: %v, want %v", text, ok, want)
		}
		if _, ok := sess.source(self, peer); ok != want {
			t.Errorf("source %s: %v, want %v", text, ok, want)
		}
	}
	fx.End("s1")
	if _, ok := sess.target(self, netip.MustParseAddrPort("1.1.1.1:50000")); ok {
		t.Error("an ended session still relays")
	}
}

func TestAllowIsBounded(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	accepted := 0
	for i := range 2 * maxAllowed {
		if fx.Allow("s1", netip.MustParseAddrPort(fmt.Sprintf("1.1.1.%d:5000", i))) {
			accepted++
		}
	}
	if accepted != maxAllowed {
		t.Errorf("%d addresses accepted, want %d", accepted, maxAllowed)
	}
	if !fx.Allow("s1", netip.MustParseAddrPort("1.1.1.0:6000")) {
		t.Error("a known address is refused once the list is full")
	}
}

func TestOwnAddressesAreRefused(t *testing.T) {
	own := netip.MustParseAddr("9.9.9.9")
	fx := start(t, func(c *Config) { c.RelayIP = own })
	fx.open("s1")
	if fx.Allow("s1", netip.AddrPortFrom(own, 50000)) {
		t.Error("the relay's own public address is accepted")
	}
}

// The machine's addresses are known without being told, and when they are not, every
// address may be one of them.
func TestOwnAddressesAreFoundOut(t *testing.T) {
	var own ownAddresses
	if !own.has(netip.MustParseAddr("127.0.0.1")) {
		t.Error("the loopback address is not this machine's")
	}
	if own.has(netip.MustParseAddr("203.0.113.9")) {
		t.Error("an address kept for documents is this machine's")
	}
	own.known = nil
	if !own.has(netip.MustParseAddr("203.0.113.9")) {
		t.Error("a machine that does not know its addresses relays to any")
	}
}

func TestOnlyUDPIsRelayed(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	username, password := fx.credentials("s1", "host")
	evenPort := attr(stun.AttrEvenPort, []byte{0x80})
	ipv6 := attr(stun.AttrRequestedAddressFamily, []byte{2, 0, 0, 0})
	for name, attrs := range map[string][]stun.Setter{
		"tcp":       {attr(stun.AttrRequestedTransport, []byte{6, 0, 0, 0})},
		"even port": {udpTransport(), evenPort},
		"ipv6":      {udpTransport(), ipv6},
	} {
		c := fx.raw(fx.dialTLS(), username, password)
		if code := errorCode(c.request(stun.MethodAllocate, attrs...)); code != 508 {
			t.Errorf("%s: error %d, want 508", name, code)
		}
	}
	c, _ := fx.as("s1", "host")
	for _, method := range []stun.Method{stun.MethodConnect, stun.MethodConnectionBind} {
		if code := errorCode(c.request(method, peerAddr(netip.MustParseAddrPort(fx.addr)))); code != 400 {
			t.Errorf("%v: error %d, want 400", method, code)
		}
	}
	if n := fx.pion.AllocationCount(); n != 1 {
		t.Errorf("%d allocations, want 1", n)
	}
}

func TestEveryPacketCountsAsUse(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	_, sibling := fx.as("s1", "technician")
	c.request(stun.MethodCreatePermission, peerAddr(sibling))
	fx.clock.advance(time.Hour)
	c.send(sibling, "alive")
	eventually(t, "the allocation counts as used", patience, func() bool {
		_, oldest := fx.session("s1").heldBy("host")
		return oldest.lastUse().Equal(time.Unix(0, fx.clock.now().UnixNano()))
	})
}
