package turn

import (
	"net"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// FuzzPackets throws packets at a live server over real sockets, from a client
// that holds an allocation: most of the parser lies behind that. Afterwards
// the server must still answer over UDP, and the session must not have reached
// anything.
//
// Seeds are in testdata/fuzz/FuzzPackets; run with
// go test -fuzz FuzzPackets ./relay/internal/turn.
func FuzzPackets(f *testing.F) {
	fx := start(f, nil)
	fx.open("s1")
	c, _ := fx.as("s1", "host")
	witness := fx.raw(fx.dialUDP(), "", "")
	f.Add(killer(f))
	f.Fuzz(func(t *testing.T, packet []byte) {
		_, _ = c.conn.Write(packet) // larger than a datagram can be: nothing is sent
		sendTLS(t, fx, packet)
		witness.t = t
		if code := errorCode(witness.request(stun.MethodBinding)); code != 0 {
			t.Fatalf("after %x: error %d", packet, code)
		}
		if stats, _ := fx.Stats("s1"); stats.BytesToPeers != 0 {
			t.Fatalf("%x left the relay", packet)
		}
	})
}

// sendTLS gives the packet to the stream's framing, without the cost of a
// handshake for each.
func sendTLS(t *testing.T, fx *fixture, packet []byte) {
	t.Helper()
	client, server := net.Pipe()
	defer func() { _ = client.Close() }()
	c := testStream(fx, server)
	done := make(chan struct{})
	go func() {
		defer close(done)
		buf := make([]byte, maxPacket)
		for {
			n, err := c.Read(buf)
			if err != nil {
				_ = c.Close()
				return
			}
			if n < 4 || n >= maxPacket {
				t.Errorf("frame of %d bytes", n)
			}
		}
	}()
	_ = client.SetDeadline(time.Now().Add(patience))
	_, _ = client.Write(packet)
	_ = client.Close()
	<-done
}
