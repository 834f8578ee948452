package port

import (
	"fmt"
	"io"
	"net"
	"runtime"
	"testing"
	"time"
)

// BenchmarkAccept measures how many connections a second the port takes through the
// handshake and hands over: calm, and while 500 clients are stuck in the middle of
// theirs, from as many addresses. What the second takes of the first is the price of
// slow clients.
func BenchmarkAccept(b *testing.B) {
	b.Run("calm", func(b *testing.B) { measureAccept(b, 0) })
	b.Run("500 slow clients", func(b *testing.B) { measureAccept(b, 500) })
}

func measureAccept(b *testing.B, slow int) {
	fx := start(b, func(c *Config) { c.HandshakeTimeout, c.MaxPerAddress = 10*time.Minute, 1000 })
	stall(b, fx, slow)
	b.ResetTimer()
	for b.Loop() {
		client := fx.dialTLS(b)
		if _, err := client.Write([]byte("GET")); err != nil {
			b.Fatal(err)
		}
		server, err := fx.HTTP().Accept()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := io.ReadFull(server, make([]byte, 3)); err != nil {
			b.Fatal(err)
		}
		_, _ = server.Close(), client.Close()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "conns/s")
}

// stall opens connections that stop in the middle of the handshake, and waits until
// the port has them all.
func stall(b *testing.B, fx *fixture, n int) {
	b.Helper()
	for i := range n {
		var d net.Dialer
		if runtime.GOOS == "linux" {
			d.LocalAddr = &net.TCPAddr{IP: net.ParseIP(fmt.Sprintf("127.1.%d.%d", i/200, 1+i%200))}
		}
		conn, err := d.Dial("tcp", fx.addr)
		if err != nil {
			b.Fatal(err)
		}
		b.Cleanup(func() { _ = conn.Close() })
		if _, err := conn.Write([]byte{recordHandshake, 3, 1, 1, 0xf4, 1, 0, 1, 0xf0, 3, 3}); err != nil {
			b.Fatal(err)
		}
	}
	for deadline := time.Now().Add(patience); undecided(fx) < n; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			b.Fatalf("only %d of %d clients are stuck", undecided(fx), n)
		}
	}
}

func undecided(fx *fixture) int {
	fx.pending.mu.Lock()
	defer fx.pending.mu.Unlock()
	return fx.pending.all
}
