package certs

import (
	"fmt"
	"net"
	"net/netip"
	"os"
	"strings"

	"golang.org/x/net/idna"
)

// names are the subjects of a certificate, each once, in order.
type names struct {
	dns []string
	ips []netip.Addr
}

// localNames are what a browser on this machine may call the relay.
func localNames() names {
	n := names{
		dns: []string{"localhost"},
		ips: []netip.Addr{netip.MustParseAddr("127.0.0.1"), netip.IPv6Loopback()},
	}
	// A machine whose name is no valid DNS name is simply not reached by it.
	if host, err := os.Hostname(); err == nil {
		_ = n.add(host)
	}
	return n
}

// add takes a DNS name or an IP address, in any spelling.
func (n *names) add(host string) error {
	if ip, err := netip.ParseAddr(strings.Trim(host, "[]")); err == nil {
		n.addIP(ip.Unmap().WithZone(""))
		return nil
	}
	name, err := idna.Lookup.ToASCII(strings.TrimSuffix(host, "."))
	if err != nil || !plainName(name) {
		return fmt.Errorf("host %q: neither a DNS name nor an IP address", host)
	}
	n.addDNS(name)
	return nil
}

func (n *names) addDNS(name string) {
	for _, have := range n.dns {
		if have == name {
			return
		}
	}
	n.dns = append(n.dns, name)
}

func (n *names) addIP(ip netip.Addr) {
	for _, have := range n.ips {
		if have == ip {
			return
		}
	}
	n.ips = append(n.ips, ip)
}

// netIPs returns the addresses as crypto/x509 wants them.
func (n *names) netIPs() []net.IP {
	ips := make([]net.IP, 0, len(n.ips))
	for _, ip := range n.ips {
		ips = append(ips, ip.AsSlice())
	}
	return ips
}

// plainName reports whether name consists of labels of letters, digits and
// inner hyphens (RFC 1123 §2.1).
func plainName(name string) bool {
	if name == "" || len(name) > 253 {
		return false
	}
	for label := range strings.SplitSeq(name, ".") {
		if !plainLabel(label) {
			return false
		}
	}
	return true
}

func plainLabel(label string) bool {
	if label == "" || len(label) > 63 || label[0] == '-' || label[len(label)-1] == '-' {
		return false
	}
	for _, c := range label {
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
