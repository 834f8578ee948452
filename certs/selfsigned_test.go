package certs

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"net"
	"net/netip"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

func TestSelfSignedIsTrustedUnderItsNames(t *testing.T) {
	dir := t.TempDir()
	a, err := SelfSigned(dir, []string{"Help.Example.com", "[2001:db8::5]", "192.0.2.7", "bücher.example"})
	if err != nil {
		t.Fatal(err)
	}
	if a.CAFile() != filepath.Join(dir, "ca.pem") || len(a.Missing()) != 0 {
		t.Errorf("CAFile = %q, Missing = %q", a.CAFile(), a.Missing())
	}
	for _, name := range []string{
		"localhost", "127.0.0.1", "::1", "help.example.com", "2001:db8::5", "192.0.2.7", "xn--bcher-kva.example",
	} {
		state, err := shake(t, a.TLSConfig(), &tls.Config{
			RootCAs: trust(t, dir), ServerName: name, NextProtos: []string{"h2", "http/1.1"},
		})
		if err != nil {
			t.Errorf("%s: %v", name, err)
		} else if state.NegotiatedProtocol != "http/1.1" {
			t.Errorf("%s: protocol %q, want http/1.1", name, state.NegotiatedProtocol)
		}
	}
	if _, err := shake(t, a.TLSConfig(), &tls.Config{RootCAs: trust(t, dir), ServerName: "other.example.com"}); err == nil {
		t.Error("a name that was not asked for is accepted")
	}
}

func TestSelfSignedRefusesOldTLS(t *testing.T) {
	dir := t.TempDir()
	a, err := SelfSigned(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = shake(t, a.TLSConfig(), &tls.Config{
		RootCAs: trust(t, dir), ServerName: "localhost", MinVersion: tls.VersionTLS10, MaxVersion: tls.VersionTLS11,
	})
	if err == nil {
		t.Error("TLS 1.1 is accepted")
	}
}

func TestSelfSignedRestartKeepsTheTrust(t *testing.T) {
	dir := t.TempDir()
	first, err := SelfSigned(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	pool := trust(t, dir)
	second, err := SelfSigned(dir, nil)
	if err != nil {
		t.Fatal(err)
	}
	if slices.Equal(first.leaf.Certificate[0], second.leaf.Certificate[0]) {
		t.Error("a restart serves the leaf of the first start")
	}
	if _, err := shake(t, second.TLSConfig(), &tls.Config{RootCAs: pool, ServerName: "localhost"}); err != nil {
		t.Errorf("trust of the first start does not cover the second: %v", err)
	}
}

func TestSelfSignedNamesTheHostsItMayNotSign(t *testing.T) {
	dir := t.TempDir()
	if _, err := SelfSigned(dir, []string{"old.example"}); err != nil {
		t.Fatal(err)
	}
	a, err := SelfSigned(dir, []string{"old.example", "sub.old.example", "new.example", "192.0.2.9"})
	if err != nil {
		t.Fatal(err)
	}
	if want := []string{"new.example", "192.0.2.9"}; !slices.Equal(a.Missing(), want) {
		t.Errorf("Missing = %q, want %q", a.Missing(), want)
	}
	for _, name := range []string{"localhost", "sub.old.example"} {
		if _, err := shake(t, a.TLSConfig(), &tls.Config{RootCAs: trust(t, dir), ServerName: name}); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestSelfSignedRenewsInTime(t *testing.T) {
	clock := newClock()
	a, err := selfSigned(t.TempDir(), nil, clock.now)
	if err != nil {
		t.Fatal(err)
	}
	leaf := func() *x509.Certificate {
		cert, err := a.TLSConfig().GetCertificate(nil)
		if err != nil {
			t.Fatal(err)
		}
		return cert.Leaf
	}
	first := leaf()
	if life := first.NotAfter.Sub(first.NotBefore); life > 398*24*time.Hour {
		t.Errorf("leaf lives %v, more than browsers accept", life)
	}
	clock.advance(leafLife - renewBefore - time.Minute)
	if leaf() != first {
		t.Error("renewed too early")
	}
	clock.advance(2 * time.Minute)
	if second := leaf(); second == first || !second.NotAfter.After(first.NotAfter) {
		t.Error("not renewed in time")
	}
}

func TestSelfSignedRenewsUnderLoad(t *testing.T) {
	clock := newClock()
	a, err := selfSigned(t.TempDir(), nil, clock.now)
	if err != nil {
		t.Fatal(err)
	}
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 50 {
				asked := clock.now() // before, since the others move the clock meanwhile
				cert, err := a.TLSConfig().GetCertificate(nil)
				if err != nil {
					t.Errorf("certificate: %v", err)
				} else if left := cert.Leaf.NotAfter.Sub(asked); left < renewBefore {
					t.Errorf("a certificate with %v left", left)
				}
				clock.advance(time.Hour)
			}
		})
	}
	wg.Wait()
}

func TestAuthorityIsLimited(t *testing.T) {
	dir := t.TempDir()
	a, err := SelfSigned(dir, []string{"help.example.com"})
	if err != nil {
		t.Fatal(err)
	}
	ca := a.ca.cert
	if !ca.IsCA || !ca.MaxPathLenZero || ca.MaxPathLen != 0 || ca.KeyUsage != x509.KeyUsageCertSign {
		t.Errorf("authority: IsCA %v, path length %d, usage %b", ca.IsCA, ca.MaxPathLen, ca.KeyUsage)
	}
	if ca.PublicKey.(*ecdsa.PublicKey).Curve != elliptic.P256() {
		t.Error("authority's key is not P-256")
	}
	// A stolen key signs for a bank: nobody who trusts ca.pem is fooled.
	for name, stolen := range map[string]names{
		"bank.example":                  {dns: []string{"bank.example"}},
		"help.example.com.evil.example": {dns: []string{"help.example.com.evil.example"}},
		"192.0.2.200":                   {ips: []netip.Addr{netip.MustParseAddr("192.0.2.200")}},
	} {
		leaf, err := a.ca.issue(stolen, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		_, err = leaf.Leaf.Verify(x509.VerifyOptions{Roots: trust(t, dir), DNSName: name})
		var invalid x509.CertificateInvalidError
		if !errors.As(err, &invalid) || invalid.Reason != x509.CANotAuthorizedForThisName {
			t.Errorf("%s: error %v, want one about name constraints", name, err)
		}
	}
}

func TestSelfSignedKeyMode(t *testing.T) {
	dir := t.TempDir()
	if _, err := SelfSigned(dir, nil); err != nil {
		t.Fatal(err)
	}
	key := filepath.Join(dir, "ca.key")
	info, err := os.Stat(key)
	if err != nil {
		t.Fatal(err)
	}
	if info.Mode().Perm() != 0o600 {
		t.Errorf("ca.key has mode %o, want 600", info.Mode().Perm())
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o602} {
		if err := os.Chmod(key, mode); err != nil {
			t.Fatal(err)
		}
		_, err := SelfSigned(dir, nil)
		if !errors.Is(err, ErrKeyExposed) || !strings.Contains(err.Error(), "make it 0600") {
			t.Errorf("mode %o: error %v, want ErrKeyExposed with the remedy", mode, err)
		}
	}
}

func TestDamagedAuthorityIsNeverReplaced(t *testing.T) {
	damage := map[string]func(t *testing.T, cert, key string){
		"no key":           func(t *testing.T, _, key string) { remove(t, key) },
		"no certificate":   func(t *testing.T, cert, _ string) { remove(t, cert) },
		"empty key":        func(t *testing.T, _, key string) { write(t, key, nil, 0o600) },
		"cut certificate":  func(t *testing.T, cert, _ string) { write(t, cert, read(t, cert)[:200], 0o644) },
		"swapped files":    func(t *testing.T, cert, key string) { write(t, cert, read(t, key), 0o644) },
		"key of another":   func(t *testing.T, _, key string) { write(t, key, otherKey(t), 0o600) },
		"huge certificate": func(t *testing.T, cert, _ string) { write(t, cert, make([]byte, maxPEM+1), 0o644) },
		"leaf, not an authority": func(t *testing.T, cert, key string) {
			write(t, cert, selfSignedLeaf(t, read(t, key)), 0o644)
		},
	}
	for name, break_ := range damage {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := SelfSigned(dir, nil); err != nil {
				t.Fatal(err)
			}
			cert, key := filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key")
			break_(t, cert, key)
			before, _ := os.ReadFile(cert)
			if _, err := SelfSigned(dir, nil); !errors.Is(err, ErrAuthority) {
				t.Errorf("error %v, want ErrAuthority", err)
			}
			if after, _ := os.ReadFile(cert); !slices.Equal(before, after) {
				t.Error("ca.pem was changed")
			}
		})
	}
}

