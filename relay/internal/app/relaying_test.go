package app_test

import (
	"fmt"
	"net"
	"testing"
	"time"

	"github.com/pion/turn/v5"

	"github.com/lendhand/lendhand/signaling"
)

// allocate asks for a relayed port with the library's own client.
func allocate(t *testing.T, r *relay, server signaling.ICEServer) (net.PacketConn, error) {
	t.Helper()
	conn, err := net.ListenPacket("udp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: r.Address().String(), Username: server.Username, Password: server.Credential, Conn: conn,
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := client.Listen(); err != nil {
		t.Fatal(err)
	}
	relayed, err := client.Allocate()
	t.Cleanup(func() {
		if relayed != nil {
			_ = relayed.Close()
		}
		client.Close()
		_ = conn.Close()
	})
	return relayed, err
}

// Scenario: a technician announces addresses of the relay's own machine as if they
// were theirs, and sends to a service there through the relay.
func TestATechnicianCannotReachTheRelaysMachine(t *testing.T) {
	dir := t.TempDir()
	r := start(t, settings(dir))
	addTechnician(t, dir)
	session := inSession(t, r, dir)
	relayed, err := allocate(t, r, session.servers[0])
	if err != nil {
		t.Fatal(err)
	}
	service, err := net.ListenPacket("udp", ":0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Close() }()
	number := service.LocalAddr().(*net.UDPAddr).Port
	targets := []string{"127.0.0.1", "127.0.0.2", "0.0.0.0", "::1", "::", "::ffff:127.0.0.1", "64:ff9b::7f00:1", "2002:7f00:1::", "169.254.169.254"}
	for _, addr := range interfaceAddresses(t) {
		targets = append(targets, addr.String())
	}
	for _, ip := range targets {
		say(t, session.technician, &signaling.Candidate{Candidate: fmt.Sprintf("candidate:1 1 udp 2130706431 %s %d typ host", ip, number)})
	}
	// What comes after them is heard by the host only when they have all been read.
	for range targets {
		hear[*signaling.Candidate](t, session.host, signaling.RelayToHost)
	}
	for _, ip := range targets {
		_, _ = relayed.WriteTo([]byte("knock knock"), &net.UDPAddr{IP: net.ParseIP(ip), Port: number})
	}
	_ = service.SetReadDeadline(time.Now().Add(300 * time.Millisecond))
	if n, from, err := service.ReadFrom(make([]byte, 100)); err == nil {
		t.Errorf("the service receives %d bytes from %v", n, from)
	}
}

func interfaceAddresses(t *testing.T) (ips []net.IP) {
	t.Helper()
	addrs, err := net.InterfaceAddrs()
	if err != nil {
		t.Fatal(err)
	}
	for _, addr := range addrs {
		if network, ok := addr.(*net.IPNet); ok && !network.IP.IsLinkLocalUnicast() {
			ips = append(ips, network.IP)
		}
	}
	return ips
}

// However a session ends, its relayed ports are closed within a second, and its
// credentials open no other.
func TestRelayingEndsWithTheSession(t *testing.T) {
	for name, end := range map[string]func(*testing.T, *relay, pair){
		"the host stops": func(t *testing.T, _ *relay, s pair) {
			say(t, s.host, &signaling.End{Reason: signaling.EndHostStopped})
		},
		"the technician stops": func(t *testing.T, _ *relay, s pair) {
			say(t, s.technician, &signaling.End{Reason: signaling.EndTechnicianStopped})
		},
		"the technician signs out": func(t *testing.T, r *relay, s pair) { s.browser.do(t, r, "POST", "/api/sign-out", "") },
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			r := start(t, settings(dir))
			addTechnician(t, dir)
			session := inSession(t, r, dir)
			relayed, err := allocate(t, r, session.servers[0])
			if err != nil {
				t.Fatal(err)
			}
			end(t, r, session)
			waitUntilFree(t, relayed.LocalAddr().(*net.UDPAddr))
			if _, err := allocate(t, r, session.servers[0]); err == nil {
				t.Error("the credentials are still good")
			}
		})
	}
}

// waitUntilFree waits for a port of this machine to be closed.
func waitUntilFree(t *testing.T, addr *net.UDPAddr) {
	t.Helper()
	for deadline := time.Now().Add(time.Second); ; time.Sleep(10 * time.Millisecond) {
		conn, err := net.ListenUDP("udp4", addr)
		if err == nil {
			_ = conn.Close()
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("the relayed port is open after a second: %v", err)
		}
	}
}
