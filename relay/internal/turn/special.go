package turn

import (
	"net"
	"net/netip"
	"slices"
	"sync"
	"time"
)

// special lists what the IANA registries of special-purpose addresses for IPv4
// and IPv6 hold (RFC 6890 and its updates), with multicast and the deprecated
// ranges that still route somewhere on some systems. Ranges that carry an IPv4
// address inside are all here: they are how a filter on IPv4 is walked around.
func special() []string {
	return []string{
		"0.0.0.0/8",       // this network; Linux takes it for the machine itself
		"10.0.0.0/8",      // private use
		"100.64.0.0/10",   // shared with carriers' NATs
		"127.0.0.0/8",     // loopback
		"169.254.0.0/16",  // link local, and the metadata services of clouds
		"172.16.0.0/12",   // private use
		"192.0.0.0/24",    // protocol assignments
		"192.0.2.0/24",    // documentation
		"192.31.196.0/24", // AS112
		"192.52.193.0/24", // automatic multicast tunnelling
		"192.88.99.0/24",  // 6to4 relays, deprecated
		"192.168.0.0/16",  // private use
		"192.175.48.0/24", // AS112
		"198.18.0.0/15",   // benchmarks
		"198.51.100.0/24", // documentation
		"203.0.113.0/24",  // documentation
		"224.0.0.0/4",     // multicast
		"240.0.0.0/4",     // reserved, and broadcast

		"::/96",             // unspecified, loopback, IPv4-compatible
		"::ffff:0:0/96",     // IPv4-mapped
		"::ffff:0:0:0/96",   // IPv4-translated
		"64:ff9b::/96",      // IPv4 behind NAT64
		"64:ff9b:1::/48",    // the same for local use
		"100::/64",          // discard
		"100:0:0:1::/64",    // dummy
		"2001::/23",         // protocol assignments: Teredo, benchmarks, ORCHID
		"2001:db8::/32",     // documentation
		"2002::/16",         // 6to4
		"2620:4f:8000::/48", // AS112
		"3ffe::/16",         // the former 6bone
		"3fff::/20",         // documentation
		"5f00::/16",         // segment routing
		"fc00::/7",          // unique local
		"fe80::/10",         // link local
		"fec0::/10",         // site local, deprecated
		"ff00::/8",          // multicast
	}
}

// publicUnicast reports whether an unmapped address is one that the open
// internet routes to a single machine.
func publicUnicast(ip netip.Addr) bool {
	if !ip.IsValid() || ip.Zone() != "" || ip.Is4In6() {
		return false
	}
	// Nothing outside 2000::/3 is allocated as global unicast (RFC 4291 §2.4).
	if ip.Is6() && !netip.MustParsePrefix("2000::/3").Contains(ip) {
		return false
	}
	for _, prefix := range special() {
		if netip.MustParsePrefix(prefix).Contains(ip) {
			return false
		}
	}
	return true
}

// ownAddress reports whether an address is this machine's. When the machine
// cannot tell, it is: relaying to oneself is how a relay becomes a way in.
func (s *Server) ownAddress(ip netip.Addr) bool {
	return ip == s.cfg.RelayIP || ip == s.cfg.BindIP || s.own.has(ip)
}

// denied reports whether an unmapped address is in a network that the configuration
// keeps from being relayed to.
func (s *Server) denied(ip netip.Addr) bool {
	return slices.ContainsFunc(s.cfg.Deny, func(network netip.Prefix) bool { return network.Contains(ip) })
}

// ownFor is how long the machine's addresses are remembered. Asking for them takes
// the system long enough to be worth a flood of candidates.
const ownFor = 10 * time.Second

// ownAddresses remembers the addresses of this machine.
type ownAddresses struct {
	mu    sync.Mutex // guards the rest
	asked time.Time
	known map[netip.Addr]struct{} // nil when the machine cannot tell
}

func (o *ownAddresses) has(ip netip.Addr) bool {
	o.mu.Lock()
	defer o.mu.Unlock()
	if time.Since(o.asked) > ownFor {
		o.asked, o.known = time.Now(), interfaceAddresses()
	}
	_, ok := o.known[ip]
	return ok || o.known == nil
}

func interfaceAddresses() map[netip.Addr]struct{} {
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		return nil
	}
	known := make(map[netip.Addr]struct{}, len(addrs))
	for _, addr := range addrs {
		if prefix, err := netip.ParsePrefix(addr.String()); err == nil {
			known[prefix.Addr().Unmap()] = struct{}{}
		}
	}
	return known
}
