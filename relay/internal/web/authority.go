package web

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
)

// Authority is the public certificate of the relay's own authority.
type Authority struct{ certificate *x509.Certificate }

// ParseAuthority finds the certificate in a file in PEM, and leaves behind what else may
// be in it: a key is not for others.
func ParseAuthority(file []byte) (*Authority, error) {
	for block, rest := pem.Decode(file); block != nil; block, rest = pem.Decode(rest) {
		if block.Type != "CERTIFICATE" {
			continue
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, fmt.Errorf("read the authority's certificate: %w", err)
		}
		return &Authority{certificate}, nil
	}
	return nil, errors.New("read the authority's certificate: there is none")
}

// PEM returns the certificate as a file.
func (a *Authority) PEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.certificate.Raw})
}

// Fingerprint returns the certificate's SHA-256 in lower-case hexadecimal.
func (a *Authority) Fingerprint() string {
	sum := sha256.Sum256(a.certificate.Raw)
	return hex.EncodeToString(sum[:])
}
