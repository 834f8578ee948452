package port

import (
	"bufio"
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/certs"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// patience is how long a test waits for what must happen.
const patience = 10 * time.Second

type fixture struct {
	*Splitter
	listener net.Listener
	addr     string
	client   *tls.Config
	done     chan error // what Run returned
	cancel   context.CancelFunc
}

// start runs a splitter on loopback until the test ends.
func start(t testing.TB, adjust func(*Config)) *fixture {
	t.Helper()
	dir := t.TempDir()
	source, err := certs.SelfSigned(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	ca, err := os.ReadFile(source.CAFile())
	if err != nil {
		t.Fatal(err)
	}
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	cfg := Config{
		Listener: listener, TLS: source.TLSConfig(), Logger: slog.New(slog.DiscardHandler),
		PublicURL: "https://help.example",
	}
	cfg.TLS.NextProtos = append(cfg.TLS.NextProtos, acmeProtocol)
	if adjust != nil {
		adjust(&cfg)
	}
	s, err := Split(cfg)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	fx := &fixture{
		Splitter: s, listener: listener, addr: listener.Addr().String(), done: make(chan error, 1), cancel: cancel,
		client: &tls.Config{RootCAs: pool, ServerName: "localhost"},
	}
	go func() { fx.done <- s.Run(ctx) }()
	t.Cleanup(fx.stop)
	return fx
}

func (fx *fixture) stop() {
	fx.cancel()
	if err := <-fx.done; err != nil {
		panic(err)
	}
	fx.done <- nil // stop may be called again
}

func (fx *fixture) dialTLS(t testing.TB) *tls.Conn {
	t.Helper()
	conn, err := tls.Dial("tcp", fx.addr, fx.client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (fx *fixture) dialTCP(t testing.TB) net.Conn {
	t.Helper()
	conn, err := net.Dial("tcp", fx.addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// accept waits for one connection and reads want from it.
func accept(t *testing.T, l net.Listener, want []byte) {
	t.Helper()
	conn, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	_ = conn.SetDeadline(time.Now().Add(patience))
	got := make([]byte, len(want))
	if _, err := io.ReadFull(conn, got); err != nil || !bytes.Equal(got, want) {
		t.Errorf("read %q, %v, want %q", got, err, want)
	}
}

// ended fails the test unless the peer closes the connection in time.
func ended(t *testing.T, conn net.Conn, within time.Duration) {
	t.Helper()
	_ = conn.SetReadDeadline(time.Now().Add(within))
	if n, err := io.Copy(io.Discard, conn); errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("connection still open after %v (%d bytes came)", within, n)
	}
}

func TestFirstByteDecides(t *testing.T) {
	fx := start(t, nil)
	for first := range 256 {
		conn := fx.dialTLS(t)
		message := append([]byte{byte(first)}, "the rest"...)
		if _, err := conn.Write(message); err != nil {
			t.Fatal(err)
		}
		if first <= 3 {
			accept(t, fx.TURN(), message)
		} else {
			accept(t, fx.HTTP(), message)
		}
		_ = conn.Close()
	}
}

func TestHTTPServerAndTURNSideBySide(t *testing.T) {
	fx := start(t, nil)
	srv := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = fmt.Fprintf(w, "%s %v", r.Proto, r.TLS)
	})}
	served := make(chan error, 1)
	go func() { served <- srv.Serve(fx.HTTP()) }()
	transport := &http.Transport{TLSClientConfig: fx.client.Clone(), ForceAttemptHTTP2: true}
	client := &http.Client{Transport: transport, Timeout: patience}
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() {
			resp, err := client.Get("https://" + fx.addr)
			if err != nil {
				t.Error(err)
				return
			}
			body, err := io.ReadAll(resp.Body)
			_ = resp.Body.Close()
			if string(body) != "HTTP/1.1 <nil>" {
				t.Errorf("body %q, %v", body, err)
			}
		})
		conn := fx.dialTLS(t)
		if _, err := conn.Write([]byte{0, 1, 2}); err != nil {
			t.Fatal(err)
		}
		accept(t, fx.TURN(), []byte{0, 1, 2})
	}
	wg.Wait()
	transport.CloseIdleConnections()
	if err := srv.Close(); err != nil {
		t.Error(err)
	}
	if err := <-served; !errors.Is(err, http.ErrServerClosed) {
		t.Error(err)
	}
}

