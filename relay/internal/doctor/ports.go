package doctor

import (
	"context"
	"crypto/tls"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/netip"
	"net/url"

	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/relay/internal/port"
	"github.com/lendhand/lendhand/relay/internal/web"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

// ports looks whether the port is free, or has a relay behind it.
func ports(ctx context.Context, cfg config.Relay, public *url.URL) []checkup.Finding {
	listener, packets, err := port.Listen(cfg.Listen)
	switch {
	case err == nil:
		if err := errors.Join(listener.Close(), packets.Close()); err != nil {
			return bad("port", err)
		}
		return good("port", "%s is free over TCP and UDP; no relay runs", cfg.Listen)
	case !errors.Is(err, port.ErrPortTaken):
		return bad("port", problem.Wrap(err, "Look at --listen. Ports below 1024 need a permission of their own."))
	}
	address := reachable(cfg.Listen)
	health, err := askHealth(ctx, address, public)
	if err != nil {
		return bad("port", problem.Wrap(fmt.Errorf("%s is taken, and what has it is no relay: %w", cfg.Listen, err),
			"End the other program, or choose another port with --listen."))
	}
	return append(relayAnswers(address, health), askSTUN(ctx, address)...)
}

func relayAnswers(address string, h web.Health) []checkup.Finding {
	what := fmt.Sprintf("a relay answers at %s: %s, version %s, %d waiting, %d active", address, h.Status, h.Version, h.Waiting, h.Active)
	if h.Status != "ok" {
		return bad("port", problem.New(what, "Look at the log of the relay."))
	}
	return good("port", "%s", what)
}

// reachable turns an address to listen on into one to call.
func reachable(listen string) string {
	host, number, _ := net.SplitHostPort(listen) // checked with the settings
	if ip, err := netip.ParseAddr(host); host == "" || err == nil && ip.IsUnspecified() {
		host = "localhost"
	}
	return net.JoinHostPort(host, number)
}

// askHealth asks the relay on this machine. Its certificate is looked at by
// another finding: here it only matters who answers.
func askHealth(ctx context.Context, address string, public *url.URL) (web.Health, error) {
	transport := &http.Transport{
		DialContext: func(ctx context.Context, network, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, network, address)
		},
		TLSClientConfig:   &tls.Config{InsecureSkipVerify: true, MinVersion: tls.VersionTLS12}, //nolint:gosec // nothing is sent, see above
		DisableKeepAlives: true,
	}
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, public.JoinPath("healthz").String(), nil)
	if err != nil {
		return web.Health{}, err
	}
	response, err := (&http.Client{Transport: transport}).Do(request)
	if err != nil {
		return web.Health{}, err
	}
	var h web.Health
	err = json.NewDecoder(io.LimitReader(response.Body, 64<<10)).Decode(&h)
	if err == nil && h.Status == "" {
		err = fmt.Errorf("status %s without a word on health", response.Status)
	}
	return h, errors.Join(err, response.Body.Close())
}

// askSTUN asks for TURN over UDP.
func askSTUN(ctx context.Context, address string) []checkup.Finding {
	const subject = "UDP"
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", address)
	if err != nil {
		return bad(subject, err)
	}
	defer func() { _ = conn.Close() }()
	if err := checkup.AskSTUN(conn); err != nil {
		return bad(subject, problem.New(err.Error()+" at the same number",
			"Look at the firewall of this machine. Sessions fall back on TLS, which is slower."))
	}
	return good(subject, "TURN answers at the same number")
}
