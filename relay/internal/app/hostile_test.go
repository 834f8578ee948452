package app_test

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
)

// mostGrowth is how much memory strangers may make a relay take, in bytes.
const mostGrowth = 50 << 20

// Scenario: strangers send what is larger, in more pieces, or slower than anything a
// program of ours would. The relay runs in a process of its own; what it takes for
// itself in the worst moment is printed, and bounded. It serves others all the while.
func TestHostileClientsCostLittle(t *testing.T) {
	c := startChild(t)
	for _, attack := range []struct {
		name string
		run  func(*testing.T, *child)
	}{
		{"a frame of 256 MB before the introduction", func(t *testing.T, c *child) { sendEnormousFrame(t, c.host(t, false)) }},
		{"a frame of 256 MB after the introduction", func(t *testing.T, c *child) { sendEnormousFrame(t, c.host(t, true)) }},
		{"a million fragments with something in them", func(t *testing.T, c *child) { sendFragments(t, c.host(t, true), 1) }},
		{"a million fragments with nothing in them", func(t *testing.T, c *child) { sendFragments(t, c.host(t, true), 0) }},
		{"500 slow clients", slowClients},
	} {
		t.Run(attack.name, func(t *testing.T) {
			before := c.measure(t, "rest")
			attack.run(t, c)
			during := c.measure(t, "peak")
			t.Logf("memory: %s before, %s in the worst moment; resident: %s", mib(before.runtime), mib(during.runtime), mib(during.resident))
			if during.runtime > before.runtime+mostGrowth {
				t.Errorf("memory grew by %s, want at most %s", mib(during.runtime-before.runtime), mib(mostGrowth))
			}
			if took := c.health(t); took > 5*time.Second {
				t.Errorf("afterwards the relay answers in %v", took)
			}
		})
	}
}

func mib(n int64) string { return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20)) }

// host opens a host's connection, which registers or says nothing.
func (c *child) host(t *testing.T, registers bool) net.Conn {
	t.Helper()
	ws := c.dialHost(t, "")
	if registers {
		register(t, ws)
	}
	return ws.NetConn()
}

func (c *child) dialHost(t testing.TB, from string) *websocket.Conn {
	t.Helper()
	dialer := websocket.Dialer{TLSClientConfig: c.tls, HandshakeTimeout: 20 * time.Second, NetDialContext: dialerFrom(from).DialContext}
	ws, _, err := dialer.DialContext(t.Context(), "wss://"+c.address+"/signal/host", nil)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ws.Close() })
	return ws
}

func register(t testing.TB, ws *websocket.Conn) {
	t.Helper()
	public, _, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	say(t, ws, &signaling.Register{
		Version: signaling.Version, Name: "reception-pc", Fingerprint: fingerprint,
		SessionKey: base64.RawURLEncoding.EncodeToString(public),
	})
	hear[*signaling.Registered](t, ws, signaling.RelayToHost)
}

// sendEnormousFrame sends one text frame (RFC 6455 §5.2) until the relay hangs up,
// and what comes first must be a reason. So that it arrives, the relay reads on for a
// second, and forgets what it reads.
func sendEnormousFrame(t *testing.T, conn net.Conn) {
	const size = 256 << 20
	header := binary.BigEndian.AppendUint64([]byte{0x81, 0x80 | 127}, size)
	header = append(header, 0, 0, 0, 0) // a mask of zeros
	pour(conn, header, make([]byte, 64<<10), size/(64<<10))
	readsReason(t, conn, "message_too_large")
}

// sendFragments sends a text message in a million frames.
func sendFragments(t *testing.T, conn net.Conn, size int) {
	frame := func(first byte) []byte {
		return append([]byte{first, 0x80 | byte(size), 0, 0, 0, 0}, make([]byte, size)...)
	}
	var batch []byte
	for range 1000 {
		batch = append(batch, frame(0x00)...)
	}
	pour(conn, frame(0x01), batch, 1000)
	if size > 0 {
		readsReason(t, conn, "message_too_large")
	}
}

// pour writes first, and then more so many times or until the other side has enough.
func pour(conn net.Conn, first, more []byte, times int) {
	_ = conn.SetWriteDeadline(time.Now().Add(20 * time.Second))
	_, err := conn.Write(first)
	for i := 0; i < times && err == nil; i++ {
		_, err = conn.Write(more)
	}
}