func TestExpiredAuthority(t *testing.T) {
	dir, clock := t.TempDir(), newClock()
	if _, err := selfSigned(dir, nil, clock.now); err != nil {
		t.Fatal(err)
	}
	clock.advance(authorityLife + time.Hour)
	if _, err := selfSigned(dir, nil, clock.now); !errors.Is(err, ErrAuthority) || !strings.Contains(err.Error(), "expired") {
		t.Errorf("error %v, want one about expiry", err)
	}
}

func TestSelfSignedRefusesBadInput(t *testing.T) {
	for _, host := range []string{"", "has space", "under_score", "-dash.example", strings.Repeat("a", 64) + ".example", "https://x.example"} {
		if _, err := SelfSigned(t.TempDir(), []string{host}); err == nil {
			t.Errorf("host %q is accepted", host)
		}
	}
	file := filepath.Join(t.TempDir(), "file")
	write(t, file, nil, 0o600)
	if _, err := SelfSigned(file, nil); err == nil {
		t.Error("a file is accepted as the folder")
	}
}

func remove(t *testing.T, path string) {
	t.Helper()
	if err := os.Remove(path); err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func write(t *testing.T, path string, data []byte, mode os.FileMode) {
	t.Helper()
	if err := writeNew(path, data, mode); err != nil {
		t.Fatal(err)
	}
}

func otherKey(t *testing.T) []byte {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return keyPEM(t, key)
}

func keyPEM(t *testing.T, key *ecdsa.PrivateKey) []byte {
	t.Helper()
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der})
}

// selfSignedLeaf returns a certificate for the key that is no authority.
func selfSignedLeaf(t *testing.T, key []byte) []byte {
	t.Helper()
	signer, err := parseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial(), NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
		KeyUsage: x509.KeyUsageDigitalSignature, DNSNames: []string{"localhost"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, signer.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
}
