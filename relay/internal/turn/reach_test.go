package turn

import (
	"encoding/binary"
	"net"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
)

// forbidden are the addresses of THREATS.md row 16 and their neighbours.
func forbidden() []string {
	return []string{
		"0.0.0.0", "0.1.2.3", "10.0.0.1", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.9.9.9",
		"169.254.169.254", "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1",
		"192.168.1.1", "198.18.0.1", "198.19.255.255", "198.51.100.1", "203.0.113.1", "224.0.0.1",
		"239.255.255.250", "240.0.0.1", "255.255.255.255", "192.31.196.1", "192.52.193.1", "192.175.48.1",
		"::", "::1", "::127.0.0.1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:0:127.0.0.1",
		"64:ff9b::7f00:1", "64:ff9b:1::1", "100::1", "100:0:0:1::1", "2620:4f:8000::1", "3ffe::1", "2001::1", "2001:0:7f00:1::1", "2001:db8::1", "2002:7f00:1::1",
		"3fff::1", "5f00::1", "fc00::1", "fd12:3456::1", "fe80::1", "fec0::1", "ff02::1", "4000::1", "fe80::1%eth0",
	}
}

// Scenario: a participant announces every address that must not be reached, asks for
// a permission and a channel to each, and sends. A service listens on all addresses
// of this machine, over both families.
func TestForbiddenAddressesReceiveNothing(t *testing.T) {
	for name, relayIP := range families() {
		t.Run(name, func(t *testing.T) {
			service, received := everywhere(t)
			fx := start(t, func(c *Config) { c.RelayIP, c.BindIP = relayIP, relayIP })
			fx.open("s1")
			known := fx.relayed("udp", "host") // with the library's client, as programs have it
			username, password := fx.credentials("s1", "technician")
			wild := fx.raw(fx.dialUDP(), username, password)
			family := attr(stun.AttrRequestedAddressFamily, []byte{familyOf(relayIP), 0, 0, 0})
			if code := errorCode(wild.request(stun.MethodAllocate, udpTransport(), family)); code != 0 {
				t.Fatalf("allocate: error %d", code)
			}
			for i, text := range forbidden() {
				peer := netip.AddrPortFrom(netip.MustParseAddr(text), service)
				if fx.Allow("s1", peer) {
					t.Errorf("Allow(%v) accepts", peer)
				}
				_, _ = known.WriteTo([]byte("knock knock"), net.UDPAddrFromAddrPort(peer))
				knock(wild, peer, 0x4000+uint16(i))
			}
			time.Sleep(quiet)
			if n := received(); n != 0 {
				t.Errorf("the service receives %d packets", n)
			}
			stats, _ := fx.Stats("s1")
			if stats.BytesToPeers != 0 {
				t.Errorf("%d bytes left the relay", stats.BytesToPeers)
			}
			// The service does hear those who may send to it.
			for _, ip := range families() {
				conn, err := net.Dial("udp", netip.AddrPortFrom(ip, service).String())
				must(t, err)
				_, err = conn.Write([]byte("here"))
				must(t, err)
				_ = conn.Close()
			}
			eventually(t, "the service works", patience, func() bool { return received() == len(families()) })
		})
	}
}

// knock does by hand what a client of the library would not: it sends whatever the
// answers are, and writes addresses of IPv4 in IPv6 as such.
func knock(c *raw, peer netip.AddrPort, number uint16) {
	c.t.Helper()
	for _, to := range []stun.Setter{peerAddr(peer), peerAddrAsIs(peer)} {
		c.request(stun.MethodCreatePermission, to)
		c.request(stun.MethodChannelBind, channel(number), to)
		msg, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication), to,
			attr(stun.AttrData, []byte("knock knock")))
		must(c.t, err)
		_, err = c.conn.Write(msg.Raw)
		must(c.t, err)
		c.channelData(number, "knock knock")
	}
}

// peerAddrAsIs writes a peer's address in the family that it has (RFC 8489 §14.2).
// The library would shorten ::ffff:127.0.0.1 to IPv4.
func peerAddrAsIs(peer netip.AddrPort) stun.Setter {
	return setter(func(m *stun.Message) error {
		key := binary.BigEndian.AppendUint32(nil, 0x2112a442)
		key = append(key, m.TransactionID[:]...)
		value := []byte{0, familyOf(peer.Addr())}
		value = binary.BigEndian.AppendUint16(value, peer.Port()^0x2112)
		for i, b := range peer.Addr().AsSlice() {
			value = append(value, b^key[i])
		}
		m.Add(stun.AttrXORPeerAddress, value)
		return nil
	})
}

