package turn

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/netip"
	"os"
	"sync"
	"testing"
	"time"

	"github.com/pion/stun/v4"
	"github.com/pion/turn/v5"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/certs"
	"github.com/lendhand/lendhand/relay/internal/port"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const (
	// patience is how long a test waits for what must happen.
	patience = 10 * time.Second
	// quiet is how long a test waits for what must not.
	quiet = 200 * time.Millisecond
)

// clock is a time that tests move.
type clock struct {
	mu sync.Mutex
	t  time.Time
}

func (c *clock) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.t
}

func (c *clock) advance(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.t = c.t.Add(d)
}

// fixture is a TURN server and a web server on one port of loopback.
type fixture struct {
	*Server
	t      testing.TB
	addr   string
	client *tls.Config
	clock  *clock
}

func start(t testing.TB, adjust func(*Config)) *fixture {
	t.Helper()
	dir := t.TempDir()
	source, err := certs.SelfSigned(dir, nil)
	must(t, err)
	ca, err := os.ReadFile(source.CAFile())
	must(t, err)
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM(ca)
	listener, udp, err := port.Listen("127.0.0.1:0")
	must(t, err)
	log := slog.New(slog.DiscardHandler)
	splitter, err := port.Split(port.Config{
		Listener: listener, TLS: source.TLSConfig(), Logger: log, MaxPerAddress: port.DefaultMaxPending,
	})
	must(t, err)
	fx := &fixture{
		t: t, addr: listener.Addr().String(), clock: &clock{t: time.Now()},
		client: &tls.Config{RootCAs: pool, ServerName: "localhost"},
	}
	cfg := Config{
		PacketConn: udp, Listener: splitter.TURN(), Clock: fx.clock.now, Logger: log,
		RelayIP: netip.MustParseAddr("127.0.0.1"), BindIP: netip.MustParseAddr("127.0.0.1"),
	}
	if adjust != nil {
		adjust(&cfg)
	}
	fx.Server, err = New(cfg)
	must(t, err)
	fx.run(splitter)
	return fx
}

// run runs the parts until the test ends, and checks that they end well.
func (fx *fixture) run(splitter *port.Splitter) {
	ctx, cancel := context.WithCancel(context.Background())
	web := &http.Server{ReadHeaderTimeout: patience, Handler: http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "the page")
	})}
	results := make(chan error, 3)
	go func() { results <- splitter.Run(ctx) }()
	go func() { results <- fx.Run(ctx) }()
	go func() {
		if err := web.Serve(splitter.HTTP()); !errors.Is(err, http.ErrServerClosed) && !errors.Is(err, net.ErrClosed) {
			results <- err
			return
		}
		results <- nil
	}()
	fx.t.Cleanup(func() {
		cancel()
		_ = web.Close()
		for range 3 {
			if err := <-results; err != nil {
				fx.t.Errorf("server ended with %v", err)
			}
		}
	})
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// open opens a session.
func (fx *fixture) open(id string) {
	fx.t.Helper()
	must(fx.t, fx.Open(id))
}

func (fx *fixture) credentials(session, who string) (username, password string) {
	fx.t.Helper()
	username, password, _, err := fx.Credentials(session, who)
	must(fx.t, err)
	return username, password
}

