// Package certs gives the relay its TLS identity, from one of three places:
// a development authority of its own ([SelfSigned]), certificate files that
// something else renews ([Files]), or an ACME service ([ACME]).
//
// Whatever the place, the relay sees a [Source] and asks nothing more.
package certs

import (
	"crypto/tls"
	"errors"
)

// acmeProtocol is the ALPN name of the TLS-ALPN-01 challenge (RFC 8737 §6.2).
const acmeProtocol = "acme-tls/1"

var (
	// ErrKeyExposed says that a private key file can be read by other accounts
	// of the machine.
	ErrKeyExposed = errors.New("private key can be read by others")
	// ErrAuthority says that the stored development authority cannot be used:
	// half of it is missing, it is damaged, or its halves do not belong together.
	ErrAuthority = errors.New("development authority is not usable")
)

// Source is a place that certificates come from.
type Source interface {
	// TLSConfig returns a new configuration for a server: TLS 1.2 or later,
	// HTTP/1.1, certificates that follow renewal. Safe for concurrent use.
	TLSConfig() *tls.Config
}

// getCertificate is the callback through which a source follows renewal.
type getCertificate func(*tls.ClientHelloInfo) (*tls.Certificate, error)

// serverConfig is what all sources have in common. HTTP/2 is not offered: the
// port hands decrypted connections on, and WebSocket wants HTTP/1.1 anyway.
func serverConfig(get getCertificate, more ...string) *tls.Config {
	return &tls.Config{
		MinVersion:     tls.VersionTLS12,
		NextProtos:     append([]string{"http/1.1"}, more...),
		GetCertificate: get,
	}
}
