package record

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

const testToken = "token-of-the-test"

// fakeRelay takes recordings as a relay does, and fails as a test wants.
type fakeRelay struct {
	t      *testing.T
	server *httptest.Server
	key    ed25519.PrivateKey
	reader *age.X25519Identity
	clock  func() time.Time

	mu    sync.Mutex
	taken map[string]*takenRecording
	// fail is asked before each request; it answers by itself and returns true, or not.
	fail func(w http.ResponseWriter, r *http.Request) bool
}

// takenRecording is what a fakeRelay has of one.
type takenRecording struct {
	head     string
	manifest *recording.Manifest
	chain    recording.Chain
	links    []recording.Link
	parts    []recording.Part
	at       []time.Time
}

func newFakeRelay(t *testing.T) *fakeRelay {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	reader, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	f := &fakeRelay{t: t, key: key, reader: reader, clock: time.Now, taken: make(map[string]*takenRecording)}
	mux := http.NewServeMux()
	mux.HandleFunc("PUT /api/recordings/{id}/manifest", f.serve(f.putManifest))
	mux.HandleFunc("POST /api/recordings/{id}/parts", f.serve(f.postParts))
	f.server = httptest.NewUnstartedServer(mux)
	f.server.Config.ErrorLog = slog.NewLogLogger(slog.DiscardHandler, 0)
	f.server.StartTLS()
	t.Cleanup(f.server.Close)
	return f
}

// tls trusts this relay.
func (f *fakeRelay) tls() *tls.Config {
	pool := x509.NewCertPool()
	pool.AddCert(f.server.Certificate())
	return &tls.Config{RootCAs: pool, ServerName: "example.com", MinVersion: tls.VersionTLS12}
}

// nobody trusts no relay.
func (*fakeRelay) nobody() *tls.Config {
	return &tls.Config{RootCAs: x509.NewCertPool(), MinVersion: tls.VersionTLS12}
}

// breaks has requests fail from now on, or no more.
func (f *fakeRelay) breaks(fail func(w http.ResponseWriter, r *http.Request) bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fail = fail
}

func (f *fakeRelay) serve(handle func(http.ResponseWriter, *http.Request)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		fail := f.fail
		f.mu.Unlock()
		if fail != nil && fail(w, r) {
			return
		}
		if r.Header.Get("Authorization") != "Bearer "+testToken {
			http.Error(w, `{"code":"unauthorized"}`, http.StatusUnauthorized)
			return
		}
		handle(w, r)
	}
}

func (f *fakeRelay) putManifest(w http.ResponseWriter, r *http.Request) {
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
	f.answer(w, manifestAnswer{Receipt: recording.SignReceipt(f.key, recording.ManifestPart, link, f.clock())})
}

func (f *fakeRelay) postParts(w http.ResponseWriter, r *http.Request) {
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
	var answer partsAnswer
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
			f.answer(w, map[string]any{"code": codeOrder, "next": taken.chain.Next})
			return
		}
		if p.Part == taken.chain.Next {
			if err := taken.chain.Add(p.Envelope, p.Sealed); err != nil {
				f.t.Error(err)
				return
			}
			taken.parts, taken.links = append(taken.parts, p), append(taken.links, taken.chain.Link)
			taken.at = append(taken.at, time.Now())
		}
		answer.Receipts = append(answer.Receipts, recording.SignReceipt(f.key, p.Part, taken.links[p.Part], f.clock()))
	}
	answer.Next = taken.chain.Next
	f.answer(w, answer)
}

func (f *fakeRelay) answer(w http.ResponseWriter, v any) {
	if err := json.NewEncoder(w).Encode(v); err != nil {
		f.t.Log(err)
	}
}

// open returns what the relay has of a recording, opened.
func (f *fakeRelay) open(id string) (list []*recording.Content) {
	f.t.Helper()
	f.mu.Lock()
	defer f.mu.Unlock()
	taken := f.taken[id]
	if taken == nil {
		return nil
	}
	for _, p := range taken.parts {
		c, err := taken.manifest.Open(p, f.reader)
		if err != nil {
			f.t.Fatal(err)
		}
		list = append(list, c)
	}
	return list
}

// hasEnded reports whether the relay has all of a recording.
func (f *fakeRelay) hasEnded(id string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.taken[id] != nil && f.taken[id].chain.Ended
}
