package peer

import (
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http/httptest"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pion/turn/v5"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/signaling"
)

func TestPathOf(t *testing.T) {
	const (
		host  = webrtc.ICECandidateTypeHost
		prflx = webrtc.ICECandidateTypePrflx
		relay = webrtc.ICECandidateTypeRelay
	)
	c := &Conn{relays: make(map[string]bool)}
	c.noteRelay("candidate:1 1 udp 41885439 192.0.2.1 50000 typ relay raddr 0.0.0.0 rport 0")
	c.noteRelay("candidate:2 1 udp 2130706431 192.0.2.2 50000 typ host")
	c.noteRelay("nonsense")
	for _, test := range []struct {
		name          string
		local, remote webrtc.ICECandidateType
		address       string
		want          signaling.Path
	}{
		{"both direct", host, host, "192.0.2.2", signaling.PathDirect},
		{"ours is relayed", relay, host, "192.0.2.2", signaling.PathRelay},
		{"theirs is relayed", host, relay, "192.0.2.1", signaling.PathRelay},
		{"theirs came as a stranger's, and is relayed", host, prflx, "192.0.2.1", signaling.PathRelay},
		{"theirs came as a stranger's", host, prflx, "192.0.2.2", signaling.PathDirect},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := c.pathOf(&webrtc.ICECandidatePair{
				Local:  &webrtc.ICECandidate{Typ: test.local},
				Remote: &webrtc.ICECandidate{Typ: test.remote, Address: test.address, Port: 50000},
			})
			if got != test.want {
				t.Errorf("path %q, want %q", got, test.want)
			}
		})
	}
}

// A technician may restart the connection without end, with other addresses each time.
func TestRelayedAddressesAreBounded(t *testing.T) {
	c := &Conn{relays: make(map[string]bool)}
	for port := range 10 * maxCandidates {
		c.noteRelay(fmt.Sprintf("candidate:1 1 udp 1 192.0.2.1 %d typ relay", port+1))
	}
	if got := len(c.relays); got > 2*maxCandidates {
		t.Errorf("%d addresses are remembered", got)
	}
}

// startTURN starts a TURN server that speaks TLS only, and returns its port and the
// authority to trust.
func startTURN(t *testing.T) (port string, trust *x509.CertPool) {
	t.Helper()
	site := httptest.NewTLSServer(nil) // for its certificate
	defer site.Close()
	trust = x509.NewCertPool()
	trust.AddCert(site.Certificate())
	listener, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS12})
	if err != nil {
		t.Fatal(err)
	}
	server, err := turn.NewServer(turn.ServerConfig{
		Realm: "test",
		AuthHandler: func(r *turn.RequestAttributes) (string, []byte, bool) {
			return r.Username, turn.GenerateAuthKey(r.Username, r.Realm, "secret"), true
		},
		ListenerConfigs: []turn.ListenerConfig{{
			Listener:              listener,
			RelayAddressGenerator: &turn.RelayAddressGeneratorStatic{RelayAddress: net.IPv4(127, 0, 0, 1), Address: "127.0.0.1"},
		}},
		LoggerFactory: logs{slog.New(slog.DiscardHandler)},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Close(); err != nil {
			t.Error(err)
		}
	})
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, trust
}

// candidates is a Handler that hears this side's candidates only.
type candidates chan *signaling.Candidate

func (c candidates) Candidate(m *signaling.Candidate)             { c <- m }
func (candidates) State(State, signaling.Path)                    {}
func (candidates) Opened(signaling.ChannelID)                     {}
func (candidates) Closed(signaling.ChannelID)                     {}
func (candidates) Message(signaling.ChannelID, signaling.Message) {}
func (candidates) Broken(error)                                   {}
func (candidates) KeyFrameWanted()                                {}

