package catalogue_test

import (
	"bytes"
	"context"
	"encoding/json"
	"log/slog"
	"net/netip"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"filippo.io/age"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/catalogue"
	"github.com/lendhand/lendhand/relay/internal/catalogue/cataloguetest"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// noon is a Wednesday, at an hour at which people work.
var noon = time.Date(2026, 11, 18, 12, 0, 0, 0, time.UTC)

// world is a catalogue with its surroundings.
type world struct {
	*catalogue.Catalogue
	dir     string
	db      *store.Store
	shelf   *cataloguetest.Shelf
	readers *catalogue.Readers
	key     *age.X25519Identity
	log     bytes.Buffer

	mu     sync.Mutex
	events []audit.Event // guarded by mu
	trail  []audit.Event // of sessions, for the trail
	now    time.Time     // guarded by mu
}

func newKey(t testing.TB) *age.X25519Identity {
	t.Helper()
	key, err := age.GenerateX25519Identity()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func newWorld(t *testing.T, sealed bool) *world {
	t.Helper()
	w := &world{dir: t.TempDir(), shelf: cataloguetest.NewShelf(), now: noon}
	var err error
	if w.db, err = store.Open(t.Context(), w.dir); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = w.db.Close() })
	w.readers = catalogue.NewReaders(w.db, func() (*age.X25519Identity, error) {
		if w.key == nil {
			w.key = newKey(t)
		}
		return w.key, nil
	}, w.journal)
	if err := w.readers.Settle(t.Context(), sealed); err != nil {
		t.Fatal(err)
	}
	w.Catalogue, err = catalogue.New(catalogue.Config{
		Store: w.db, Recordings: w.shelf, Readers: w.readers, Trail: w, Key: func() (*age.X25519Identity, error) { return w.key, nil },
		ReceiptKeys: []recording.PublicKey{{1}}, Journal: w.journal, Now: w.clock, Log: slog.New(slog.NewTextHandler(&w.log, nil)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return w
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

func (w *world) journal(e audit.Event) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.events = append(w.events, e)
}

// AuditLines implements [catalogue.Trail].
func (w *world) AuditLines(_ context.Context, q audit.Query) (lines []string, err error) {
	for _, e := range w.trail {
		if e.Session == q.Session && (q.Kind == "" || q.Kind == e.Kind) {
			line, err := json.Marshal(map[string]any{"kind": e.Kind, "detail": e.Detail})
			if err != nil {
				return nil, err
			}
			lines = append(lines, string(line))
		}
	}
	return append(lines, "no JSON"), nil
}

// own is the relay's own reader, as a manifest has it.
func (w *world) own() recording.Reader {
	return recording.Reader{Name: catalogue.HeldName, Key: w.key.Recipient().String()}
}

// begin begins a recording for readers.
func (w *world) begin(t testing.TB, id string, readers ...recording.Reader) *cataloguetest.Tape {
	t.Helper()
	return w.shelf.Begin(t, recording.Manifest{
		Recording: id, Host: recording.Host{Name: "anna-pc", OS: "Windows 11"}, Ticket: "INC-4711", Readers: readers,
		Technician: recording.Technician{ID: "u_ines", Name: "Ines Sommer", Organisation: "Example Help Desk"},
	}, w.clock())
}

// whole is a session in which everything happens, recorded and over.
func (w *world) whole(t testing.TB, id string, readers ...recording.Reader) *cataloguetest.Tape {
	t.Helper()
	tape := w.begin(t, id, readers...)
	tape.Add(t, everything()...)
	tape.Index(t, 0, everything()...)
	tape.Add(t, &event.Window{Title: "After the index", Program: "C:\\Windows\\System32\\consent.exe"})
	tape.End(t)
	return tape
}

func everything() []event.Event {
	return []event.Event{
		&event.Permissions{Now: []string{"view", "control"}},
		&event.Window{Title: "Invoices 2026 – Excel", Program: "excel.exe"},
		&event.Chat{From: event.Person, Text: "please look at the Kanarienvogel"},
		&event.File{To: event.Technician, Name: "setup-log.txt", Size: 123},
		&event.Clipboard{To: event.Host, Characters: 12},
		&event.Keys{Count: 7},
		&event.Pause{What: event.PausedSession},
	}
}

// me is a person who is signed in.
func me(name string) account.Me {
	return account.Me{
		Account: account.Account{ID: "u_" + name, Name: name, DisplayName: strings.ToUpper(name)}, SignIn: account.SignIn{ID: "i_" + name},
		Address: netip.MustParseAddr("192.0.2.7"),
	}
}

func query(t testing.TB, text string) catalogue.Query {
	t.Helper()
	values, err := url.ParseQuery(text)
	if err != nil {
		t.Fatal(err)
	}
	q, err := catalogue.ParseQuery(values)
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	return q
}

// find returns the IDs that a search finds.
func (w *world) find(t testing.TB, text string) (ids []string) {
	t.Helper()
	out, err := w.Search(t.Context(), me("ada"), query(t, text))
	if err != nil {
		t.Fatalf("%s: %v", text, err)
	}
	for _, e := range out.Recordings {
		ids = append(ids, e.ID)
	}
	return ids
}

// leaks returns the files of the data folder in which a text is.
func (w *world) leaks(t testing.TB, text string) (files []string) {
	t.Helper()
	err := filepath.WalkDir(w.dir, func(path string, entry os.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		if bytes.Contains(bytes.ToLower(data), []byte(strings.ToLower(text))) {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func has[T comparable](list []T, each ...T) bool {
	for _, e := range each {
		if !slices.Contains(list, e) {
			return false
		}
	}
	return true
}
