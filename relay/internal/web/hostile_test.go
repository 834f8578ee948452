package web

import (
	"bufio"
	"bytes"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/http"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/gorilla/websocket"
)

// Every Origin that is not exactly ours, at every WebSocket of the table, with a
// sign-in that is good and without one.
func TestForeignOriginsOpenNothing(t *testing.T) {
	w := newWorld(t)
	token := w.token(t, "tech")
	foreign := []string{
		"null", "https://help.example", "https://help.example:443", "https://help.example:8444", "http://help.example:8443",
		"wss://help.example:8443", "https://x.help.example:8443", "https://example:8443", "https://evil-help.example:8443",
		"https://help.example.:8443", "https://help.example:8443.evil.example", "https://help.example:8443@evil.example",
		"https://user@help.example:8443", "https://help.example:8443/", "https://help.example:8443/x", "https://help.example:08443",
		"https://localhost:8443", "https://127.0.0.1:8443", "file://", "about:blank", "help.example:8443", " ",
		"https://help.example:8443, https://evil.example", "https://help.example:8443 https://evil.example",
	}
	for _, path := range []string{"/signal/host", "/signal/technician"} {
		for _, origin := range foreign {
			for _, cookie := range []string{token, ""} {
				ws, _, got := w.dial(t, path, origin, cookie)
				if ws != nil || got.status != http.StatusForbidden && got.status != http.StatusUnauthorized {
					t.Errorf("%s from %q with cookie %v: status %d", path, origin, cookie != "", got.status)
				}
			}
		}
	}
	// A program sends no Origin: it may be a host, and never a technician, cookie or not.
	for path, want := range map[string]int{"/signal/host": http.StatusSwitchingProtocols, "/signal/technician": http.StatusForbidden} {
		ws, _, got := w.dial(t, path, "", token)
		if got.status != want {
			t.Errorf("%s without an origin: status %d, want %d", path, got.status, want)
		}
		if ws != nil {
			_ = ws.Close()
		}
	}
}

// Who offers compression gets none, and who compresses all the same is cut off: a
// compressed message is larger than it looks.
func TestCompressionIsRefused(t *testing.T) {
	w := newWorld(t)
	dialer := websocket.Dialer{EnableCompression: true}
	header := http.Header{"Host": {"help.example:8443"}}
	ws, resp, err := dialer.DialContext(t.Context(), "ws://"+w.addr+"/signal/host", header)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = ws.Close() }()
	if got := resp.Header.Get("Sec-Websocket-Extensions"); got != "" {
		t.Errorf("the relay agrees to %q", got)
	}
	// FIN, RSV1 (RFC 7692 §6), text; masked with zeros; as long as it says.
	bomb := append([]byte{0xc1, 0x84, 0, 0, 0, 0}, 0x2a, 0x49, 0x2d, 0x01)
	if _, err := ws.NetConn().Write(bomb); err != nil {
		t.Fatal(err)
	}
	_ = ws.SetReadDeadline(time.Now().Add(5 * time.Second))
	for err == nil {
		_, _, err = ws.ReadMessage()
	}
	if !websocket.IsCloseError(err, websocket.CloseProtocolError) {
		t.Errorf("a compressed frame: %v, want it refused", err)
	}
}

// HTTP/2 is not spoken, so that its streams cannot be opened and reset by the million
// (CVE-2023-44487).
func TestHTTP2IsNotSpoken(t *testing.T) {
	w := newWorld(t)
	conn, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	preface := append([]byte("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"), 0, 0, 0, 4, 0, 0, 0, 0, 0) // and empty SETTINGS
	for range 1000 {
		preface = append(preface, resetStream()...)
	}
	_, _ = conn.Write(preface)
	answer, err := io.ReadAll(conn)
	if errors.Is(err, os.ErrDeadlineExceeded) || len(answer) > 4096 || !bytes.HasPrefix(answer, []byte("HTTP/1.1 ")) {
		t.Errorf("%d bytes %.40q, %v; want a refusal in HTTP/1.1", len(answer), answer, err)
	}
	upgrade := w.do(t, request{method: "GET", path: "/healthz", header: http.Header{
		"Connection": {"Upgrade, HTTP2-Settings"}, "Upgrade": {"h2c"}, "Http2-Settings": {"AAMAAABkAARAAAAAAAIAAAAA"},
	}})
	if upgrade.status != http.StatusOK {
		t.Errorf("an upgrade to HTTP/2: status %d", upgrade.status)
	}
}