// Scenario: clients that connect and stall hold up nobody, and are let go.
func TestSlowPeersBlockNobody(t *testing.T) {
	fx := start(t, func(c *Config) {
		c.HandshakeTimeout, c.FirstByteTimeout = 2*time.Second, 2*time.Second
	})
	hello := clientHello(t)
	var slow []net.Conn
	for range 8 {
		silent, half, garbage := fx.dialTCP(t), fx.dialTCP(t), fx.dialTCP(t)
		mustWrite(t, half, hello[:len(hello)/2])
		mustWrite(t, garbage, append([]byte{recordHandshake}, bytes.Repeat([]byte{0xff}, 64)...))
		slow = append(slow, silent, half, garbage, fx.dialTLS(t))
	}
	began := time.Now()
	conn := fx.dialTLS(t)
	mustWrite(t, conn, []byte("GET"))
	accept(t, fx.HTTP(), []byte("GET"))
	if took := time.Since(began); took > 1500*time.Millisecond {
		t.Errorf("a good client waited %v behind slow ones", took)
	}
	for _, conn := range slow {
		ended(t, conn, patience)
	}
}

func clientHello(t *testing.T) []byte {
	t.Helper()
	a, b := net.Pipe()
	defer func() { _ = a.Close() }()
	ctx, cancel := context.WithCancel(t.Context())
	var wg sync.WaitGroup
	wg.Go(func() {
		_ = tls.Client(b, &tls.Config{ServerName: "localhost"}).HandshakeContext(ctx)
	})
	buf := make([]byte, 4096)
	n, err := a.Read(buf)
	cancel()
	wg.Wait()
	if err != nil {
		t.Fatal(err)
	}
	return buf[:n]
}

func mustWrite(t *testing.T, conn net.Conn, data []byte) {
	t.Helper()
	if _, err := conn.Write(data); err != nil {
		t.Fatal(err)
	}
}

func TestPlainHTTPIsToldWhatToUse(t *testing.T) {
	fx := start(t, nil)
	conn := fx.dialTCP(t)
	_ = conn.SetDeadline(time.Now().Add(patience))
	mustWrite(t, conn, []byte("GET / HTTP/1.1\r\nHost: help.example\r\n\r\n"))
	resp, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil {
		t.Fatal(err)
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err != nil || resp.StatusCode != http.StatusBadRequest || !strings.Contains(string(body), "use https://help.example") {
		t.Errorf("%d %q %v", resp.StatusCode, body, err)
	}
	ended(t, conn, patience)
}

func TestOtherProtocolsGetNoAnswer(t *testing.T) {
	fx := start(t, nil)
	for _, hello := range []string{"\x00\x01\x00\x00", "\x03\x00\x00\x13", "\xff\xff", "\r\n"} {
		conn := fx.dialTCP(t)
		_ = conn.SetDeadline(time.Now().Add(patience))
		mustWrite(t, conn, []byte(hello))
		if got, _ := io.ReadAll(conn); len(got) != 0 {
			t.Errorf("%q is answered with %q", hello, got)
		}
	}
}

func TestACMEChallengeEndsAfterTheHandshake(t *testing.T) {
	fx := start(t, nil)
	fx.client.NextProtos = []string{acmeProtocol}
	conn := fx.dialTLS(t)
	if p := conn.ConnectionState().NegotiatedProtocol; p != acmeProtocol {
		t.Fatalf("protocol %q", p)
	}
	_, _ = conn.Write([]byte("GET"))
	ended(t, conn, patience)
	fx.client.NextProtos = nil
	mustWrite(t, fx.dialTLS(t), []byte("next"))
	accept(t, fx.HTTP(), []byte("next")) // and not the challenge's bytes
}

func TestTooManyUndecidedFromOneAddress(t *testing.T) {
	for name, adjust := range map[string]func(*Config){
		"per address": func(c *Config) { c.MaxPerAddress = 3 },
		"in all":      func(c *Config) { c.MaxPending = 3 },
	} {
		t.Run(name, func(t *testing.T) {
			fx := start(t, adjust)
			var held []net.Conn
			for range 3 {
				held = append(held, fx.dialTLS(t)) // admitted, says nothing
			}
			ended(t, fx.dialTCP(t), time.Second)
			for _, conn := range held {
				mustWrite(t, conn, []byte("x"))
				accept(t, fx.HTTP(), []byte("x"))
			}
			mustWrite(t, fx.dialTLS(t), []byte("y")) // places are free again
			accept(t, fx.HTTP(), []byte("y"))
		})
	}
}

// Scenario: nobody serves TURN; HTTP goes on.
func TestAFullQueueDoesNotBlockTheOther(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxPerAddress = 1000 })
	var conns []*tls.Conn
	for range queueLen + 4 {
		conn := fx.dialTLS(t)
		mustWrite(t, conn, []byte{0})
		conns = append(conns, conn)
	}
	mustWrite(t, fx.dialTLS(t), []byte("GET"))
	accept(t, fx.HTTP(), []byte("GET"))
	closed := 0
	for _, conn := range slices.Backward(conns) { // the last ones are the likeliest
		_ = conn.SetReadDeadline(time.Now().Add(50 * time.Millisecond))
		if _, err := conn.Read(make([]byte, 1)); !errors.Is(err, os.ErrDeadlineExceeded) {
			closed++
		}
		if closed == 4 {
			break
		}
	}
	if closed != 4 {
		t.Errorf("%d connections closed over the full queue, want 4", closed)
	}
}

