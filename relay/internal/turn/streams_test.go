package turn

import (
	"bufio"
	"encoding/hex"
	"errors"
	"net"
	"net/netip"
	"os"
	"testing"
	"time"

	"github.com/pion/stun/v4"
)

// killer is the Send indication of THREATS.md row 17: DATA of four bytes and
// an empty XOR-PEER-ADDRESS. Earlier versions of the library end on it.
func killer(t testing.TB) []byte {
	t.Helper()
	packet, err := hex.DecodeString("0016000c2112a442" + "0102030405060708090a0b0c" + "0013000441424344" + "00120000")
	must(t, err)
	return packet
}

func TestNoPacketEndsTheProcess(t *testing.T) {
	fx := start(t, nil)
	fx.open("s1")
	packet := killer(t)
	if len(packet) != 32 {
		t.Fatalf("%d bytes, want 32", len(packet))
	}
	username, password := fx.credentials("s1", "host")
	for name, conn := range map[string]net.Conn{"udp": fx.dialUDP(), "tls": fx.dialTLS()} {
		c := fx.raw(conn, username, password)
		c.mustAllocate() // the indication is looked into only then
		_, err := conn.Write(packet)
		must(t, err)
		if code := errorCode(c.request(stun.MethodRefresh, lifetime(600))); code != 0 {
			t.Errorf("%s: after the packet: error %d", name, code)
		}
	}
}

func TestBrokenFramesEndTheConnection(t *testing.T) {
	for name, frame := range map[string]string{
		"no frame":           "00ffffffffffffff",
		"length wraps round": "0001ffec2112a442" + "000000000000000000000000",
		"longer than any":    "000107ec2112a442" + "000000000000000000000000",
		"odd length":         "000100032112a442" + "000000000000000000000000",
		"reserved bits":      "0001000021120000" + "000000000000000000000000" + "ffffffff",
		"huge channel data":  "00010000" + "2112a442" + "000000000000000000000000" + "4000ffff",
	} {
		t.Run(name, func(t *testing.T) {
			fx := start(t, nil)
			conn := fx.dialTLS()
			data, err := hex.DecodeString(frame)
			must(t, err)
			_, err = conn.Write(data)
			must(t, err)
			_ = conn.SetReadDeadline(time.Now().Add(patience))
			for {
				if _, err = conn.Read(make([]byte, 1500)); err != nil {
					break
				}
			}
			if errors.Is(err, os.ErrDeadlineExceeded) {
				t.Error("the connection stays open")
			}
			eventually(t, "the connection is forgotten", patience, func() bool {
				fx.streams.mu.Lock()
				defer fx.streams.mu.Unlock()
				return len(fx.streams.conns) == 0
			})
		})
	}
}

func TestFrameSize(t *testing.T) {
	for _, tc := range []struct {
		header string
		want   int // 0: refused
	}{
		{"00010000", 20}, {"0001000c", 32}, {"0001fffc", 20 + 0xfffc}, {"00010001", 0},
		{"40000000", 4}, {"40000001", 8}, {"40000004", 8}, {"7fffffff", 4 + 0x10000},
		{"80000000", 0}, {"ffff0000", 0},
	} {
		header, err := hex.DecodeString(tc.header)
		must(t, err)
		got, err := frameSize(header)
		if got != tc.want || (err != nil) != (tc.want == 0) {
			t.Errorf("frameSize(%s) = %d, %v, want %d", tc.header, got, err, tc.want)
		}
	}
}

// Strangers from one network cannot keep the others out.
func TestStrangersOfOneNetworkAreBounded(t *testing.T) {
	friend := clientKey{}
	s := newStreams(nil, 1000, func(k clientKey) bool { return k == friend }, func(error) {})
	stranger := func(n int, from string) *stream {
		key := keyOf(&net.TCPAddr{IP: net.IPv4(192, 0, 2, 7), Port: 1000 + n})
		return &stream{key: key, from: netip.MustParsePrefix(from)}
	}
	for n := range maxStrangers {
		if !s.add(stranger(n, "192.0.2.7/32")) {
			t.Fatalf("number %d is refused", n)
		}
	}
	if s.add(stranger(maxStrangers, "192.0.2.7/32")) {
		t.Error("one more is let in")
	}
	if !s.add(stranger(maxStrangers+1, "192.0.2.8/32")) {
		t.Error("another network is refused")
	}
	friend = stranger(0, "192.0.2.7/32").key
	if !s.add(stranger(maxStrangers+2, "192.0.2.7/32")) {
		t.Error("one with an allocation counts as a stranger")
	}
}

func TestConnectionsMustIntroduceThemselves(t *testing.T) {
	holds := false
	c := &stream{opened: time.Now(), list: &streams{holds: func(clientKey) bool { return holds }}}
	if got := time.Until(c.deadline()); got > introduction || got < introduction-time.Minute {
		t.Errorf("deadline without an allocation in %v, want %v", got, introduction)
	}
	c.opened = c.opened.Add(-time.Hour)
	if time.Until(c.deadline()) > 0 {
		t.Error("talking without allocating keeps a connection open")
	}
	holds = true
	if got := time.Until(c.deadline()); got < maxSilence-time.Minute {
		t.Errorf("deadline with an allocation in %v, want %v", got, maxSilence)
	}
}

func TestConnectionsAreCapped(t *testing.T) {
	fx := start(t, func(c *Config) { c.MaxAllocations = 1 }) // so two connections
	for range 2 {
		fx.raw(fx.dialTLS(), "", "").request(stun.MethodBinding)
	}
	third := fx.raw(fx.dialTLS(), "", "")
	_, err := third.conn.Write(killer(t))
	must(t, err)
	if _, err := third.read(patience); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("third connection: %v, want it closed", err)
	}
	if code := errorCode(fx.raw(fx.dialUDP(), "", "").request(stun.MethodBinding)); code != 0 {
		t.Errorf("UDP: error %d", code)
	}
}

// testStream returns a stream over any connection.
func testStream(fx *fixture, conn net.Conn) *stream {
	return &stream{Conn: conn, list: fx.streams, opened: time.Now(), in: bufio.NewReaderSize(conn, maxPacket)}
}
