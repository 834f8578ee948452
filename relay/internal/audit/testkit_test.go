package audit_test

import (
	"bytes"
	"database/sql"
	"errors"
	"fmt"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"
	"golang.org/x/mod/sumdb/note"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/relay/internal/store"
)

// TestMain is also the process that other tests start and kill.
func TestMain(m *testing.M) {
	if dir := os.Getenv(writerFolder); dir != "" {
		fmt.Println(writeForever(dir))
		os.Exit(1)
	}
	goleak.VerifyTestMain(m)
}

// world is a data folder with a trail.
type world struct {
	dir   string
	store *store.Store
	key   *audit.Key
}

func newWorld(t testing.TB) *world {
	t.Helper()
	text, err := audit.NewKey()
	if err != nil {
		t.Fatal(err)
	}
	w := &world{dir: t.TempDir()}
	if w.key, err = audit.ParseKey(text); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(w.dir, keyFile), []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	w.store = open(t, w.dir)
	return w
}

// copy returns a world with the same trail, while nobody writes to this one.
func (w *world) copy(t testing.TB) *world {
	t.Helper()
	dir := t.TempDir()
	if err := os.CopyFS(dir, os.DirFS(w.dir)); err != nil {
		t.Fatal(err)
	}
	return &world{dir: dir, store: open(t, dir), key: w.key}
}

const keyFile = "key"

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

func (w *world) log(t testing.TB) *audit.Log {
	t.Helper()
	l, err := audit.New(audit.Config{Store: w.store, Key: w.key, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(l.Close)
	return l
}

// kinds are what the tests write: the number of an event tells its kind.
var kinds = []audit.Kind{audit.SignIn, audit.CodeIssued, audit.CodeRedeemed, audit.Request, audit.Consent, audit.Grant, audit.SessionEnded}

func kindOf(number int64) audit.Kind { return kinds[number%int64(len(kinds))] }

func event(number int64) audit.Event {
	return audit.Event{Kind: kindOf(number), Actor: fmt.Sprintf("u_%d", number%3), Session: fmt.Sprintf("s_%d", number/5), Detail: map[string]string{"ticket": fmt.Sprint(number)}}
}

// fill appends so many events in batches of up to five.
func (w *world) fill(t testing.TB, random *rand.Rand, count int64) {
	t.Helper()
	l := w.log(t)
	for n := int64(1); n <= count; {
		var batch []audit.Event
		for range min(1+random.Int64N(5), count+1-n) {
			batch = append(batch, event(n))
			n++
		}
		if err := l.Append(t.Context(), batch...); err != nil {
			t.Fatal(err)
		}
	}
	l.Close()
}

func (w *world) rules(against ...audit.Checkpoint) audit.Rules {
	return audit.Rules{Keys: []note.Verifier{w.key.Verifier()}, Against: against}
}

func (w *world) verify(t testing.TB) (audit.Report, error) {
	t.Helper()
	return audit.VerifyStore(t.Context(), w.store, w.rules())
}

func (w *world) checkpoint(t testing.TB) audit.Checkpoint {
	t.Helper()
	text, err := w.store.AuditCheckpoint(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	c, err := audit.OpenCheckpoint(text, w.key.Verifier())
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// export returns the lines of an exported file.
func (w *world) export(t testing.TB, first int64) []string {
	t.Helper()
	trail, err := audit.OpenTrail(t.Context(), w.store, first)
	if err != nil {
		t.Fatal(err)
	}
	var out bytes.Buffer
	if _, err := audit.Export(&out, trail, w.key.Public()); err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSuffix(out.String(), "\n"), "\n")
}

func (w *world) verifyFile(t testing.TB, lines []string, against ...audit.Checkpoint) (audit.Report, error) {
	t.Helper()
	trail, key, err := audit.OpenExport(strings.NewReader(strings.Join(lines, "\n") + "\n"))
	if err != nil {
		t.Fatal(err)
	}
	if key != w.key.Public() {
		t.Errorf("the file's key is %q", key)
	}
	return audit.Verify(trail, w.rules(against...))
}

// tamper changes the database behind the store's back.
func (w *world) tamper(t testing.TB, change func(tx *sql.Tx) error) {
	t.Helper()
	db, err := sql.Open("sqlite", filepath.Join(w.dir, store.FileName))
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(change(tx), tx.Commit(), db.Close()); err != nil {
		t.Fatal(err)
	}
}
