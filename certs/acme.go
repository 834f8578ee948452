package certs

import (
	"crypto/tls"
	"errors"
	"fmt"
	"os"
	"strings"

	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"
)

// ACMEConfig describes certificates from an ACME service (RFC 8555).
type ACMEConfig struct {
	// CacheDir keeps the account key and the certificates across restarts.
	CacheDir string
	// Hosts are the public DNS names to ask certificates for, and no others.
	Hosts []string
	// Email is told about trouble by the service. May be empty.
	Email string
	// DirectoryURL is the service; empty means Let's Encrypt.
	DirectoryURL string
}

// acmeSource is the [Source] behind [ACME].
type acmeSource struct{ manager *autocert.Manager }

// ACME serves certificates that an ACME service issues and renews, proved by
// the TLS-ALPN-01 challenge on the relay's own port, which must be reachable
// as 443 from outside. Starting it means agreeing to the service's terms.
// Nothing is fetched before the first connection that asks for a host.
func ACME(cfg ACMEConfig) (Source, error) {
	hosts, err := publicNames(cfg.Hosts)
	if err != nil {
		return nil, fmt.Errorf("configure ACME: %w", err)
	}
	if cfg.CacheDir == "" {
		return nil, errors.New("configure ACME: no cache folder")
	}
	if err := os.MkdirAll(cfg.CacheDir, 0o700); err != nil {
		return nil, fmt.Errorf("configure ACME: %w", err)
	}
	m := &autocert.Manager{
		Prompt:     autocert.AcceptTOS,
		Cache:      autocert.DirCache(cfg.CacheDir),
		HostPolicy: autocert.HostWhitelist(hosts...),
		Email:      cfg.Email,
	}
	if cfg.DirectoryURL != "" {
		m.Client = &acme.Client{DirectoryURL: cfg.DirectoryURL}
	}
	return &acmeSource{manager: m}, nil
}

// TLSConfig implements [Source].
func (s *acmeSource) TLSConfig() *tls.Config {
	return serverConfig(s.manager.GetCertificate, acmeProtocol)
}

// publicNames refuses early what a service would refuse at the first visitor.
func publicNames(hosts []string) ([]string, error) {
	var n names
	for _, host := range hosts {
		if err := n.add(host); err != nil {
			return nil, err
		}
	}
	if len(n.ips) > 0 {
		return nil, fmt.Errorf("host %q: an IP address cannot be proved by name", n.ips[0])
	}
	if len(n.dns) == 0 {
		return nil, errors.New("no host name")
	}
	for _, name := range n.dns {
		if !strings.Contains(name, ".") || strings.HasSuffix(name, ".localhost") {
			return nil, fmt.Errorf("host %q: not a public name", name)
		}
	}
	return n.dns, nil
}
