package recordstore_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"io"
	"log/slog"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// world is a store whose clock, disks and storage the test has in its hand.
type world struct {
	t     testing.TB
	dir   string
	key   ed25519.PrivateKey
	older []ed25519.PrivateKey
	db    *store.Store
	// wrapped stands before db, unless it is nil.
	wrapped recordstore.Database
	blobs   *moody
	*recordstore.Store
	quota int64
	// stop ends what start began.
	stop func()

	mu     sync.Mutex // guards the rest
	now    time.Time
	disks  []recordstore.Disk
	events []audit.Event
}

func newWorld(t testing.TB) *world {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	w := &world{t: t, dir: t.TempDir(), key: key, now: noon, disks: []recordstore.Disk{{Free: 90 << 30, Total: 100 << 30}}, stop: func() {}}
	if w.db, err = store.Open(t.Context(), w.dir); err != nil {
		t.Fatal(err)
	}
	blobs, err := folder.Open(filepath.Join(w.dir, "recordings"))
	if err != nil {
		t.Fatal(err)
	}
	w.blobs = &moody{Blobs: blobs}
	w.open()
	t.Cleanup(func() {
		w.stop()
		if err := errors.Join(w.Close(), w.db.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return w
}

func (w *world) config() recordstore.Config {
	db := recordstore.Database(w.db)
	if w.wrapped != nil {
		db = w.wrapped
	}
	return recordstore.Config{
		Database: db, Blobs: w.blobs, Folder: filepath.Join(w.dir, "recordings-open"), Key: w.key, Older: w.older, Quota: w.quota,
		Disks: func() ([]recordstore.Disk, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return append([]recordstore.Disk(nil), w.disks...), nil
		},
		Journal: func(e audit.Event) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.events = append(w.events, e)
		},
		Now: func() time.Time {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.now
		},
		Log: slog.New(slog.DiscardHandler),
	}
}

func (w *world) open() {
	w.t.Helper()
	var err error
	if w.Store, err = recordstore.Open(w.t.Context(), w.config()); err != nil {
		w.t.Fatal(err)
	}
}

// restart is what a relay does that stops and starts again.
func (w *world) restart() {
	w.t.Helper()
	w.stop()
	if err := w.Close(); err != nil {
		w.t.Fatal(err)
	}
	w.open()
}

// start runs the store until stop.
func (w *world) start() {
	ctx, cancel := context.WithCancel(context.Background())
	var running sync.WaitGroup
	running.Go(func() {
		if err := w.Run(ctx); err != nil {
			w.t.Errorf("Run: %v", err)
		}
	})
	w.stop = func() {
		cancel()
		running.Wait()
		w.stop = func() {}
	}
}

func (w *world) clock() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.now
}

func (w *world) pass(d time.Duration) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.now = w.now.Add(d)
}

func (w *world) setDisk(free, total int64) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.disks = []recordstore.Disk{{Free: free, Total: total}}
}

// told returns the events of a kind.
func (w *world) told(kind audit.Kind) (events []audit.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, e := range w.events {
		if e.Kind == kind {
			events = append(events, e)
		}
	}
	return events
}

// eventually waits for what the store does by itself.
func (w *world) eventually(what string, is func() bool) {
	w.t.Helper()
	for late := time.Now().Add(10 * time.Second); !is(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(late) {
			w.t.Fatalf("not within ten seconds: %s", what)
		}
	}
}

// moody is a storage that can be out of order.
type moody struct {
	recordstore.Blobs
	mu   sync.Mutex
	fail error // guarded by mu
}

var errOutage = errors.New("the storage is away")

func (m *moody) set(err error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.fail = err
}

func (m *moody) mood() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.fail
}

func (m *moody) Put(ctx context.Context, name string, r io.Reader, size int64) error {
	if err := m.mood(); err != nil {
		return err
	}
	return m.Blobs.Put(ctx, name, r, size)
}

func (m *moody) Delete(ctx context.Context, name string) error {
	if err := m.mood(); err != nil {
		return err
	}
	return m.Blobs.Delete(ctx, name)
}

// host records a session.
type host struct {
	w      *world
	id     string
	key    ed25519.PrivateKey
	tokens recordstore.Tokens
	writer *recording.Writer
	parts  []recording.Part
}

// begin begins the recording of a session, which is open in the database.
func (w *world) begin(id string) *host {
	w.t.Helper()
	h := w.newHost(id)
	w.session(id, time.Time{})
	var err error
	if h.tokens, err = w.Begin(w.t.Context(), h.session()); err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) newHost(id string) *host {
	w.t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		w.t.Fatal(err)
	}
	identity, err := age.GenerateX25519Identity()
	if err != nil {
		w.t.Fatal(err)
	}
	h := &host{w: w, id: id, key: key}
	h.writer, err = recording.NewWriter(recording.Manifest{
		Recording: id, Relay: "https://help.example", Begins: recording.StampOf(noon), Host: recording.Host{Name: "pc", OS: "Linux"},
		Technician: recording.Technician{ID: "u_1", Name: "Ines"}, Program: "test 1",
		Readers: []recording.Reader{{Name: "Auditors", Key: identity.Recipient().String()}},
	}, key)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (h *host) session() recordstore.Session {
	return recordstore.Session{
		ID: h.id, HostName: "pc", HostOS: "Linux", HostKey: recording.PublicKeyOf(h.key), TechnicianID: "u_1", TechnicianName: "Ines",
		Organisation: "Example Help Desk", Group: "first-line", Ticket: "INC-1", Consent: "eyJ", Retention: 30, Required: true,
	}
}