// resetStream is a frame of HTTP/2 that resets stream 1 (RFC 9113 §6.4).
func resetStream() []byte {
	frame := []byte{0, 0, 4, 3, 0}
	frame = binary.BigEndian.AppendUint32(frame, 1)
	return binary.BigEndian.AppendUint32(frame, 8)
}

func TestHeadersAreBounded(t *testing.T) {
	w := newWorld(t)
	got := w.do(t, request{method: "GET", path: "/healthz", header: http.Header{"X-Much": {strings.Repeat("x", 1<<20)}}})
	if got.status != http.StatusRequestHeaderFieldsTooLarge {
		t.Errorf("status %d, want 431", got.status)
	}
}

func TestConnectionsOfOneAddressAreBounded(t *testing.T) {
	c := newConnections(100, 3)
	var held []net.Conn
	hold := func(from string) bool {
		conn := &faraway{from: netip.MustParseAddrPort(from)}
		c.follow(conn, http.StateNew)
		if !conn.closed {
			held = append(held, conn)
		}
		return !conn.closed
	}
	for range 3 {
		if !hold("192.0.2.1:1000") {
			t.Fatal("one of the first is refused")
		}
	}
	if hold("192.0.2.1:1001") || !hold("192.0.2.2:1000") {
		t.Error("the bound is not that of one address")
	}
	for i := range 3 {
		if got := hold("[2001:db8::" + string(rune('1'+i)) + "]:1"); !got {
			t.Error("one of the first is refused")
		}
	}
	if hold("[2001:db8::9]:1") {
		t.Error("a network of IPv6 has no bound")
	}
	c.follow(held[0], http.StateActive) // still here
	if hold("192.0.2.1:1002") {
		t.Error("a busy connection makes room")
	}
	c.follow(held[0], http.StateHijacked) // counts as a WebSocket from now on
	c.follow(held[1], http.StateClosed)
	c.follow(held[1], http.StateClosed)
	if !hold("192.0.2.1:1003") || !hold("192.0.2.1:1004") || hold("192.0.2.1:1005") {
		t.Error("those who left do not make room, each once")
	}
	for i := range 200 {
		hold(netip.AddrPortFrom(netip.AddrFrom4([4]byte{198, 51, 100, byte(i)}), 1).String())
	}
	if len(c.open) != 100 {
		t.Errorf("%d connections in all, want 100", len(c.open))
	}
	for _, conn := range held {
		c.follow(conn, http.StateClosed)
	}
	if len(c.open) != 0 || len(c.per) != 0 {
		t.Errorf("%d connections of %d networks are left", len(c.open), len(c.per))
	}
}

// faraway is a connection from somewhere.
type faraway struct {
	net.Conn
	from   netip.AddrPort
	closed bool
}

func (f *faraway) RemoteAddr() net.Addr { return net.TCPAddrFromAddrPort(f.from) }
func (f *faraway) Close() error         { f.closed = true; return nil }

// The bound holds for the server itself: one more connection is hung up on, and the
// next is welcome when one has left.
func TestTheServerHangsUpOnTooMany(t *testing.T) {
	w := newWorld(t)
	var held []net.Conn
	defer func() {
		for _, conn := range held {
			_ = conn.Close()
		}
	}()
	for range mostConnectionsPerAddress {
		conn, err := net.Dial("tcp", w.addr)
		if err != nil {
			t.Fatal(err)
		}
		held = append(held, conn)
	}
	if served(t, w) {
		t.Error("one more is served")
	}
	_ = held[0].Close()
	for deadline := time.Now().Add(5 * time.Second); !served(t, w); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatal("the place of one who left stays taken")
		}
	}
}

func served(t *testing.T, w *world) bool {
	t.Helper()
	conn, err := net.Dial("tcp", w.addr)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(5 * time.Second))
	_, _ = io.WriteString(conn, "GET /healthz HTTP/1.1\r\nHost: help.example:8443\r\nConnection: close\r\n\r\n")
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		return false
	}
	_ = resp.Body.Close()
	return resp.StatusCode == http.StatusOK
}
