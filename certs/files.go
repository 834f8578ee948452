package certs

import (
	"bytes"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

// checkEvery is the least time between two looks at the files.
const checkEvery = 3 * time.Second

// FileSource is a [Source] that serves a certificate and key from files, and
// follows them when something renews them.
type FileSource struct {
	// Set at construction.
	certPath, keyPath string
	log               *slog.Logger
	now               func() time.Time

	current atomic.Pointer[tls.Certificate]

	mu      sync.Mutex // held by the one handshake that looks at the files; guards the rest
	checked time.Time
	seen    pair
	lastErr string
}

// pair is the content of both files.
type pair struct{ cert, key []byte }

func (p pair) equal(o pair) bool { return bytes.Equal(p.cert, o.cert) && bytes.Equal(p.key, o.key) }

// Files serves the PEM chain in certPath with the PEM key in keyPath. The
// files are read again while connections arrive, every few seconds at most. A
// pair that does not load leaves the last good one in use and is logged once.
//
// A key that everybody on the machine can read is refused with
// [ErrKeyExposed]; a group may share it, as certificate tools arrange.
func Files(certPath, keyPath string, log *slog.Logger) (*FileSource, error) {
	return files(certPath, keyPath, log, time.Now)
}

func files(certPath, keyPath string, log *slog.Logger, now func() time.Time) (*FileSource, error) {
	if log == nil {
		return nil, errors.New("certificate files: no logger")
	}
	f := &FileSource{certPath: certPath, keyPath: keyPath, log: log, now: now, checked: now()}
	p, err := f.read()
	if err != nil {
		return nil, fmt.Errorf("open certificate files: %w", err)
	}
	if err := f.use(p); err != nil {
		return nil, fmt.Errorf("open certificate files: %w", err)
	}
	f.seen = p
	return f, nil
}

// TLSConfig implements [Source].
func (f *FileSource) TLSConfig() *tls.Config { return serverConfig(f.certificate) }

// certificate never waits for the disk of another handshake: only one looks,
// the others are served what is there.
func (f *FileSource) certificate(*tls.ClientHelloInfo) (*tls.Certificate, error) {
	if f.mu.TryLock() {
		f.follow()
		f.mu.Unlock()
	}
	return f.current.Load(), nil
}

// follow compares contents rather than times: a renewal can write both files
// within one tick of the file system's clock. Called with mu held.
func (f *FileSource) follow() {
	now := f.now()
	if now.Sub(f.checked) < checkEvery {
		return
	}
	f.checked = now
	p, err := f.read()
	if err == nil && p.equal(f.seen) {
		return // a broken pair was reported when it came
	}
	if err == nil {
		f.seen = p
		err = f.use(p)
	}
	f.report(err)
}

// report logs a failure when it is new, not each time that it is met.
func (f *FileSource) report(err error) {
	if err == nil {
		f.lastErr = ""
		f.log.Info("certificate files reloaded", "file", f.certPath, "expires", f.current.Load().Leaf.NotAfter)
		return
	}
	if text := err.Error(); text != f.lastErr {
		f.lastErr = text
		f.log.Error("certificate files not usable, keeping the last good ones", "file", f.certPath, "error", err)
	}
}

func (f *FileSource) read() (pair, error) {
	key, err := readKey(f.keyPath, groupMayToo)
	if err != nil {
		return pair{}, err
	}
	cert, err := readSmall(f.certPath)
	return pair{cert: cert, key: key}, err
}

// use checks that a pair belongs together and is in force before serving it.
func (f *FileSource) use(p pair) error {
	cert, err := tls.X509KeyPair(p.cert, p.key)
	if err != nil {
		return fmt.Errorf("load %s with %s: %w", f.certPath, f.keyPath, err)
	}
	if f.now().After(cert.Leaf.NotAfter) {
		return fmt.Errorf("load %s: expired on %s", f.certPath, cert.Leaf.NotAfter.Format(time.RFC3339))
	}
	f.current.Store(&cert)
	return nil
}