// session writes the broker's record of a session.
func (w *world) session(id string, ended time.Time) {
	w.t.Helper()
	r := broker.Record{ID: id, State: signaling.StateActive, Created: noon, Changed: noon, Ended: ended}
	r.Technician.ID = "u_1"
	if !ended.IsZero() {
		r.State, r.Reason = signaling.StateEnded, signaling.EndHostStopped
	}
	if err := w.db.SaveSession(w.t.Context(), r); err != nil {
		w.t.Fatal(err)
	}
}

func (h *host) manifest() recording.Receipt {
	h.w.t.Helper()
	line, signature := h.writer.Manifest()
	receipt, err := h.w.TakeManifest(h.w.t.Context(), h.id, line, signature)
	if err != nil {
		h.w.t.Fatal(err)
	}
	return receipt
}

// make makes parts of a second each, of about size bytes.
func (h *host) make(n, size int) []recording.Part {
	h.w.t.Helper()
	for range n {
		h.parts = append(h.parts, h.seal(&recording.Content{Start: h.writer.End(), Length: 1000, Video: h.video(size)}))
	}
	return h.parts[len(h.parts)-n:]
}

func (h *host) video(size int) *recording.Video {
	data := make([]byte, size)
	_, _ = rand.Read(data) // never fails
	return &recording.Video{Codec: "vp8", Width: 640, Height: 480, First: true, KeyFrame: true, Start: h.writer.End(), Data: data}
}

func (h *host) seal(c *recording.Content) recording.Part {
	h.w.t.Helper()
	p, err := h.writer.Seal(c)
	if err != nil {
		h.w.t.Fatal(err)
	}
	return p
}

// end makes the last part.
func (h *host) end() []recording.Part {
	h.w.t.Helper()
	h.parts = append(h.parts, h.seal(&recording.Content{
		Start: h.writer.End(), Last: true, Events: []event.Line{{At: h.writer.End(), Event: &event.End{Reason: "host_stopped"}}},
	}))
	return h.parts[len(h.parts)-1:]
}

// take uploads parts, which must be taken.
func (h *host) take(parts []recording.Part) []recording.Receipt {
	h.w.t.Helper()
	receipts, err := h.w.Take(h.w.t.Context(), h.id, parts)
	if err != nil || len(receipts) != len(parts) {
		h.w.t.Fatalf("%d of %d parts taken: %v", len(receipts), len(parts), err)
	}
	return receipts
}

// whole reads the recording as a file, checks every link and receipt of it, and returns how
// many parts it has.
func (w *world) whole(id string) int64 {
	w.t.Helper()
	r, size, err := w.Whole(w.t.Context(), id)
	if err != nil {
		w.t.Fatal(err)
	}
	data, err := io.ReadAll(r)
	if err := errors.Join(err, r.Close()); err != nil || int64(len(data)) != size {
		w.t.Fatalf("%d of %d bytes: %v", len(data), size, err)
	}
	return checked(w.t, data, w.key)
}

// checked is what whoever has the file, and the relay's public key, can check.
func checked(t testing.TB, data []byte, key ed25519.PrivateKey) int64 {
	t.Helper()
	public, _ := key.Public().(ed25519.PublicKey)
	r := bufio.NewReader(bytes.NewReader(data))
	head, err := recording.ReadHead(r)
	if err != nil {
		t.Fatal(err)
	}
	chain, _, err := recording.NewChain(head.Line, head.Signature)
	if err != nil || !head.Receipt.Verify(public, chain.Link) {
		t.Fatalf("the manifest is not what was receipted: %v", err)
	}
	for parts := recording.NewParts(r, true); ; {
		p, err := parts.Next()
		if errors.Is(err, io.EOF) {
			return chain.Next
		}
		if err == nil {
			err = chain.Add(p.Envelope, p.Sealed)
		}
		if err != nil || !p.Receipt.Verify(public, chain.Link) {
			t.Fatalf("part %d is not what was receipted: %v", chain.Next, err)
		}
	}
}

// files returns the names below a folder of the world.
func (w *world) files(folder string) (names []string) {
	w.t.Helper()
	found, err := filepath.Glob(filepath.Join(w.dir, folder, "*", "*"))
	if err != nil {
		w.t.Fatal(err)
	}
	for _, name := range found {
		rel, err := filepath.Rel(filepath.Join(w.dir, folder), name)
		if err != nil {
			w.t.Fatal(err)
		}
		names = append(names, filepath.ToSlash(rel))
	}
	return names
}
