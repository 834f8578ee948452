package preflight_test

import (
	"bufio"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/lendhand/lendhand/signaling/settings"
)

// relay is what a preflight sees of a relay: HTTPS and TURN on one port.
type relay struct {
	health  string        // what it says of itself
	off     time.Duration // how far its clock is ahead
	noUDP   bool
	noTURNS bool
}

// start serves the relay until the test ends.
func (r relay) start(t *testing.T) (settings.Address, *tls.Config) {
	t.Helper()
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		w.Header().Set("Date", time.Now().Add(r.off).UTC().Format(http.TimeFormat))
		if q.URL.Path != "/healthz" {
			w.WriteHeader(http.StatusNotFound)
		}
		_, _ = fmt.Fprint(w, r.health)
	}))
	certified := httptest.NewTLSServer(nil)
	t.Cleanup(certified.Close)
	server.Listener = &port{
		Listener: tls.NewListener(server.Listener, &tls.Config{Certificates: certified.TLS.Certificates, MinVersion: tls.VersionTLS12}),
		mute:     r.noTURNS,
	}
	server.Start()
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	if !r.noUDP {
		answerUDP(t, address)
	}
	pool := x509.NewCertPool()
	pool.AddCert(certified.Certificate())
	parsed, err := settings.ParseAddress("https://" + address)
	if err != nil {
		t.Fatal(err)
	}
	return parsed, &tls.Config{RootCAs: pool, MinVersion: tls.VersionTLS12}
}

// port takes the connections that begin like STUN out of a listener.
type port struct {
	net.Listener
	mute    bool
	serving sync.WaitGroup
}

func (p *port) Accept() (net.Conn, error) {
	for {
		conn, err := p.Listener.Accept()
		if err != nil {
			p.serving.Wait()
			return nil, err
		}
		reader := bufio.NewReader(conn)
		first, err := reader.Peek(1)
		if err == nil && first[0] != 0 {
			return peeked{conn, reader}, nil
		}
		p.serving.Go(func() {
			defer func() { _ = conn.Close() }()
			request := make([]byte, 20)
			if _, err := reader.Read(request); err == nil && !p.mute {
				_, _ = conn.Write(success(request))
			}
		})
	}
}

type peeked struct {
	net.Conn
	reader *bufio.Reader
}

func (p peeked) Read(b []byte) (int, error) { return p.reader.Read(b) }

// success makes the answer to a Binding request, without an address.
func success(request []byte) []byte { return append([]byte{1, 1, 0, 0}, request[4:20]...) }

func answerUDP(t *testing.T, address string) {
	t.Helper()
	conn, err := net.ListenPacket("udp", address)
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for packet := make([]byte, 1500); ; {
			n, from, err := conn.ReadFrom(packet)
			if err != nil {
				return
			}
			if n >= 20 {
				_, _ = conn.WriteTo(success(packet), from)
			}
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
}