// readsReason reads what the relay said before it hung up.
func readsReason(t *testing.T, conn net.Conn, want string) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(10 * time.Second))
	said, err := io.ReadAll(conn)
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		t.Error("the relay does not hang up")
	}
	if !contains(said, want) {
		t.Errorf("the relay says %q, want %q in it", said, want)
	}
}

// slowClients holds 500 connections that take all the time they are given: a quarter
// each in the middle of the handshake, of the headers and of a body, and WebSockets
// that send and never read.
func slowClients(t *testing.T, c *child) {
	const clients = 500
	kinds := []func(*testing.T, *child, string) io.Closer{halfHandshake, slowHeaders, slowBody, stoppedReader}
	conns := make(chan io.Closer, clients)
	numbers := make(chan int)
	var opening sync.WaitGroup
	for range 16 {
		opening.Go(func() {
			for i := range numbers {
				conns <- kinds[i%len(kinds)](t, c, sourceOf(i))
			}
		})
	}
	for i := range clients {
		numbers <- i
	}
	close(numbers)
	opening.Wait()
	close(conns)
	var slowest time.Duration
	for range 5 {
		slowest = max(slowest, c.health(t))
		time.Sleep(200 * time.Millisecond)
	}
	t.Logf("another client is answered in %v at most", slowest.Round(time.Millisecond))
	if slowest > 5*time.Second {
		t.Errorf("another client waits %v", slowest)
	}
	open := 0
	for conn := range conns {
		if conn != nil {
			open++
			_ = conn.Close()
		}
	}
	if open < clients*9/10 {
		t.Errorf("only %d of %d got that far", open, clients)
	}
}

// sourceOf gives every client an address of its own where loopback has as many, so
// that what is measured is not the caps on one address.
func sourceOf(i int) string {
	if runtime.GOOS != "linux" {
		return ""
	}
	return fmt.Sprintf("127.1.%d.%d", i/200, 1+i%200)
}

func dialerFrom(ip string) *net.Dialer {
	d := &net.Dialer{Timeout: 20 * time.Second}
	if ip != "" {
		d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(ip)}
	}
	return d
}

func halfHandshake(_ *testing.T, c *child, from string) io.Closer {
	conn, err := dialerFrom(from).Dial("tcp", c.address)
	if err != nil {
		return nil
	}
	// The beginning of a ClientHello that says that 500 bytes follow (RFC 8446 §5.1).
	_, _ = conn.Write([]byte{0x16, 3, 1, 1, 0xf4, 1, 0, 1, 0xf0, 3, 3, 1, 2, 3})
	return conn
}

func slowHeaders(t *testing.T, c *child, from string) io.Closer {
	return c.drip(t, from, "GET /healthz HTTP/1.1\r\nHost: "+c.address+"\r\nX-Slow: ")
}

func slowBody(t *testing.T, c *child, from string) io.Closer {
	return c.drip(t, from, "POST /api/sign-in HTTP/1.1\r\nHost: "+c.address+"\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{")
}

// drip opens a connection, sends the beginning, and from then on a byte at a time
// until it is closed.
func (c *child) drip(t *testing.T, from, beginning string) io.Closer {
	conn, err := tls.DialWithDialer(dialerFrom(from), "tcp", c.address, c.tls)
	if err != nil {
		return nil
	}
	if _, err := io.WriteString(conn, beginning); err != nil {
		return nil
	}
	var dripping sync.WaitGroup
	t.Cleanup(dripping.Wait)
	dripping.Go(func() {
		for err := error(nil); err == nil; time.Sleep(100 * time.Millisecond) {
			_, err = io.WriteString(conn, " ")
		}
	})
	return conn
}

// stoppedReader registers, asks for what has long answers, and reads none.
func stoppedReader(t *testing.T, c *child, from string) io.Closer {
	ws := c.dialHost(t, from)
	register(t, ws)
	for range 50 {
		say(t, ws, &signaling.Refuse{RequestID: "r_none", Reason: signaling.EndDeclined})
	}
	return ws
}

func (c *child) health(t *testing.T) time.Duration {
	t.Helper()
	transport := &http.Transport{TLSClientConfig: c.tls}
	defer transport.CloseIdleConnections()
	began := time.Now()
	resp, err := (&http.Client{Transport: transport, Timeout: 20 * time.Second}).Get("https://" + c.address + "/healthz")
	if err != nil {
		t.Fatal(err)
	}
	_, err = io.Copy(io.Discard, bufio.NewReader(resp.Body))
	if err := errors.Join(err, resp.Body.Close()); err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("health: %d, %v", resp.StatusCode, err)
	}
	return time.Since(began)
}
