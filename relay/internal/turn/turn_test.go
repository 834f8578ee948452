package turn

import (
	"context"
	"errors"
	"log/slog"
	"net"
	"net/netip"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

func TestSessionsMeetOverUDPAndTLS(t *testing.T) {
	for _, pair := range [][2]string{{"udp", "udp"}, {"udp", "tls"}, {"tls", "tls"}} {
		t.Run(pair[0]+" to "+pair[1], func(t *testing.T) {
			fx := start(t, nil)
			fx.open("s1")
			var wg sync.WaitGroup
			wg.Go(func() { // the same port serves pages all the while
				for range 10 {
					if err := fx.page(); err != nil {
						t.Error(err)
					}
				}
			})
			host, technician := fx.relayed(pair[0], "host"), fx.relayed(pair[1], "technician")
			exchange(t, host, technician, "a frame")
			exchange(t, technician, host, "a key")
			wg.Wait()
			stats, ok := fx.Stats("s1")
			if !ok || stats.Allocations != 2 || stats.BytesToPeers < 12 || stats.BytesFromPeers < 12 {
				t.Errorf("stats %+v, %v", stats, ok)
			}
		})
	}
}

// Behind a one-to-one NAT the machine does not have the address that peers
// see. No packet of this test leaves the machine.
func TestSessionsMeetBehindNAT(t *testing.T) {
	fx := start(t, func(c *Config) { c.RelayIP = netip.MustParseAddr("9.9.9.9") })
	fx.open("s1")
	host, technician := fx.relayed("udp", "host"), fx.relayed("udp", "technician")
	if ip := host.LocalAddr().(*net.UDPAddr).IP.String(); ip != "9.9.9.9" {
		t.Errorf("relayed address %s, want 9.9.9.9", ip)
	}
	exchange(t, host, technician, "through")
}

func TestReachable(t *testing.T) {
	for bound, want := range map[string]string{
		"0.0.0.0:7":      "127.0.0.1:7",
		"[::]:7":         "[::1]:7",
		"192.0.2.1:7":    "192.0.2.1:7",
		"[2001:db8::]:7": "[2001:db8::]:7",
	} {
		if got := reachable(netip.MustParseAddrPort(bound)); got != netip.MustParseAddrPort(want) {
			t.Errorf("reachable(%s) = %v, want %s", bound, got, want)
		}
	}
}

func TestBindingRequestNeedsNoCredentials(t *testing.T) {
	fx := start(t, nil)
	for name, conn := range map[string]net.Conn{"udp": fx.dialUDP(), "tls": fx.dialTLS()} {
		resp := fx.raw(conn, "", "").request(stun.MethodBinding)
		var mapped stun.XORMappedAddress
		if err := mapped.GetFrom(resp); err != nil || mapped.Port != int(addrPort(conn.LocalAddr()).Port()) {
			t.Errorf("%s: mapped address %v, %v", name, mapped, err)
		}
	}
}

func TestEndCutsAtOnce(t *testing.T) {
	for _, network := range []string{"udp", "tls"} {
		t.Run(network, func(t *testing.T) {
			fx := start(t, nil)
			fx.open("s1")
			fx.open("s2")
			username, password := fx.credentials("s1", "host")
			dial := fx.dialUDP
			if network == "tls" {
				dial = fx.dialTLS
			}
			c := fx.raw(dial(), username, password)
			relayed := c.mustAllocate()
			survivor, _ := fx.as("s2", "host")

			fx.End("s1")
			eventually(t, "the allocation is gone", time.Second, func() bool { return fx.pion.AllocationCount() == 1 })
			udp, err := net.ListenUDP("udp4", net.UDPAddrFromAddrPort(relayed))
			if err != nil {
				t.Errorf("the relayed port is still bound: %v", err)
			} else {
				_ = udp.Close()
			}
			if network == "tls" {
				if _, err := c.read(patience); err == nil {
					t.Error("the connection is still open")
				}
			}
			again := fx.raw(fx.dialUDP(), username, password)
			if code := errorCode(again.request(stun.MethodAllocate, udpTransport())); code != 400 {
				t.Errorf("credentials of an ended session: error %d, want 400", code)
			}
			if code := errorCode(survivor.request(stun.MethodRefresh, lifetime(600))); code != 0 {
				t.Errorf("another session: error %d", code)
			}
			if _, ok := fx.Stats("s1"); ok {
				t.Error("an ended session has counters")
			}
		})
	}
}

func TestEndReturnsWhatWasRelayed(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	host, technician := fx.relayed("udp", "host"), fx.relayed("udp", "technician")
	exchange(t, host, technician, "counted")
	if stats := fx.End("s1"); stats.Allocations != 2 || stats.BytesToPeers < 7 {
		t.Errorf("stats %+v", stats)
	}
	if stats := fx.End("s1"); stats != (Stats{}) {
		t.Errorf("second End: %+v", stats)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	username, password := fx.credentials("s1", "host")
	c := fx.raw(fx.dialTLS(), username, password)
	c.mustAllocate()
	idle := fx.raw(fx.dialTLS(), "", "")
	idle.request(stun.MethodBinding)
	must(t, fx.Close())
	for _, c := range []*raw{c, idle} {
		var timeout net.Error
		if _, err := c.read(patience); err == nil || errors.As(err, &timeout) && timeout.Timeout() {
			t.Errorf("connection after Close: %v", err)
		}
	}
	must(t, fx.Close())
}

func TestRunReportsAFailedSocket(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	loopback := netip.MustParseAddr("127.0.0.1")
	s, err := New(Config{PacketConn: udp, RelayIP: loopback, BindIP: loopback, Logger: slog.New(slog.DiscardHandler)})
	must(t, err)
	_ = udp.Close()
	if err := s.Run(context.Background()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Run returned %v, want net.ErrClosed", err)
	}
}

func TestPortRange(t *testing.T) {
	probe, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	free := addrPort(probe.LocalAddr()).Port()
	_ = probe.Close()
	fx := start(t, func(c *Config) { c.PortRange = PortRange{Min: free, Max: free} })
	fx.open("s1")
	if _, relayed := fx.as("s1", "host"); relayed.Port() != free {
		t.Errorf("relayed port %d, want %d", relayed.Port(), free)
	}
	username, password := fx.credentials("s1", "technician")
	c := fx.raw(fx.dialUDP(), username, password)
	if code := errorCode(c.request(stun.MethodAllocate, udpTransport())); code != 508 {
		t.Errorf("no port left: error %d, want 508", code)
	}
}

func TestConfigIsChecked(t *testing.T) {
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	must(t, err)
	defer func() { _ = udp.Close() }()
	loopback := netip.MustParseAddr("127.0.0.1")
	for name, spoil := range map[string]func(*Config){
		"no socket":       func(c *Config) { c.PacketConn = nil },
		"no relay IP":     func(c *Config) { c.RelayIP = netip.Addr{} },
		"any relay IP":    func(c *Config) { c.RelayIP = netip.IPv4Unspecified() },
		"no bind IP":      func(c *Config) { c.BindIP = netip.Addr{} },
		"other family":    func(c *Config) { c.BindIP = netip.IPv6Loopback() },
		"not ours":        func(c *Config) { c.BindIP = netip.MustParseAddr("203.0.113.1") },
		"range backwards": func(c *Config) { c.PortRange = PortRange{Min: 2000, Max: 1000} },
		"half a range":    func(c *Config) { c.PortRange = PortRange{Max: 1000} },
		"negative":        func(c *Config) { c.Lifetime = -1 },
		"no logger":       func(c *Config) { c.Logger = nil },
	} {
		cfg := Config{PacketConn: udp, RelayIP: loopback, BindIP: loopback, Logger: slog.New(slog.DiscardHandler)}
		spoil(&cfg)
		if s, err := New(cfg); err == nil {
			_ = s.Close()
			t.Errorf("%s is accepted", name)
		}
	}
}
