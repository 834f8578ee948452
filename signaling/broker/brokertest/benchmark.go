package brokertest

import (
	"context"
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/grant"
)

// Benchmark measures how fast a broker on this store redeems codes: from the
// technician's message, over loopback, to the request at the host.
func Benchmark(b *testing.B, store broker.Store) {
	b.Helper()
	relay := serve(b, store)
	b.ReportAllocs()
	for b.Loop() {
		b.StopTimer()
		host := relay.dial(b, "/host", signaling.RelayToHost)
		technician := relay.dial(b, "/technician", signaling.RelayToTechnician)
		host.send(registration())
		hear[*signaling.Registered](host)
		code := hear[*signaling.CodeIssued](host).Code
		b.StartTimer()
		technician.send(&signaling.Redeem{
			Version: signaling.Version, Code: code, Ask: signaling.AllScopes(), Fingerprint: fingerprint,
		})
		hear[*signaling.Requested](technician)
		hear[*signaling.Request](host)
		b.StopTimer()
		technician.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
		hear[*signaling.Ended](host)
		host.close()
		technician.close()
		b.StartTimer()
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "codes/s")
}

// address is where a broker is served over plain HTTP.
type address string

func serve(b *testing.B, store broker.Store) address {
	b.Helper()
	seed := make([]byte, ed25519.SeedSize)
	grants, err := grant.NewIssuer(ed25519.NewKeyFromSeed(seed), "https://help.example")
	if err != nil {
		b.Fatal(err)
	}
	relay, err := broker.New(b.Context(), broker.Config{
		Store: store, Grants: grants, Turn: noTurn{}, CodeKey: seed, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(relay.Close)
	server := httptest.NewServer(handler(relay))
	b.Cleanup(server.Close)
	return address(strings.Replace(server.URL, "http", "ws", 1))
}

func handler(relay *broker.Broker) http.Handler {
	upgrader := websocket.Upgrader{}
	var callers atomic.Uint32 // each from a network of its own: the pace of one is not measured
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		ws, err := upgrader.Upgrade(w, r, nil)
		if err != nil {
			return // the client has been told
		}
		n := callers.Add(1)
		here := netip.AddrFrom4([4]byte{10, byte(n >> 16), byte(n >> 8), byte(n)})
		if r.URL.Path == "/host" {
			_ = relay.ServeHost(context.Background(), ws, here)
			return
		}
		_ = relay.ServeTechnician(context.Background(), ws, here, signaling.Person{ID: "u_1", Name: "Ines"})
	})
}

// caller is one participant's end of a connection.
type caller struct {
	b   *testing.B
	ws  *websocket.Conn
	set *signaling.Set
}

func (a address) dial(b *testing.B, path string, hears *signaling.Set) caller {
	b.Helper()
	ws, _, err := websocket.DefaultDialer.Dial(string(a)+path, nil)
	if err != nil {
		b.Fatal(err)
	}
	return caller{b: b, ws: ws, set: hears}
}

func (c caller) close() { _ = c.ws.Close() }

func (c caller) send(m signaling.Message) {
	c.b.Helper()
	data, err := signaling.Encode(m)
	if err != nil {
		c.b.Fatal(err)
	}
	if err := c.ws.WriteMessage(websocket.TextMessage, data); err != nil {
		c.b.Fatal(err)
	}
}

// hear waits for the next message, which must be an M.
func hear[M signaling.Message](c caller) M {
	c.b.Helper()
	_, data, err := c.ws.ReadMessage()
	if err != nil {
		c.b.Fatal(err)
	}
	m, err := c.set.Decode(data)
	if err != nil {
		c.b.Fatal(err)
	}
	got, ok := m.(M)
	if !ok {
		c.b.Fatalf("got %s, want %T", data, got)
	}
	return got
}

var fingerprint = "sha-256 " + strings.TrimSuffix(strings.Repeat("AB:", 32), ":")

func registration() *signaling.Register {
	public := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)).Public().(ed25519.PublicKey)
	return &signaling.Register{
		Version: signaling.Version, Name: "reception-pc", OS: "Debian",
		SessionKey: grant.EncodeKey(public), Fingerprint: fingerprint,
	}
}

// noTurn is a TURN server that nobody uses.
type noTurn struct{}

func (noTurn) Open(string)                  {}
func (noTurn) Allow(string, netip.AddrPort) {}
func (noTurn) End(string)                   {}
func (noTurn) Servers(string, string) ([]signaling.ICEServer, time.Time) {
	return nil, time.Now().Add(time.Hour)
}
