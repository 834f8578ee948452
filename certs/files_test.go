package certs

import (
	"bytes"
	"crypto/tls"
	"encoding/pem"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// pemPair returns a certificate for localhost that lives from now for life.
func pemPair(t *testing.T, now time.Time) pair {
	t.Helper()
	a, err := selfSigned(t.TempDir(), nil, func() time.Time { return now })
	if err != nil {
		t.Fatal(err)
	}
	return toPEM(t, a)
}

func toPEM(t *testing.T, a *Authority) pair {
	t.Helper()
	cert := pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.leaf.Certificate[0]})
	return pair{cert: cert, key: keyOf(t, a.leaf)}
}

type filesFixture struct {
	*FileSource
	cert, key string
	clock     *clock
	log       *bytes.Buffer
}

func openFiles(t *testing.T) *filesFixture {
	t.Helper()
	dir := t.TempDir()
	fx := &filesFixture{
		cert: filepath.Join(dir, "tls.pem"), key: filepath.Join(dir, "tls.key"),
		clock: newClock(), log: &bytes.Buffer{},
	}
	fx.put(t, pemPair(t, time.Now()))
	var err error
	fx.FileSource, err = files(fx.cert, fx.key, slog.New(slog.NewTextHandler(fx.log, nil)), fx.clock.now)
	if err != nil {
		t.Fatal(err)
	}
	return fx
}

func (fx *filesFixture) put(t *testing.T, p pair) {
	t.Helper()
	write(t, fx.cert, p.cert, 0o644)
	write(t, fx.key, p.key, 0o600)
}

// served returns the certificate that a client gets after the next look.
func (fx *filesFixture) served(t *testing.T) *tls.Certificate {
	t.Helper()
	fx.clock.advance(checkEvery)
	cert, err := fx.TLSConfig().GetCertificate(nil)
	if err != nil {
		t.Fatal(err)
	}
	return cert
}

func TestFilesFollowRenewal(t *testing.T) {
	fx := openFiles(t)
	first := fx.served(t)
	fx.put(t, pemPair(t, time.Now()))
	if cert, _ := fx.TLSConfig().GetCertificate(nil); cert != first {
		t.Error("files are read at every handshake")
	}
	if fx.served(t) == first {
		t.Error("renewed files are not served")
	}
	if !strings.Contains(fx.log.String(), "reloaded") {
		t.Errorf("log: %s", fx.log)
	}
}

func TestFilesFollowAChangeWithinOneTickOfTheClock(t *testing.T) {
	fx := openFiles(t)
	stamp := time.Now().Add(-time.Hour)
	touch := func() {
		for _, path := range []string{fx.cert, fx.key} {
			if err := os.Chtimes(path, stamp, stamp); err != nil {
				t.Fatal(err)
			}
		}
	}
	touch()
	first := fx.served(t)
	fx.put(t, pemPair(t, time.Now()))
	touch()
	if fx.served(t) == first {
		t.Error("a change that keeps the time is missed")
	}
}

func TestFilesKeepTheLastGoodPair(t *testing.T) {
	other := pemPair(t, time.Now())
	expired := pemPair(t, time.Now().Add(-leafLife-2*time.Hour))
	cases := map[string]func(t *testing.T, fx *filesFixture){
		"half renewed": func(t *testing.T, fx *filesFixture) { write(t, fx.cert, other.cert, 0o644) },
		"cut":          func(t *testing.T, fx *filesFixture) { write(t, fx.cert, other.cert[:100], 0o644) },
		"removed":      func(t *testing.T, fx *filesFixture) { remove(t, fx.key) },
		"expired":      func(t *testing.T, fx *filesFixture) { fx.put(t, expired) },
		"exposed key": func(t *testing.T, fx *filesFixture) {
			fx.put(t, other)
			if err := os.Chmod(fx.key, 0o644); err != nil {
				t.Fatal(err)
			}
		},
	}
	for name, spoil := range cases {
		t.Run(name, func(t *testing.T) {
			fx := openFiles(t)
			first := fx.served(t)
			spoil(t, fx)
			for range 3 {
				if fx.served(t) != first {
					t.Fatal("the last good pair is not kept")
				}
			}
			if n := strings.Count(fx.log.String(), "level=ERROR"); n != 1 {
				t.Errorf("logged %d times, want once: %s", n, fx.log)
			}
			fx.put(t, other)
			if fx.served(t) == first {
				t.Error("repaired files are not served")
			}
		})
	}
}

func TestFilesRefuseABrokenStart(t *testing.T) {
	dir := t.TempDir()
	cert, key := filepath.Join(dir, "c"), filepath.Join(dir, "k")
	good, other := pemPair(t, time.Now()), pemPair(t, time.Now())
	log := slog.New(slog.DiscardHandler)
	if _, err := Files(cert, key, log); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("missing: %v", err)
	}
	write(t, cert, good.cert, 0o644)
	write(t, key, other.key, 0o600)
	if _, err := Files(cert, key, log); err == nil {
		t.Error("a mismatched pair is accepted")
	}
	write(t, key, good.key, 0o644)
	if _, err := Files(cert, key, log); !errors.Is(err, ErrKeyExposed) {
		t.Errorf("exposed: %v, want ErrKeyExposed", err)
	}
	write(t, key, good.key, 0o640)
	if _, err := Files(cert, key, log); err != nil {
		t.Errorf("a key shared with a group: %v", err)
	}
	if _, err := Files(cert, key, nil); err == nil {
		t.Error("no logger is accepted")
	}
}

func TestFilesReloadUnderLoad(t *testing.T) {
	fx := openFiles(t)
	pairs := []pair{pemPair(t, time.Now()), pemPair(t, time.Now())}
	done := make(chan struct{})
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				state, err := shake(t, fx.TLSConfig(), &tls.Config{InsecureSkipVerify: true}) // any pair will do here
				if err != nil || len(state.PeerCertificates) == 0 {
					t.Errorf("handshake during reload: %v", err)
					return
				}
			}
		})
	}
	for i := range 20 {
		fx.put(t, pairs[i%2])
		fx.clock.advance(checkEvery)
		time.Sleep(5 * time.Millisecond)
	}
	close(done)
	wg.Wait()
}
