package app

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"path/filepath"

	"github.com/lendhand/lendhand/certs"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// CAFile is the development authority's certificate in a data folder.
const CAFile = "ca.pem"

// identity opens the place that the relay's certificate comes from.
func identity(cfg config.Relay, public *url.URL, log *slog.Logger) (certs.Source, error) {
	var source certs.Source
	var err error
	switch cfg.TLS {
	case config.TLSSelfSigned:
		source, err = selfSigned(cfg, public, log)
	case config.TLSFiles:
		source, err = certs.Files(cfg.TLSCert, cfg.TLSKey, log)
	case config.TLSACME:
		source, err = certs.ACME(certs.ACMEConfig{
			CacheDir: filepath.Join(cfg.Data, "acme"), Hosts: []string{public.Hostname()},
			Email: cfg.ACMEEmail, DirectoryURL: cfg.ACMEURL,
		})
	default:
		err = fmt.Errorf("unknown kind of certificate %q", cfg.TLS)
	}
	if err != nil {
		return nil, explainIdentity(err)
	}
	return source, nil
}

func selfSigned(cfg config.Relay, public *url.URL, log *slog.Logger) (certs.Source, error) {
	authority, err := certs.SelfSigned(cfg.Data, []string{public.Hostname()})
	if err != nil {
		return nil, err
	}
	log.Info("development certificate: trust the authority on every machine that connects", "file", authority.CAFile())
	for _, name := range authority.Missing() {
		log.Warn("the development authority was made before it knew this name and cannot vouch for it: "+
			"remove ca.pem and ca.key, start again, and trust the new one", "name", name)
	}
	return authority, nil
}

func explainIdentity(err error) error {
	switch {
	case errors.Is(err, certs.ErrKeyExposed):
		return problem.Wrap(err, "Take the key away from others with chmod. If somebody may have read it, replace it.")
	case errors.Is(err, certs.ErrAuthority):
		return problem.Wrap(err, "Restore ca.pem and ca.key from a backup, or remove both and trust the new ca.pem.")
	}
	return problem.Wrap(err, "Look at --tls and the files it needs, and at --public-url.")
}
