package certs

import (
	"crypto/ecdsa"
	"crypto/tls"
	"crypto/x509"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"
)

// keyOf returns the PEM of a certificate's private key.
func keyOf(t *testing.T, cert *tls.Certificate) []byte {
	t.Helper()
	key, ok := cert.PrivateKey.(*ecdsa.PrivateKey)
	if !ok {
		t.Fatalf("key is a %T", cert.PrivateKey)
	}
	return keyPEM(t, key)
}

// service is an ACME service that only counts who comes.
func service(t *testing.T) (url string, calls *atomic.Int64) {
	t.Helper()
	calls = &atomic.Int64{}
	srv := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		calls.Add(1)
		http.Error(w, "out of order", http.StatusTeapot)
	}))
	t.Cleanup(srv.Close)
	return srv.URL, calls
}

// cached writes a certificate for name into the cache as autocert keeps it:
// the key, then the chain.
func cached(t *testing.T, dir, entry, name string) *x509.CertPool {
	t.Helper()
	home := t.TempDir()
	a, err := selfSigned(home, []string{name}, time.Now)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := a.ca.issue(names{dns: []string{name}}, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalECPrivateKey(leaf.PrivateKey.(*ecdsa.PrivateKey))
	if err != nil {
		t.Fatal(err)
	}
	data := pem.EncodeToMemory(&pem.Block{Type: "EC PRIVATE KEY", Bytes: der})
	data = append(data, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: leaf.Certificate[0]})...)
	write(t, filepath.Join(dir, entry), data, 0o600)
	return trust(t, home)
}

func TestACMEServesFromItsCache(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	url, calls := service(t)
	src, err := ACME(ACMEConfig{CacheDir: dir, Hosts: []string{"Help.Example.com"}, DirectoryURL: url})
	if err != nil {
		t.Fatal(err)
	}
	pool := cached(t, dir, "help.example.com", "help.example.com")
	state, err := shake(t, src.TLSConfig(), &tls.Config{
		RootCAs: pool, ServerName: "help.example.com", NextProtos: []string{"http/1.1"},
	})
	if err != nil || state.NegotiatedProtocol != "http/1.1" {
		t.Errorf("protocol %q, error %v", state.NegotiatedProtocol, err)
	}
	if calls.Load() != 0 {
		t.Error("the service was asked although the cache had the certificate")
	}
}

func TestACMEAnswersTheChallengeOnTheSharedPort(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "acme")
	url, _ := service(t)
	src, err := ACME(ACMEConfig{CacheDir: dir, Hosts: []string{"help.example.com"}, DirectoryURL: url})
	if err != nil {
		t.Fatal(err)
	}
	pool := cached(t, dir, "help.example.com+token", "help.example.com")
	state, err := shake(t, src.TLSConfig(), &tls.Config{
		RootCAs: pool, ServerName: "help.example.com", NextProtos: []string{"acme-tls/1"},
	})
	if err != nil || state.NegotiatedProtocol != "acme-tls/1" {
		t.Errorf("protocol %q, error %v", state.NegotiatedProtocol, err)
	}
}

func TestACMEAsksForItsHostsOnly(t *testing.T) {
	url, calls := service(t)
	src, err := ACME(ACMEConfig{CacheDir: t.TempDir(), Hosts: []string{"help.example.com"}, DirectoryURL: url})
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range []string{"other.example.com", "sub.help.example.com", ""} {
		if _, err := shake(t, src.TLSConfig(), &tls.Config{ServerName: name, InsecureSkipVerify: true}); err == nil {
			t.Errorf("%q gets a certificate", name)
		}
	}
	if calls.Load() != 0 {
		t.Error("the service was asked for names that are not ours")
	}
	if _, err := shake(t, src.TLSConfig(), &tls.Config{ServerName: "help.example.com", InsecureSkipVerify: true}); err == nil {
		t.Error("a certificate without a service")
	}
	if calls.Load() == 0 {
		t.Error("the service was not asked for our name")
	}
}

func TestACMEConfig(t *testing.T) {
	dir := t.TempDir()
	file := filepath.Join(dir, "file")
	write(t, file, nil, 0o600)
	for name, tc := range map[string]struct {
		cfg  ACMEConfig
		want string
	}{
		"no hosts":    {ACMEConfig{CacheDir: dir}, "no host name"},
		"address":     {ACMEConfig{CacheDir: dir, Hosts: []string{"192.0.2.1"}}, "cannot be proved"},
		"local":       {ACMEConfig{CacheDir: dir, Hosts: []string{"localhost"}}, "not a public name"},
		"no folder":   {ACMEConfig{Hosts: []string{"a.example"}}, "no cache folder"},
		"not folder":  {ACMEConfig{CacheDir: filepath.Join(file, "x"), Hosts: []string{"a.example"}}, "not a directory"},
		"broken name": {ACMEConfig{CacheDir: dir, Hosts: []string{"a b"}}, "neither"},
	} {
		if _, err := ACME(tc.cfg); err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s: error %v, want one with %q", name, err, tc.want)
		}
	}
	cache := filepath.Join(dir, "new")
	src, err := ACME(ACMEConfig{CacheDir: cache, Hosts: []string{"a.example"}, Email: "ops@a.example"})
	if err != nil {
		t.Fatal(err)
	}
	if info, err := os.Stat(cache); err != nil || info.Mode().Perm() != 0o700 {
		t.Errorf("cache folder: %v, %v", info, err)
	}
	if want := []string{"http/1.1", "acme-tls/1"}; !slices.Equal(src.TLSConfig().NextProtos, want) {
		t.Errorf("NextProtos = %q, want %q", src.TLSConfig().NextProtos, want)
	}
}
