package port

import (
	"errors"
	"net"
	"net/netip"
	"syscall"
	"testing"
)

func TestListenPairsTheNumbers(t *testing.T) {
	for range 20 {
		l, p, err := Listen("127.0.0.1:0")
		if err != nil {
			t.Fatal(err)
		}
		if l.Addr().String() != p.LocalAddr().String() {
			t.Errorf("TCP on %v, UDP on %v", l.Addr(), p.LocalAddr())
		}
		_, _ = l.Close(), p.Close()
	}
}

func TestListenSaysThatThePortIsTaken(t *testing.T) {
	tcp, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tcp.Close() }()
	udp, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = udp.Close() }()
	for _, addr := range []string{tcp.Addr().String(), udp.LocalAddr().String()} {
		if _, _, err := Listen(addr); !errors.Is(err, ErrPortTaken) {
			t.Errorf("Listen(%s) = %v, want ErrPortTaken", addr, err)
		}
	}
	// What failed half way leaves nothing bound.
	if l, err := net.Listen("tcp", udp.LocalAddr().String()); err != nil {
		t.Errorf("TCP half is still bound: %v", err)
	} else {
		_ = l.Close()
	}
}

func TestListenErrors(t *testing.T) {
	if _, _, err := Listen("no port"); err == nil {
		t.Error("an address without a port is accepted")
	}
	err := explain("TCP", "127.0.0.1", "443", &net.OpError{Op: "listen", Err: syscall.EACCES})
	if !errors.Is(err, ErrPortPrivileged) || !errors.Is(err, syscall.EACCES) {
		t.Errorf("EACCES becomes %v", err)
	}
	if err := explain("TCP", "", "1", net.ErrClosed); errors.Is(err, ErrPortTaken) || errors.Is(err, ErrPortPrivileged) {
		t.Errorf("another error becomes %v", err)
	}
}

func TestOrigin(t *testing.T) {
	for addr, want := range map[string]string{
		"192.0.2.7:1":               "192.0.2.7/32",
		"[::ffff:192.0.2.7]:1":      "192.0.2.7/32",
		"[2001:db8:1:2:3:4:5:6]:1":  "2001:db8:1:2::/64",
		"[fe80::1%eth0]:1":          "fe80::/64",
		"[2001:db8:1:2:ffff::1]:80": "2001:db8:1:2::/64",
	} {
		got := origin(net.TCPAddrFromAddrPort(netip.MustParseAddrPort(addr)))
		if got != netip.MustParsePrefix(want) {
			t.Errorf("origin(%s) = %v, want %s", addr, got, want)
		}
	}
}
