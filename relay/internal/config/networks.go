package config

import (
	"errors"
	"fmt"
	"net/netip"
	"strings"
)

// ErrNetworks says that a text is no list of networks.
var ErrNetworks = errors.New("not a list of networks such as 198.51.100.0/24,2001:db8::/32")

// Networks is a setting such as 198.51.100.0/24,2001:db8::7: networks and addresses
// separated by commas.
type Networks []netip.Prefix

// UnmarshalText implements [encoding.TextUnmarshaler]. Its error wraps
// [ErrNetworks].
func (n *Networks) UnmarshalText(text []byte) error {
	*n = nil
	for field := range strings.SplitSeq(string(text), ",") {
		if field = strings.TrimSpace(field); field == "" {
			continue
		}
		network, err := parseNetwork(field)
		if err != nil {
			return fmt.Errorf("%.64q is %w", field, ErrNetworks)
		}
		*n = append(*n, network)
	}
	return nil
}

// parseNetwork reads a network or a single address. A network that is written with
// an address inside of it means the whole of it; IPv4 written as IPv6 means IPv4.
func parseNetwork(s string) (netip.Prefix, error) {
	if !strings.Contains(s, "/") {
		ip, err := netip.ParseAddr(s)
		if err != nil || ip.Zone() != "" {
			return netip.Prefix{}, ErrNetworks
		}
		ip = ip.Unmap()
		return ip.Prefix(ip.BitLen())
	}
	network, err := netip.ParsePrefix(s)
	if err != nil {
		return netip.Prefix{}, err
	}
	if ip := network.Addr(); ip.Is4In6() {
		return ip.Unmap().Prefix(network.Bits() - 96)
	}
	return network.Masked(), nil
}
