package port

import (
	"bytes"
	"crypto/tls"
	"io"
	"net"
	"testing"
	"time"
)

// FuzzFirstBytes throws bytes at a live port over real sockets, before TLS and
// inside of it. What comes before TLS reaches nobody; what comes inside reaches the
// one that its first byte tells, whole. Afterwards the port still answers.
//
// Run with go test -fuzz FuzzFirstBytes ./relay/internal/port.
func FuzzFirstBytes(f *testing.F) {
	fx := start(f, func(c *Config) { c.MaxPerAddress = 1000 })
	arrived := map[bool]<-chan []byte{true: taken(f, fx.TURN()), false: taken(f, fx.HTTP())}
	f.Fuzz(func(t *testing.T, data []byte) {
		plain := fx.dialTCP(t)
		_, _ = plain.Write(data)
		_ = plain.(*net.TCPConn).CloseWrite()
		_ = plain.SetReadDeadline(time.Now().Add(patience))
		if answer, _ := io.ReadAll(plain); len(answer) > 1024 {
			t.Errorf("%q before TLS is answered with %d bytes", data, len(answer))
		}
		_ = plain.Close()
		throwInside(t, fx, arrived, data)
		throwInside(t, fx, arrived, []byte("GET"))
	})
}

// throwInside sends data over TLS and checks where it arrives.
func throwInside(t *testing.T, fx *fixture, arrived map[bool]<-chan []byte, data []byte) {
	t.Helper()
	conn, err := tls.Dial("tcp", fx.addr, fx.client)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := conn.Write(data); err != nil {
		t.Fatal(err)
	}
	_ = conn.CloseWrite()
	if len(data) == 0 {
		return // closed before it is anybody's
	}
	turn := data[0] <= 3
	select {
	case got := <-arrived[turn]:
		if !bytes.Equal(got, data) {
			t.Errorf("%q arrives as %q", data, got)
		}
	case got := <-arrived[!turn]:
		t.Errorf("%q arrives at the wrong one as %q", data, got)
	case <-time.After(patience):
		t.Errorf("%q arrives nowhere", data)
	}
}

// taken accepts all that a listener has and reads each to its end.
func taken(f *testing.F, l net.Listener) <-chan []byte {
	f.Helper()
	all := make(chan []byte)
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			data, _ := io.ReadAll(conn)
			_ = conn.Close()
			select {
			case all <- data:
			case <-time.After(patience): // nobody waits any more
			}
		}
	}()
	return all
}