func familyOf(ip netip.Addr) byte {
	if ip.Is4() {
		return 1
	}
	return 2
}

// families are the loopback addresses that this machine has.
func families() map[string]netip.Addr {
	found := map[string]netip.Addr{"IPv4": netip.MustParseAddr("127.0.0.1")}
	if conn, err := net.ListenPacket("udp6", "[::1]:0"); err == nil {
		_ = conn.Close()
		found["IPv6"] = netip.IPv6Loopback()
	}
	return found
}

// everywhere is a UDP service on all addresses of this machine that counts what
// reaches it.
func everywhere(t testing.TB) (number uint16, received func() int) {
	t.Helper()
	addr, received := serviceOn(t, ":0")
	return addr.Port(), received
}

// No range is there without an address that shows it.
func TestEverySpecialRangeIsTried(t *testing.T) {
	for _, text := range special() {
		network := netip.MustParsePrefix(text)
		if !slices.ContainsFunc(forbidden(), func(ip string) bool { return network.Contains(netip.MustParseAddr(ip)) }) {
			t.Errorf("no forbidden address is in %s", network)
		}
		for _, ip := range []netip.Addr{network.Addr(), last(network)} {
			if publicUnicast(ip) {
				t.Errorf("%s, an end of %s, is public", ip, network)
			}
		}
	}
}

// last returns the last address of a network.
func last(network netip.Prefix) netip.Addr {
	bytes := network.Masked().Addr().AsSlice()
	for bit := network.Bits(); bit < 8*len(bytes); bit++ {
		bytes[bit/8] |= 0x80 >> (bit % 8)
	}
	ip, _ := netip.AddrFromSlice(bytes)
	return ip
}

func TestConfiguredNetworksAreRefused(t *testing.T) {
	fx := start(t, func(c *Config) {
		c.Deny = []netip.Prefix{netip.MustParsePrefix("9.9.0.0/16"), netip.MustParsePrefix("2a00:1450::/32")}
	})
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	for text, want := range map[string]bool{
		"9.9.9.9": false, "9.9.255.255": false, "9.10.0.1": true, "::ffff:9.9.9.9": false,
		"2a00:1450::1": false, "2a00:1451::1": true,
	} {
		peer := netip.AddrPortFrom(netip.MustParseAddr(text), 50000)
		if got := fx.Allow("s1", peer); got != want {
			t.Errorf("Allow(%s) = %v, want %v", text, got, want)
		}
	}
	denied := netip.MustParseAddrPort("9.9.9.9:50000")
	if code := errorCode(c.request(stun.MethodCreatePermission, peerAddr(denied))); code != 403 {
		t.Errorf("permission for a denied network: error %d, want 403", code)
	}
}

// Hosts and technicians of one local network use private addresses. They are never
// relayed to, and meet all the same: at their relayed addresses.
func TestALocalNetworkMeetsAtTheRelay(t *testing.T) {
	fx := start(t, func(c *Config) { c.Deny = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")} })
	fx.open("s1")
	if fx.Allow("s1", netip.MustParseAddrPort("192.168.1.20:50000")) {
		t.Error("a private address is accepted")
	}
	exchange(t, fx.relayed("udp", "host"), fx.relayed("tls", "technician"), "through")
}

// Relayed TCP, by the library's own client.
func TestTCPAllocationsAreRefused(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	username, password := fx.credentials("s1", "host")
	conn := turn.NewSTUNConn(fx.dialTLS())
	client, err := turn.NewClient(&turn.ClientConfig{TURNServerAddr: fx.addr, Username: username, Password: password, Conn: conn})
	must(t, err)
	defer client.Close()
	must(t, client.Listen())
	if _, err := client.AllocateTCP(); err == nil {
		t.Error("the relay allocates a TCP port")
	}
	if n := fx.pion.AllocationCount(); n != 0 {
		t.Errorf("%d allocations", n)
	}
}