// A TURN server that does not read holds nothing up for long: a write is given up, and
// with it the connection, whose rest would be out of step.
func TestTURNServerThatDoesNotRead(t *testing.T) {
	site := httptest.NewTLSServer(nil) // for its certificate
	site.Close()
	for _, c := range []struct {
		name string
		wrap func(ours, theirs net.Conn) net.Conn
	}{
		{"plain", func(ours, _ net.Conn) net.Conn { return ours }},
		{"TLS", func(ours, theirs net.Conn) net.Conn {
			server := tls.Server(theirs, &tls.Config{Certificates: site.TLS.Certificates, MinVersion: tls.VersionTLS13, SessionTicketsDisabled: true})
			go func() { _ = server.Handshake() }()                            // ends with ours, which sees its error
			client := tls.Client(ours, &tls.Config{InsecureSkipVerify: true}) //nolint:gosec // nothing is protected here
			if err := client.Handshake(); err != nil {
				t.Error(err)
			}
			return client
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				defer func() { _ = theirs.Close() }()
				d := newTURNDialer(&Config{
					Servers: []signaling.ICEServer{{URLs: []string{"turns:help.example:443?transport=tcp"}}},
					DialTLS: func(string, string) (net.Conn, error) { return c.wrap(ours, theirs), nil },
				})
				conn, err := d.Dial("tcp", "help.example:443")
				must(t, err)
				start := time.Now()
				if _, err := conn.Write([]byte("packet")); !errors.Is(err, os.ErrDeadlineExceeded) {
					t.Errorf("got %v, want %v", err, os.ErrDeadlineExceeded)
				}
				if d := time.Since(start); d != writeWithin {
					t.Errorf("gave up after %v, want %v", d, writeWithin)
				}
				if _, err := ours.Write(nil); !errors.Is(err, io.ErrClosedPipe) {
					t.Errorf("after that: got %v, want the connection closed", err)
				}
			})
			synctest.Test(t, func(t *testing.T) {
				ours, theirs := net.Pipe()
				defer func() { _ = theirs.Close() }()
				start := time.Now()
				must(t, impatient{c.wrap(ours, theirs)}.Close())
				if d := time.Since(start); d > 0 {
					t.Errorf("closed after %v", d)
				}
			})
		})
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// A TURN server with a certificate of its own authority is reached over TLS when the
// program trusts that authority, and not otherwise.
func TestTURNOverTLS(t *testing.T) {
	port, trust := startTURN(t)
	for _, c := range []struct {
		name string
		tls  *tls.Config
		want bool
	}{
		{"trusted", &tls.Config{RootCAs: trust}, true},
		{"not trusted", &tls.Config{}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			identity, err := NewIdentity()
			if err != nil {
				t.Fatal(err)
			}
			heard := make(candidates, 64)
			var dialled atomic.Bool
			conn, err := New(Config{
				Codecs: []encode.Codec{fake.Codec()}, Identity: identity, Loopback: true, Handler: heard,
				Servers: []signaling.ICEServer{{URLs: []string{"turns:127.0.0.1:" + port + "?transport=tcp"}, Username: "u", Credential: "secret"}},
				DialTLS: func(network, address string) (net.Conn, error) {
					dialled.Store(true)
					return tls.Dial(network, address, c.tls)
				},
				Log: slog.New(slog.DiscardHandler),
			})
			if err != nil {
				t.Fatal(err)
			}
			defer func() {
				if err := conn.Close(); err != nil {
					t.Error(err)
				}
			}()
			offer, err := ParseOffer(peertest.New(t).Offer(false))
			if err != nil {
				t.Fatal(err)
			}
			if _, err := conn.Accept(offer); err != nil {
				t.Fatal(err)
			}
			if got := heard.relayed(t); got != c.want || !dialled.Load() {
				t.Errorf("a relayed candidate: %v, want %v; dialled: %v", got, c.want, dialled.Load())
			}
		})
	}
}

// relayed reports whether one of the candidates is relayed.
func (c candidates) relayed(t *testing.T) bool {
	t.Helper()
	found := false
	for {
		select {
		case m := <-c:
			if m.Candidate == "" {
				return found
			}
			found = found || strings.Contains(m.Candidate, "typ relay")
		case <-time.After(peertest.Within):
			t.Fatal("the candidates have no end")
		}
	}
}
