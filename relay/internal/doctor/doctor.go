// Package doctor looks for what may keep a relay from working. It makes nothing that
// is not there, and opens what is as the relay would.
package doctor

import (
	"context"
	"fmt"
	"net"
	"net/url"
	"slices"
	"time"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/checkup"
)

// within bounds each look, however slow what it looks at.
const within = 5 * time.Second

// Examine looks at all there is, in the order in which a relay needs it.
func Examine(ctx context.Context, cfg config.Relay) []checkup.Finding {
	public := cfg.PublicURL
	if public == nil {
		_, number, _ := net.SplitHostPort(cfg.Listen) // checked with the settings
		public = &url.URL{Scheme: "https", Host: net.JoinHostPort("localhost", number)}
	}
	var findings []checkup.Finding
	for _, look := range []func(context.Context, config.Relay, *url.URL) []checkup.Finding{
		folder, keys, database, recordings, certificate, ports, relayAddress,
	} {
		bounded, cancel := context.WithTimeout(ctx, within)
		findings = append(findings, look(bounded, cfg, public)...)
		cancel()
	}
	return findings
}

func good(subject, format string, values ...any) []checkup.Finding {
	return []checkup.Finding{checkup.Found(subject, format, values...)}
}

func odd(subject, detail, hint string) []checkup.Finding {
	return []checkup.Finding{checkup.Noted(subject, detail, hint)}
}

func bad(subject string, err error) []checkup.Finding {
	return []checkup.Finding{checkup.Failed(subject, err)}
}

func relayAddress(_ context.Context, cfg config.Relay, public *url.URL) []checkup.Finding {
	const subject = "relay address"
	addresses, err := app.RelayAddresses(cfg, public)
	if err != nil {
		return bad(subject, err)
	}
	ip := addresses.Public
	far := !slices.Contains([]string{"localhost", ip.String()}, public.Hostname())
	switch {
	case ip.IsLoopback() && far:
		return odd(subject, fmt.Sprintf("packets are relayed from %s, which only this machine reaches", ip), "Give the public address with --relay-ip.")
	case ip.IsPrivate() && far:
		return odd(subject, fmt.Sprintf("packets are relayed from %s, which only the local network reaches", ip),
			"Where people connect from elsewhere, give the public address with --relay-ip.")
	case ip != addresses.Bind:
		return good(subject, "packets are relayed from %s, which must be translated to %s", ip, addresses.Bind)
	}
	return good(subject, "packets are relayed from %s", ip)
}
