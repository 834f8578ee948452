package doctor

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lendhand/lendhand/certs"
	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

// soon is when somebody should have renewed a certificate.
const soon = 14 * 24 * time.Hour

func certificate(_ context.Context, cfg config.Relay, public *url.URL) []checkup.Finding {
	switch cfg.TLS {
	case config.TLSFiles:
		return certificateFiles(cfg, public)
	case config.TLSACME:
		return good("certificate", "for %s, from an ACME service, fetched when the first visitor comes", public.Hostname())
	}
	return authority(cfg, public)
}

func certificateFiles(cfg config.Relay, public *url.URL) []checkup.Finding {
	const subject = "certificate"
	source, err := certs.Files(cfg.TLSCert, cfg.TLSKey, slog.New(slog.DiscardHandler))
	if err != nil {
		return bad(subject, problem.Wrap(err, "Look at the files named by --tls-cert and --tls-key."))
	}
	cert, err := source.TLSConfig().GetCertificate(&tls.ClientHelloInfo{})
	if err != nil {
		return bad(subject, err)
	}
	return judge(cert.Leaf, public.Hostname(), time.Now())
}

// judge looks at a certificate that was made by others.
func judge(leaf *x509.Certificate, name string, now time.Time) []checkup.Finding {
	const subject = "certificate"
	what := fmt.Sprintf("for %s, until %s", strings.Join(names(leaf), ", "), leaf.NotAfter.Format(time.DateOnly))
	if err := leaf.VerifyHostname(name); err != nil {
		return bad(subject, problem.New(what+", but not for "+name, "Get a certificate for that name, or correct --public-url."))
	}
	if now.Before(leaf.NotBefore) || now.After(leaf.NotAfter) {
		return bad(subject, problem.New(what+": not in force now", "Renew it, and look at the clock."))
	}
	if leaf.NotAfter.Sub(now) < soon {
		return odd(subject, what, "Renew it. The relay reads the files again by itself.")
	}
	return good(subject, "%s", what)
}

func names(leaf *x509.Certificate) []string {
	list := append([]string(nil), leaf.DNSNames...)
	for _, ip := range leaf.IPAddresses {
		list = append(list, ip.String())
	}
	return list
}

// authority looks at ca.pem without opening the authority, which would make one.
func authority(cfg config.Relay, public *url.URL) []checkup.Finding {
	const subject = "certificate"
	path := filepath.Join(cfg.Data, app.CAFile)
	if !exists(path) {
		return odd(subject, "the development authority is not made yet", "The relay makes it when it starts.")
	}
	source, err := certs.SelfSigned(cfg.Data, []string{public.Hostname()})
	if err != nil {
		return bad(subject, problem.Wrap(err, "Restore ca.pem and ca.key from a backup, or remove both and trust the new ca.pem."))
	}
	if missing := source.Missing(); len(missing) > 0 {
		return bad(subject, problem.New(fmt.Sprintf("the development authority %s cannot vouch for %s", path, strings.Join(missing, ", ")),
			"Remove ca.pem and ca.key, start the relay, and trust the new ca.pem."))
	}
	ca, err := readCertificate(path)
	if err != nil {
		return bad(subject, err)
	}
	return good(subject, "from the development authority %s, which lasts until %s", path, ca.NotAfter.Format(time.DateOnly))
}

func readCertificate(path string) (*x509.Certificate, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	block, _ := pem.Decode(data)
	if block == nil {
		return nil, errors.New(path + " holds no certificate")
	}
	return x509.ParseCertificate(block.Bytes)
}
