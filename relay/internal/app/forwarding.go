package app

import (
	"cmp"
	"log/slog"
	"net"
	"net/netip"
	"net/url"
	"time"

	"github.com/lendhand/lendhand/relay/internal/turn"
	"github.com/lendhand/lendhand/signaling"
)

// forwarding is the TURN server as the broker sees it.
type forwarding struct {
	server *turn.Server
	urls   []string
	log    *slog.Logger
}

// Open implements broker.Turn.
func (f *forwarding) Open(sessionID string) {
	if err := f.server.Open(sessionID); err != nil {
		f.log.Error("session cannot be relayed", "session", sessionID, "error", err)
	}
}

// Servers implements broker.Turn. A session without a server goes on: its sides
// may reach each other directly.
func (f *forwarding) Servers(sessionID, participant string) ([]signaling.ICEServer, time.Time) {
	username, password, expires, err := f.server.Credentials(sessionID, participant)
	if err != nil {
		f.log.Error("session cannot be relayed", "session", sessionID, "error", err)
		return []signaling.ICEServer{}, time.Now().Add(time.Hour)
	}
	return []signaling.ICEServer{{URLs: f.urls, Username: username, Credential: password}}, expires
}

// Allow implements broker.Turn.
func (f *forwarding) Allow(sessionID string, peer netip.AddrPort) { f.server.Allow(sessionID, peer) }

// End implements broker.Turn.
func (f *forwarding) End(sessionID string) {
	stats := f.server.End(sessionID)
	f.log.Debug("relaying ended", "session", sessionID,
		"bytes_to_peers", stats.BytesToPeers, "bytes_from_peers", stats.BytesFromPeers, "refused", stats.Refused)
}

// turnURLs returns the server's two addresses (RFC 7065): UDP first, and TLS for
// networks that let nothing but a web page through.
func turnURLs(public *url.URL) []string {
	host := net.JoinHostPort(public.Hostname(), cmp.Or(public.Port(), "443"))
	return []string{"turn:" + host + "?transport=udp", "turns:" + host + "?transport=tcp"}
}
