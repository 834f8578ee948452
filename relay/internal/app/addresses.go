package app

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Addresses are those of relayed packets.
type Addresses struct {
	// Public is what peers see; Bind is the local one, which is another behind a NAT.
	Public, Bind netip.Addr
}

// RelayAddresses finds the addresses for relayed packets: what was configured, the
// address that is listened on, the one in the public URL, or the one by which this
// machine reaches the world. Nothing is sent to find out.
func RelayAddresses(cfg config.Relay, public *url.URL) (Addresses, error) {
	ip, err := publicAddress(cfg, public)
	if err != nil {
		return Addresses{}, problem.Wrap(fmt.Errorf("find the address for relayed packets: %w", err),
			"Give the address by which others reach this machine with --relay-ip.")
	}
	bind, err := bindAddress(ip)
	if err != nil {
		return Addresses{}, problem.Wrap(fmt.Errorf("find a local address for %s: %w", ip, err),
			"Give the address by which others reach this machine with --relay-ip.")
	}
	return Addresses{Public: ip, Bind: bind}, nil
}

func publicAddress(cfg config.Relay, public *url.URL) (netip.Addr, error) {
	if cfg.RelayIP.IsValid() {
		return cfg.RelayIP, nil
	}
	if host, _, err := net.SplitHostPort(cfg.Listen); err == nil {
		if ip, err := netip.ParseAddr(host); err == nil && !ip.IsUnspecified() {
			return ip.Unmap().WithZone(""), nil
		}
	}
	name := public.Hostname()
	if name == "localhost" {
		return netip.AddrFrom4([4]byte{127, 0, 0, 1}), nil
	}
	if ip, err := netip.ParseAddr(name); err == nil {
		return ip.Unmap(), nil
	}
	ip, err := outward("udp4", "192.0.2.1:9") // RFC 5737: nobody
	if err != nil {
		ip, err = outward("udp6", "[2001:db8::1]:9") // RFC 3849: nobody
	}
	return ip, err
}

// bindAddress returns ip where this machine has it, and otherwise the address that
// a NAT in front of this machine would translate.
func bindAddress(ip netip.Addr) (netip.Addr, error) {
	local, err := net.InterfaceAddrs()
	if err != nil {
		return netip.Addr{}, err
	}
	if ip.IsLoopback() {
		return ip, nil
	}
	for _, addr := range local {
		if prefix, err := netip.ParsePrefix(addr.String()); err == nil && prefix.Addr().Unmap() == ip {
			return ip, nil
		}
	}
	if ip.Is4() {
		return outward("udp4", "192.0.2.1:9")
	}
	return outward("udp6", "[2001:db8::1]:9")
}

// outward returns the local address of the route to a far one. Connecting a UDP
// socket sends nothing.
func outward(network, to string) (netip.Addr, error) {
	conn, err := net.Dial(network, to)
	if err != nil {
		return netip.Addr{}, err
	}
	local, parseErr := netip.ParseAddrPort(conn.LocalAddr().String())
	return local.Addr().Unmap(), errors.Join(parseErr, conn.Close())
}