func TestCloseEndsEverything(t *testing.T) {
	fx := start(t, nil)
	silent, opened, queued := fx.dialTCP(t), fx.dialTLS(t), fx.dialTLS(t)
	mustWrite(t, queued, []byte{0})
	waiting := make(chan error, 1)
	go func() {
		_, err := fx.HTTP().Accept()
		waiting <- err
	}()
	time.Sleep(50 * time.Millisecond) // let them all arrive
	fx.stop()
	if err := <-waiting; !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept returned %v, want net.ErrClosed", err)
	}
	for _, conn := range []net.Conn{silent, opened, queued} {
		ended(t, conn, time.Second)
	}
	if _, err := fx.TURN().Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Accept after Close returned %v", err)
	}
	if err := fx.Close(); err != nil {
		t.Errorf("second Close: %v", err)
	}
	// Somebody else may have the port by now: what counts is that this listener has let go of it.
	if _, err := fx.listener.Accept(); !errors.Is(err, net.ErrClosed) {
		t.Errorf("the port is still open: %v", err)
	}
}

func TestClosingOneHalfLeavesTheOther(t *testing.T) {
	fx := start(t, nil)
	if err := fx.HTTP().Close(); err != nil {
		t.Fatal(err)
	}
	web := fx.dialTLS(t)
	mustWrite(t, web, []byte("GET"))
	ended(t, web, patience)
	mustWrite(t, fx.dialTLS(t), []byte{1})
	accept(t, fx.TURN(), []byte{1})
}

func TestRunReportsAFailedListener(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s, err := Split(Config{Listener: l, TLS: &tls.Config{}, Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	if err := s.Run(t.Context()); !errors.Is(err, net.ErrClosed) {
		t.Errorf("Run returned %v, want net.ErrClosed", err)
	}
}

func TestConfigIsChecked(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = l.Close() }()
	log := slog.New(slog.DiscardHandler)
	for name, cfg := range map[string]Config{
		"no listener": {TLS: &tls.Config{}, Logger: log},
		"no TLS":      {Listener: l, Logger: log},
		"no logger":   {Listener: l, TLS: &tls.Config{}},
		"negative":    {Listener: l, TLS: &tls.Config{}, Logger: log, MaxPending: -1},
	} {
		if _, err := Split(cfg); err == nil {
			t.Errorf("%s is accepted", name)
		}
	}
}
