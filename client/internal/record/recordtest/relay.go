// Package recordtest has a relay that takes recordings, and fails as a test wants.
package recordtest

import (
	"bufio"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"encoding/json"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"

	"github.com/lendhand/lendhand/relay/recording"
)

// Token is what the relay takes recordings with.
const Token = "token-of-the-test"

// Relay takes recordings as a relay does. Its methods may be called from any goroutine.
type Relay struct {
	// Reader can open what is recorded.
	Reader *age.X25519Identity
	// Clock is the relay's.
	Clock func() time.Time

	t      testing.TB
	mux    *http.ServeMux
	server *httptest.Server

	// Guarded by mu.
	mu    sync.Mutex
	key   ed25519.PrivateKey
	taken map[string]*takenRecording
	// fail is asked before each request; it answers by itself and returns true, or not.
	fail func(w http.ResponseWriter, r *http.Request) bool
}

// takenRecording is what a Relay has of one.
type takenRecording struct {
	head     string
	manifest *recording.Manifest
	chain    recording.Chain
	links    []recording.Link
	parts    []recording.Part
}

// New starts a relay, which ends with the test.
func New(t testing.TB) *Relay {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	f := &Relay{t: t, key: key, Reader: reader, Clock: time.Now, taken: make(map[string]*takenRecording)}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /api/recordings/{id}/manifest", f.serve(f.putManifest))
	mux.HandleFunc("POST /api/recordings/{id}/parts", f.serve(f.postParts))
	f.mux = mux
	f.server = httptest.NewUnstartedServer(mux)
	f.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	f.server.StartTLS()
	t.Cleanup(f.server.Close)
	return f
}

// TLS trusts this relay.
func (f *Relay) TLS() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(f.server.Certificate())
	return &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12}
}

// ServeHTTP lets another server serve the relay's routes.
func (f *Relay) ServeHTTP(w http.ResponseWriter, r *http.Request) { f.mux.ServeHTTP(w, r) }

// URL is the relay's address.
func (f *Relay) URL() string { return f.server.URL }

// ReceiptKey is what it signs with.
func (f *Relay) ReceiptKey() ed25519.PublicKey {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.key.Public().(ed25519.PublicKey)
}

// Sign has it sign with another key.
func (f *Relay) Sign(key ed25519.PrivateKey) (before ed25519.PrivateKey) {
	f.mu.Lock()
	defer f.mu.Unlock()
	before, f.key = f.key, key
	return before
}

// Break has fail answer requests from now on that it returns true for; nil for none.
func (f *Relay) Break(fail func(w http.ResponseWriter, r *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func (f *Relay) serve(handle func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		fail := f.fail
		f.mu.Unlock()
		if fail != nil && fail(w, r) {
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+Token {
			http.Error(w, `{"code":"unauthorized"}`, http.StatusUnauthorized)
			return
		}
		handle(w, r)
	}
}

func (f *Relay) putManifest(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	id := r.PathValue("id")
	taken := f.taken[id]
	if taken == nil {
		lines := strings.Split(string(body), "\n")
		s, err := recording.ParseSignature([]byte(lines[1]))
		if err != nil {
			f.t.Error(err)
			return
		}
		chain, m, err := recording.NewChain([]byte(lines[0]), s)
		if err != nil {
			f.t.Error(err)
			return
		}
		taken = &takenRecording{head: string(body), manifest: m, chain: chain}
		f.taken[id] = taken
	}
	if taken.head != string(body) {
		http.Error(w, `{"code":"conflict"}`, http.StatusConflict)
		return
	}
	link := recording.ManifestLink([]byte(strings.Split(taken.head, "\n")[0]))
	f.answer(w, map[string]any{"receipt": recording.SignReceipt(f.key, recording.ManifestPart, link, f.Clock())})
}

func (f *Relay) postParts(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.taken[r.PathValue("id")]
	if taken == nil {
		http.Error(w, `{"code":"not_found"}`, http.StatusNotFound)
		return
	}
	var receipts []recording.Receipt
	for in := recording.NewParts(bufio.NewReader(strings.NewReader(string(body))), false); ; {
		p, err := in.Next()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			f.t.Error(err)
			return
		}
		p.Sealed = append([]byte(nil), p.Sealed...)
		if p.Part > taken.chain.Next {
			w.WriteHeader(http.StatusConflict)
			f.answer(w, map[string]any{"code": "out_of_order", "next": taken.chain.Next})
			return
		}
		if p.Part == taken.chain.Next {
			if err := taken.chain.Add(p.Envelope, p.Sealed); err != nil {
				f.t.Error(err)
				return
			}
			taken.parts, taken.links = append(taken.parts, p), append(taken.links, taken.chain.Link)
		}
		receipts = append(receipts, recording.SignReceipt(f.key, p.Part, taken.links[p.Part], f.Clock()))
	}
	f.answer(w, map[string]any{"receipts": receipts, "next": taken.chain.Next})
}

func (f *Relay) answer(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Log(err)
	}
}

// Open returns what the relay has of a recording, opened.
func (f *Relay) Open(id string) (list []*recording.Content) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.taken[id]
	if taken == nil {
		return nil
	}
	for _, p := range taken.parts {
		c, err := taken.manifest.Open(p, f.Reader)
		if err != nil {
			f.t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// Has reports whether the relay has a recording's manifest.
func (f *Relay) Has(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken[id] != nil
}

// HasEnded reports whether the relay has all of a recording.
func (f *Relay) HasEnded(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken[id] != nil && f.taken[id].chain.Ended
}

// Lose takes parts, and answers nothing.
func (f *Relay) Lose(r *http.Request) {
	f.postParts(discarding{header: http.Header{}}, r)
	panic(http.ErrAbortHandler)
}

// discarding is an answer that reaches nobody.
type discarding struct{ header http.Header }

func (d discarding) Header() http.Header         { return d.header }
func (d discarding) Write(p []byte) (int, error) { return len(p), nil }
func (d discarding) WriteHeader(int)             {}

// Bytes returns how much the relay has of a recording.
func (f *Relay) Bytes(id string) (n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.taken[id] == nil {
		return 0
	}
	for _, p := range f.taken[id].parts {
		n += len(p.Sealed)
	}
	return n
}
