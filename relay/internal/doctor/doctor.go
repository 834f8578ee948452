// Package doctor looks for what may keep a relay from working. It makes nothing that
// is not there, and opens what is as the relay would.
package doctor

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Level is how bad a finding is.
type Level int

// The levels.
const (
	// Good needs nothing.
	Good Level = iota
	// Odd may be meant.
	Odd
	// Bad keeps the relay, or a part of it, from working.
	Bad
)

// String returns the level as the report has it.
func (l Level) String() string { return [...]string{"ok", "note", "FAIL"}[l] }

// Finding is one thing that was looked at.
type Finding struct {
	Subject string
	Level   Level
	// Detail is what was found, Hint what to do about it.
	Detail, Hint string
}

// within bounds each look, however slow what it looks at.
const within = 5 * time.Second

// Examine looks at all there is, in the order in which a relay needs it.
func Examine(ctx context.Context, cfg config.Relay) []Finding {
	public := cfg.PublicURL
	if public == nil {
		_, number, _ := net.SplitHostPort(cfg.Listen) // checked with the settings
		public = &url.URL{Scheme: "https", Host: net.JoinHostPort("localhost", number)}
	}
	var findings []Finding
	for _, look := range []func(context.Context, config.Relay, *url.URL) []Finding{
		folder, keys, database, certificate, ports, relayAddress,
	} {
		bounded, cancel := context.WithTimeout(ctx, within)
		findings = append(findings, look(bounded, cfg, public)...)
		cancel()
	}
	return findings
}

// Worst returns the highest level.
func Worst(findings []Finding) Level {
	worst := Good
	for _, f := range findings {
		worst = max(worst, f.Level)
	}
	return worst
}

// Print writes a report that can be sent to others: it holds no secret.
func Print(w io.Writer, version string, findings []Finding) error {
	var out strings.Builder
	fmt.Fprintf(&out, "lendhand-relay %s, %s/%s, %s\n", version, runtime.GOOS, runtime.GOARCH, time.Now().UTC().Format(time.RFC3339))
	for _, f := range findings {
		fmt.Fprintf(&out, "%-4s  %-13s  %s\n", f.Level, f.Subject, f.Detail)
		if f.Hint != "" {
			fmt.Fprintf(&out, "%-4s  %-13s  → %s\n", "", "", f.Hint)
		}
	}
	_, err := io.WriteString(w, out.String())
	return err
}

func good(subject, format string, values ...any) []Finding {
	return []Finding{{Subject: subject, Detail: fmt.Sprintf(format, values...)}}
}

func odd(subject, detail, advice string) []Finding {
	return []Finding{{Subject: subject, Level: Odd, Detail: detail, Hint: advice}}
}

func bad(subject string, err error) []Finding {
	return []Finding{{Subject: subject, Level: Bad, Detail: err.Error(), Hint: problem.Hint(err)}}
}

func relayAddress(_ context.Context, cfg config.Relay, public *url.URL) []Finding {
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
