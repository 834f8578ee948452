package preflight

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"

	"github.com/lendhand/lendhand/client/internal/way"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/problem"
)

// maxHealth bounds what a relay says of itself, in bytes.
const maxHealth = 64 << 10

// proxied says which proxy the environment names, and nothing without one.
func proxied(_ context.Context, config Config) []checkup.Finding {
	const subject = "proxy"
	proxy, err := way.Proxy(config.Server.HostPort())
	switch {
	case err != nil:
		return one(checkup.Failed(subject, problem.Wrap(err, "Correct HTTPS_PROXY in the environment.")))
	case proxy == nil:
		return nil
	}
	return one(checkup.Found(subject, "the relay is reached through %s", proxy.Host)) // a password stays unsaid
}

// relay asks the relay how it is, and looks at its clock by the way.
func relay(ctx context.Context, config Config) []checkup.Finding {
	const subject = "relay"
	began := time.Now()
	response, err := ask(ctx, config)
	if err != nil {
		return one(checkup.Failed(subject, unreachable(config, err)))
	}
	defer func() { _ = response.Body.Close() }()
	took := time.Since(began)
	var health struct {
		Status  string `json:"status"`
		Version string `json:"version"`
	}
	err = json.NewDecoder(io.LimitReader(response.Body, maxHealth)).Decode(&health)
	if err != nil || health.Status == "" {
		return one(checkup.Failed(subject, problem.New(config.Server.Host()+" answers, but is no relay of Lendhand",
			"Look at the address. A network that wants a sign-in first, as in hotels, answers for others: open any page in a browser.")))
	}
	found := checkup.Found(subject, "%s answers after %d ms, version %s", config.Server.Host(), took.Milliseconds(), health.Version)
	if health.Status != "ok" {
		found = checkup.Failed(subject, problem.New(config.Server.Host()+" answers that it does not feel well", "Tell the person who helps you."))
	}
	return append(one(found), clock(response.Header.Get("Date"), took)...)
}

func ask(ctx context.Context, config Config) (*http.Response, error) {
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, config.Server.URL().JoinPath("healthz").String(), nil)
	if err != nil {
		return nil, err
	}
	return (&http.Transport{
		DialTLSContext: func(ctx context.Context, _, address string) (net.Conn, error) {
			return way.DialTLS(ctx, address, config.TLS)
		},
		DisableKeepAlives: true,
	}).RoundTrip(request)
}

// unreachable says why, and what to do about it.
func unreachable(config Config, err error) error {
	host := config.Server.Host()
	var untrusted *tls.CertificateVerificationError
	var invalid x509.CertificateInvalidError
	var dns *net.DNSError
	switch {
	case errors.As(err, &invalid) && invalid.Reason == x509.Expired:
		return problem.Wrap(fmt.Errorf("the certificate of %s is not in force: %w", host, err), "Look at the clock of this computer.")
	case errors.As(err, &untrusted):
		return problem.Wrap(fmt.Errorf("the certificate of %s is not trusted: %w", host, untrusted.Err),
			"If the relay has its own authority, pass that with --ca FILE.")
	case errors.As(err, &dns) && dns.IsNotFound:
		return problem.Wrap(fmt.Errorf("there is no computer named %s", host), "Look at the address, and at the network.")
	}
	return problem.Wrap(fmt.Errorf("%s does not answer: %w", host, err), "Look at the network of this computer, and at the address.")
}

// clock compares this machine's clock with the relay's: permissions are timed by both.
func clock(date string, took time.Duration) []checkup.Finding {
	const subject = "clock"
	theirs, err := http.ParseTime(date)
	if err != nil {
		return one(checkup.Noted(subject, "the relay does not say what time it is", "Look whether the clock of this computer is right."))
	}
	off := time.Since(theirs) - time.Second/2 // the header has whole seconds
	if off.Abs() > grant.Leeway-took-time.Second {
		word := "ahead of"
		if off < 0 {
			word = "behind"
		}
		return one(checkup.Failed(subject, problem.New(
			fmt.Sprintf("this computer's clock is %s %s the relay's", off.Abs().Round(time.Second), word),
			"Set the clock, or have it set by the network: permissions that are timed would not hold.")))
	}
	return one(checkup.Found(subject, "the same as the relay's"))
}

// packets asks for TURN over UDP, at the number of the relay's port.
func packets(ctx context.Context, config Config) []checkup.Finding {
	const subject = "UDP"
	conn, err := (&net.Dialer{}).DialContext(ctx, "udp", config.Server.HostPort())
	if err == nil {
		err = checkup.AskSTUN(conn)
		_ = conn.Close()
	}
	if err != nil {
		return one(checkup.Noted(subject, "the relay does not answer over UDP: "+err.Error(),
			"Where there is no direct way to the technician, the picture goes over TLS, which is slower."))
	}
	return one(checkup.Found(subject, "the relay answers: the picture takes the fast way"))
}

// tunnel asks for TURN over TLS, the way of last resort.
func tunnel(ctx context.Context, config Config) []checkup.Finding {
	const subject = "TURN over TLS"
	conn, err := way.DialTLS(ctx, config.Server.HostPort(), config.TLS)
	if err == nil {
		err = checkup.AskSTUN(conn)
		_ = conn.Close()
	}
	if err != nil {
		return one(checkup.Noted(subject, "the relay cannot carry the picture over TLS: "+err.Error(),
			"Sessions need UDP, or a direct way to the technician."))
	}
	return one(checkup.Found(subject, "the relay answers: there is always a way"))
}
