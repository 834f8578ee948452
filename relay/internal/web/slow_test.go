package web

import (
	"io"
	"log/slog"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"testing/fstest"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/relay/internal/account"
)

// Scenario: a client takes its time with the headers, the body, the answer, or the
// next request. Each is given up in the time that it has, however alive it looks.
func TestSlowClientsAreGivenUp(t *testing.T) {
	sign := "POST /api/sign-in HTTP/1.1\r\nHost: help.example:8443\r\nContent-Type: application/json\r\nContent-Length: 4000\r\n\r\n{"
	for name, c := range map[string]struct {
		says   string
		drips  bool // a byte a second follows
		reads  bool // the answers
		within time.Duration
	}{
		"says nothing":             {reads: true, within: headerWithin},
		"headers byte by byte":     {says: "GET / HTTP/1.1\r\nX: ", drips: true, reads: true, within: headerWithin},
		"a body byte by byte":      {says: sign, drips: true, reads: true, within: requestWithin},
		"an answer that is unread": {says: "GET / HTTP/1.1\r\nHost: help.example:8443\r\n\r\n", within: answerWithin},
		// It has longer, by its size: ten seconds at the slowest line that there may be.
		"a program that is unread": {says: "GET /download/lendhand HTTP/1.1\r\nHost: help.example:8443\r\n\r\n", within: answerWithin + 10*time.Second},
		"nothing after an answer":  {says: "GET / HTTP/1.1\r\nHost: help.example:8443\r\n\r\n", reads: true, within: idleFor},
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				conn := &watched{Conn: ours, closed: make(chan struct{})}
				stop := serveOne(t, conn)
				defer stop()
				began := time.Now()
				var client sync.WaitGroup
				if c.reads {
					client.Go(func() { _, _ = io.Copy(io.Discard, theirs) })
				}
				client.Go(func() { talk(theirs, c.says, c.drips) })
				<-conn.closed
				if took := time.Since(began); took > c.within+2*time.Second {
					t.Errorf("given up after %v, want %v", took, c.within)
				} else if took < c.within-time.Second {
					t.Errorf("given up after %v already, want %v", took, c.within)
				}
				_ = theirs.Close()
				client.Wait()
			})
		})
	}
}

// talk says something, and goes on a byte at a time if it drips.
func talk(conn net.Conn, says string, drips bool) {
	_, err := io.WriteString(conn, says)
	for ; drips && err == nil; time.Sleep(time.Second) {
		_, err = io.WriteString(conn, " ")
	}
}

// watched is a connection of which we hear when the server closes it.
type watched struct {
	net.Conn
	once   sync.Once
	closed chan struct{}
}

func (w *watched) Close() error {
	w.once.Do(func() { close(w.closed) })
	return w.Conn.Close()
}

// serveOne serves one connection with a server that has nobody behind it.
func serveOne(t *testing.T, conn net.Conn) (stop func()) {
	t.Helper()
	publicURL, err := url.Parse(public)
	if err != nil {
		t.Fatal(err)
	}
	programs := &shelf{folder: t.TempDir()}
	programs.put(t, "lendhand", strings.Repeat("x", 10*slowest))
	s, err := New(Config{
		Downloads: programs, Accounts: &account.Service{}, Broker: struct{ Broker }{}, Database: struct{ Database }{}, Audit: struct{ Audit }{}, Policy: struct{ Policy }{}, Keys: testKeys,
		Viewer:    fstest.MapFS{"index.html": {Data: []byte(strings.Repeat("a long page ", 10_000))}},
		PublicURL: publicURL, HostsPerAddress: 1, TechniciansPerAddress: 1, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	l := &listenerOfOne{conns: make(chan net.Conn, 1), done: make(chan struct{})}
	l.conns <- conn
	var serving sync.WaitGroup
	serving.Go(func() { _ = s.http.Serve(l) })
	return func() {
		_ = s.http.Close()
		serving.Wait()
	}
}

// listenerOfOne gives out one connection and waits.
type listenerOfOne struct {
	conns chan net.Conn
	done  chan struct{}
	once  sync.Once
}

func (l *listenerOfOne) Accept() (net.Conn, error) {
	select {
	case conn := <-l.conns:
		return conn, nil
	case <-l.done:
		return nil, net.ErrClosed
	}
}

func (l *listenerOfOne) Close() error   { l.once.Do(func() { close(l.done) }); return nil }
func (l *listenerOfOne) Addr() net.Addr { return &net.TCPAddr{} }