func (fx *fixture) dialUDP() net.Conn {
	fx.t.Helper()
	conn, err := net.Dial("udp", fx.addr)
	must(fx.t, err)
	fx.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

func (fx *fixture) dialTLS() net.Conn {
	fx.t.Helper()
	conn, err := tls.Dial("tcp", fx.addr, fx.client)
	must(fx.t, err)
	fx.t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// relayed allocates for the session s1 with the library's own client and returns
// the relayed socket.
func (fx *fixture) relayed(network, who string) net.PacketConn {
	fx.t.Helper()
	var conn net.PacketConn
	if network == "udp" {
		var err error
		conn, err = net.ListenPacket("udp", "127.0.0.1:0")
		must(fx.t, err)
	} else {
		conn = turn.NewSTUNConn(fx.dialTLS())
	}
	username, password := fx.credentials("s1", who)
	client, err := turn.NewClient(&turn.ClientConfig{
		TURNServerAddr: fx.addr, Username: username, Password: password, Conn: conn,
		RequestedAddressFamily: turn.RequestedAddressFamily(familyOf(fx.cfg.RelayIP)), // as RFC 8656 §18.6 numbers them
	})
	must(fx.t, err)
	must(fx.t, client.Listen())
	socket, err := client.Allocate()
	must(fx.t, err)
	fx.t.Cleanup(func() {
		_ = socket.Close()
		client.Close()
		_ = conn.Close()
	})
	return socket
}

// raw is a client that can do wrong things.
type raw struct {
	t                  testing.TB
	conn               net.Conn
	in                 *bufio.Reader
	username, password string
	realm              stun.Realm
	nonce              stun.Nonce
}

func (fx *fixture) raw(conn net.Conn, username, password string) *raw {
	return &raw{t: fx.t, conn: conn, in: bufio.NewReaderSize(conn, 8192), username: username, password: password}
}

// as returns a raw client over UDP that holds an allocation, and its relayed address.
func (fx *fixture) as(session, who string) (*raw, netip.AddrPort) {
	fx.t.Helper()
	username, password := fx.credentials(session, who)
	c := fx.raw(fx.dialUDP(), username, password)
	return c, c.mustAllocate()
}

func (c *raw) mustAllocate() netip.AddrPort {
	c.t.Helper()
	resp := c.request(stun.MethodAllocate, udpTransport())
	if code := errorCode(resp); code != 0 {
		c.t.Fatalf("allocate: error %d", code)
	}
	var addr stun.XORMappedAddress
	must(c.t, addr.GetFromAs(resp, stun.AttrXORRelayedAddress))
	ip, _ := netip.AddrFromSlice(addr.IP)
	return netip.AddrPortFrom(ip.Unmap(), uint16(addr.Port))
}

// request signs and sends a request and returns the answer. The first one
// fetches realm and nonce.
func (c *raw) request(method stun.Method, attrs ...stun.Setter) *stun.Message {
	c.t.Helper()
	for range 2 {
		all := append([]stun.Setter{stun.TransactionID, stun.NewType(method, stun.ClassRequest)}, attrs...)
		if c.nonce != nil {
			all = append(all, stun.NewUsername(c.username), c.realm, c.nonce,
				stun.NewLongTermIntegrity(c.username, c.realm.String(), c.password))
		}
		msg, err := stun.Build(all...)
		must(c.t, err)
		_, err = c.conn.Write(msg.Raw)
		must(c.t, err)
		resp := c.answer(msg.TransactionID)
		if errorCode(resp) != int(stun.CodeUnauthorized) || c.nonce != nil {
			return resp
		}
		must(c.t, c.realm.GetFrom(resp))
		must(c.t, c.nonce.GetFrom(resp))
	}
	c.t.Fatal("no way to sign in")
	return nil
}

func (c *raw) answer(id [stun.TransactionIDSize]byte) *stun.Message {
	c.t.Helper()
	for {
		msg, err := c.read(patience)
		must(c.t, err)
		if msg.TransactionID == id {
			return msg
		}
	}
}

// send sends a Send indication.
func (c *raw) send(peer netip.AddrPort, data string) {
	c.t.Helper()
	msg, err := stun.Build(stun.TransactionID, stun.NewType(stun.MethodSend, stun.ClassIndication),
		peerAddr(peer), attr(stun.AttrData, []byte(data)))
	must(c.t, err)
	_, err = c.conn.Write(msg.Raw)
	must(c.t, err)
}

// channelData sends data over a channel, bound or not.
func (c *raw) channelData(channel uint16, data string) {
	c.t.Helper()
	frame := binary.BigEndian.AppendUint16(nil, channel)
	frame = binary.BigEndian.AppendUint16(frame, uint16(len(data)))
	frame = append(frame, data...)
	for len(frame)%4 != 0 {
		frame = append(frame, 0)
	}
	_, err := c.conn.Write(frame)
	must(c.t, err)
}

// read returns the next STUN message.
func (c *raw) read(within time.Duration) (*stun.Message, error) {
	_ = c.conn.SetReadDeadline(time.Now().Add(within))
	header, err := c.in.Peek(20)
	if err != nil {
		return nil, err
	}
	msg := &stun.Message{Raw: make([]byte, 20+int(binary.BigEndian.Uint16(header[2:])))}
	if _, err := io.ReadFull(c.in, msg.Raw); err != nil {
		return nil, err
	}
	return msg, msg.Decode()
}

func errorCode(m *stun.Message) int {
	var code stun.ErrorCodeAttribute
	if code.GetFrom(m) != nil {
		return 0
	}
	return int(code.Code)
}

// setter makes an attribute from a function.
type setter func(*stun.Message) error

func (s setter) AddTo(m *stun.Message) error { return s(m) }

func attr(t stun.AttrType, value []byte) stun.Setter {
	return setter(func(m *stun.Message) error { m.Add(t, value); return nil })
}

func udpTransport() stun.Setter {
	return attr(stun.AttrRequestedTransport, []byte{17, 0, 0, 0})
}

func peerAddr(peer netip.AddrPort) stun.Setter {
	return setter(func(m *stun.Message) error {
		a := stun.XORMappedAddress{IP: peer.Addr().AsSlice(), Port: int(peer.Port())}
		return a.AddToAs(m, stun.AttrXORPeerAddress)
	})
}

func channel(n uint16) stun.Setter {
	return attr(stun.AttrChannelNumber, []byte{byte(n >> 8), byte(n), 0, 0})
}

func lifetime(seconds uint32) stun.Setter {
	return attr(stun.AttrLifetime, binary.BigEndian.AppendUint32(nil, seconds))
}

// exchange sends a line from one relayed socket to the other until it arrives:
// what is sent before both permissions stand is lost, as with any UDP.
func exchange(t testing.TB, from, to net.PacketConn, text string) {
	t.Helper()
	buf := make([]byte, 1500)
	deadline := time.Now().Add(patience)
	for time.Now().Before(deadline) {
		_, err := to.WriteTo([]byte("knock"), from.LocalAddr()) // opens the way in
		must(t, err)
		_, err = from.WriteTo([]byte(text), to.LocalAddr())
		must(t, err)
		_ = to.SetReadDeadline(time.Now().Add(quiet))
		for {
			n, addr, err := to.ReadFrom(buf)
			if err != nil {
				break
			}
			if string(buf[:n]) == text {
				if addr.String() != from.LocalAddr().String() {
					t.Errorf("packet comes from %v, want %v", addr, from.LocalAddr())
				}
				return
			}
		}
	}
	t.Fatalf("%q did not arrive", text)
}

// eventually waits for a condition.
func eventually(t testing.TB, what string, within time.Duration, ok func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !ok(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not within %v: %s", within, what)
		}
	}
}

// bystander is a UDP service on loopback that counts what reaches it.
func bystander(t testing.TB) (addr netip.AddrPort, received func() int) {
	t.Helper()
	return serviceOn(t, "127.0.0.1:0")
}

func serviceOn(t testing.TB, at string) (addr netip.AddrPort, received func() int) {
	t.Helper()
	conn, err := net.ListenPacket("udp", at)
	must(t, err)
	var mu sync.Mutex
	var n int
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			if _, _, err := conn.ReadFrom(make([]byte, 1500)); err != nil {
				return
			}
			mu.Lock()
			n++
			mu.Unlock()
		}
	}()
	t.Cleanup(func() { _ = conn.Close(); <-done })
	return netip.MustParseAddrPort(conn.LocalAddr().String()), func() int {
		mu.Lock()
		defer mu.Unlock()
		return n
	}
}

func (fx *fixture) page() error {
	transport := &http.Transport{TLSClientConfig: fx.client.Clone()}
	defer transport.CloseIdleConnections()
	resp, err := (&http.Client{Transport: transport, Timeout: patience}).Get("https://" + fx.addr)
	if err != nil {
		return err
	}
	body, err := io.ReadAll(resp.Body)
	_ = resp.Body.Close()
	if err == nil && string(body) != "the page" {
		err = fmt.Errorf("page is %q", body)
	}
	return err
}
