package store_test

import (
	"database/sql"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/broker"
	"github.com/lendhand/lendhand/signaling/broker/brokertest"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func open(t testing.TB, dir string) *store.Store {
	t.Helper()
	s, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("Close: %v", err)
		}
	})
	return s
}

func TestBrokerStore(t *testing.T) {
	brokertest.Run(t, func(t *testing.T) broker.Store { return open(t, t.TempDir()) })
}

func BenchmarkRedeem(b *testing.B) { brokertest.Benchmark(b, open(b, b.TempDir())) }

func TestSessionsSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	first, err := store.Open(t.Context(), dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := first.SaveSession(t.Context(), brokertest.Full("s_1")); err != nil {
		t.Fatal(err)
	}
	if err := first.Close(); err != nil {
		t.Fatal(err)
	}
	sessions, err := open(t, dir).OpenSessions(t.Context())
	if err != nil || len(sessions) != 1 || sessions[0].ID != "s_1" {
		t.Errorf("OpenSessions = %v, %v", sessions, err)
	}
}

func TestNobodyElseCanReadTheFiles(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "a folder? 100%")
	if err := os.Mkdir(dir, 0o755); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join(dir, store.FileName), nil, 0o644); err != nil {
		t.Fatal(err)
	}
	s := open(t, dir)
	if err := s.SaveSession(t.Context(), brokertest.Full("s_1")); err != nil {
		t.Fatal(err)
	}
	files, err := filepath.Glob(filepath.Join(dir, store.FileName+"*"))
	if err != nil || len(files) != 3 {
		t.Errorf("want the database and two files beside it, got %v, %v", files, err)
	}
	for _, file := range files {
		info, err := os.Stat(file)
		if err != nil || info.Mode().Perm() != 0o600 {
			t.Errorf("%s: %v, %v", file, info.Mode(), err)
		}
	}
}

func TestVersionMovesWithEveryChange(t *testing.T) {
	dir := t.TempDir()
	relay, command := open(t, dir), open(t, dir)
	for who, s := range map[string]*store.Store{"own": relay, "foreign": command} {
		before, err := relay.Version(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if same, err := relay.Version(t.Context()); err != nil || same != before {
			t.Errorf("the version moved by itself: %d, %d, %v", before, same, err)
		}
		if err := s.SaveSession(t.Context(), brokertest.Full("s_"+who)); err != nil {
			t.Fatal(err)
		}
		if after, err := relay.Version(t.Context()); err != nil || after == before {
			t.Errorf("%s change: version %d, then %d, %v", who, before, after, err)
		}
	}
}

func TestHealthAndDamage(t *testing.T) {
	s := open(t, t.TempDir())
	if err := errors.Join(s.Ping(t.Context()), s.Check(t.Context())); err != nil {
		t.Error(err)
	}
	closed, err := store.Open(t.Context(), t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if err := closed.Close(); err != nil {
		t.Fatal(err)
	}
	if err := closed.Ping(t.Context()); err == nil {
		t.Error("a closed database answers")
	}
}

func TestDatabasesThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		spoil func(t *testing.T, dir string)
		want  string
	}{
		"from a newer version": {
			run("INSERT INTO migrations VALUES (9999, '9999_later.sql', 'x', 0)"), "newer version",
		},
		"from another edition": {
			run("UPDATE migrations SET sum = 'x' WHERE number = 1"), "another edition",
		},
		"not a database": {
			func(t *testing.T, dir string) { write(t, dir, strings.Repeat("something else ", 1000)) }, "not a database",
		},
		"a folder": {
			func(t *testing.T, dir string) {
				if err := os.Mkdir(filepath.Join(dir, store.FileName), 0o700); err != nil {
					t.Fatal(err)
				}
			}, "is a directory",
		},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			c.spoil(t, dir)
			s, err := store.Open(t.Context(), dir)
			if err == nil {
				t.Fatalf("Open worked; Close = %v", s.Close())
			}
			if !strings.Contains(err.Error(), c.want) || problem.Hint(err) == "" {
				t.Errorf("Open = %v, hint %q", err, problem.Hint(err))
			}
		})
	}
}

// run makes a database and changes it behind the store's back.
func run(statement string) func(*testing.T, string) {
	return func(t *testing.T, dir string) {
		s, err := store.Open(t.Context(), dir)
		if err != nil {
			t.Fatal(err)
		}
		db, err := sql.Open("sqlite", filepath.Join(dir, store.FileName))
		if err != nil {
			t.Fatal(err)
		}
		_, err = db.ExecContext(t.Context(), statement)
		if err := errors.Join(err, db.Close(), s.Close()); err != nil {
			t.Fatal(err)
		}
	}
}

func write(t *testing.T, dir, content string) {
	if err := os.WriteFile(filepath.Join(dir, store.FileName), []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestLockedByAnotherProgram(t *testing.T) {
	dir := t.TempDir()
	run("SELECT 1")(t, dir)
	db, err := sql.Open("sqlite", filepath.Join(dir, store.FileName)+"?_txlock=exclusive")
	if err != nil {
		t.Fatal(err)
	}
	tx, err := db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Open(t.Context(), dir)
	if err == nil || !strings.Contains(problem.Hint(err), "locked the database") {
		t.Errorf("Open = %v, hint %q", err, problem.Hint(err))
	}
	if err := errors.Join(tx.Rollback(), db.Close()); err != nil {
		t.Error(err)
	}
}
