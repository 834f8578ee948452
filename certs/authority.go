package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"time"
)

const (
	authorityLife = 10 * 365 * 24 * time.Hour
	// backdate forgives clients whose clocks are behind ours.
	backdate = time.Hour

	certFile = "ca.pem"
	keyFile  = "ca.key"
)

// authority signs the leaves of one relay. Immutable once made.
type authority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

// openAuthority loads the authority of a folder. It makes one only where
// neither half exists: replacing a damaged one would silently end the trust
// that people have given it.
func openAuthority(dir string, n names, now time.Time) (*authority, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, err
	}
	certPath, keyPath := filepath.Join(dir, certFile), filepath.Join(dir, keyFile)
	hasCert, err := exists(certPath)
	if err != nil {
		return nil, err
	}
	hasKey, err := exists(keyPath)
	if err != nil {
		return nil, err
	}
	if !hasCert && !hasKey {
		return makeAuthority(certPath, keyPath, n, now)
	}
	return loadAuthority(certPath, keyPath, now)
}

func exists(path string) (bool, error) {
	_, err := os.Lstat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return false, nil
	}
	return err == nil, err
}

func makeAuthority(certPath, keyPath string, n names, now time.Time) (*authority, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, err
	}
	template := authorityTemplate(n, now)
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		return nil, err
	}
	keyDER, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	keyPEM := pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: keyDER})
	certPEM := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	if err := writeNew(keyPath, keyPEM, 0o600); err != nil {
		return nil, err
	}
	if err := writeNew(certPath, certPEM, 0o644); err != nil {
		return nil, err
	}
	return loadAuthority(certPath, keyPath, now)
}

// authorityTemplate limits the authority to the names that it was made for
// (RFC 5280 §4.2.1.10) and to servers: whoever steals ca.key cannot pose as a
// bank to the people who trusted ca.pem.
func authorityTemplate(n names, now time.Time) *x509.Certificate {
	return &x509.Certificate{
		SerialNumber:                serial(),
		Subject:                     pkix.Name{CommonName: "Lendhand development authority " + now.UTC().Format("2006-01-02 15:04")},
		NotBefore:                   now.Add(-backdate),
		NotAfter:                    now.Add(authorityLife),
		KeyUsage:                    x509.KeyUsageCertSign,
		ExtKeyUsage:                 []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid:       true,
		IsCA:                        true,
		MaxPathLenZero:              true,
		PermittedDNSDomainsCritical: true,
		PermittedDNSDomains:         n.dns,
		PermittedIPRanges:           singleAddresses(n.ips),
	}
}

func singleAddresses(ips []netip.Addr) []*net.IPNet {
	nets := make([]*net.IPNet, 0, len(ips))
	for _, ip := range ips {
		nets = append(nets, &net.IPNet{IP: ip.AsSlice(), Mask: net.CIDRMask(ip.BitLen(), ip.BitLen())})
	}
	return nets
}

// serial returns 126 random bits: positive and below 20 octets (RFC 5280 §4.1.2.2).
func serial() *big.Int {
	raw := make([]byte, 16)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	raw[0] = raw[0]&0x3f | 0x20
	return new(big.Int).SetBytes(raw)
}

func loadAuthority(certPath, keyPath string, now time.Time) (*authority, error) {
	keyPEM, err := readKey(keyPath, ownerOnly)
	if err != nil {
		return nil, unusable(keyPath, err)
	}
	certPEM, err := readSmall(certPath)
	if err != nil {
		return nil, unusable(certPath, err)
	}
	key, err := parseKey(keyPEM)
	if err != nil {
		return nil, unusable(keyPath, err)
	}
	cert, err := parseAuthority(certPEM, key, now)
	if err != nil {
		return nil, unusable(certPath, err)
	}
	return &authority{cert: cert, key: key}, nil
}

// unusable keeps permission trouble apart: its remedy is another one.
func unusable(path string, err error) error {
	if errors.Is(err, ErrKeyExposed) {
		return err
	}
	return fmt.Errorf("%w: %s: %w (restore it from a backup, or remove both %s and %s to start anew and trust the new one)",
		ErrAuthority, path, err, certFile, keyFile)
}

func parseKey(data []byte) (crypto.Signer, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("holds no PKCS #8 private key")
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	signer, ok := key.(*ecdsa.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("holds a %T, not an ECDSA key", key)
	}
	return signer, nil
}

func parseAuthority(data []byte, key crypto.Signer, now time.Time) (*x509.Certificate, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "CERTIFICATE" {
		return nil, errors.New("holds no certificate")
	}
	cert, err := x509.ParseCertificate(block.Bytes)
	if err != nil {
		return nil, err
	}
	public, ok := cert.PublicKey.(*ecdsa.PublicKey)
	switch {
	case !ok || !public.Equal(key.Public()):
		return nil, errors.New("does not belong to the private key beside it")
	case !cert.BasicConstraintsValid || !cert.IsCA || cert.KeyUsage&x509.KeyUsageCertSign == 0:
		return nil, errors.New("is not the certificate of an authority")
	case now.After(cert.NotAfter):
		return nil, fmt.Errorf("expired on %s", cert.NotAfter.Format(time.DateOnly))
	}
	return cert, nil
}
