// Package store keeps accounts, sign-ins and sessions in one SQLite file.
//
// The relay and the commands beside it may have the file open at the same time. It
// is in write-ahead mode: readers never wait, writers wait for each other. A crash
// of the process loses nothing. A crash of the machine may lose the last moments of
// sessions, which then end as lost ones do; it loses no change to an account and no
// sign-out, which are synchronised to the disk one by one. What is deleted is overwritten:
// when a recording is, so is what was said in it.
package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver "sqlite"
)

// FileName is the database's name in the data folder.
const FileName = "lendhand.db"

const (
	// busyFor is how long a writer waits for another process.
	busyFor = 5 * time.Second
	readers = 4
)

// Store is the open file. It is safe for use from any goroutine.
type Store struct {
	path string
	// write has one connection, so that the process's own writers queue here rather
	// than to fail in the file. read has several, which cannot write.
	write, read *sql.DB
	// watch is one reading connection of its own: SQLite counts changes by connection.
	watch *sql.Conn
}

// Open opens the database in dir, makes it where there is none, and brings it to
// this version. Errors carry hints.
func Open(ctx context.Context, dir string) (*Store, error) {
	path := filepath.Join(dir, FileName)
	if err := private(path); err != nil {
		return nil, explain(path, err)
	}
	s, err := open(ctx, path)
	if err != nil {
		return nil, explain(path, err)
	}
	return s, nil
}

// private makes the file, or takes it away from others, before SQLite opens it:
// the files beside it get its mode.
func private(path string) error {
	f, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return err
	}
	return errors.Join(f.Chmod(0o600), f.Close())
}

func open(ctx context.Context, path string) (s *Store, err error) {
	s = &Store{path: path}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.Close())
		}
	}()
	if s.write, err = connect(path, 1, "journal_mode(WAL)", "synchronous(NORMAL)", "secure_delete(1)"); err != nil {
		return s, err
	}
	if err := migrate(ctx, s.write); err != nil {
		return s, err
	}
	if s.read, err = connect(path, readers+1, "query_only(1)"); err != nil {
		return s, err
	}
	s.watch, err = s.read.Conn(ctx)
	return s, err
}

func connect(path string, connections int, pragmas ...string) (*sql.DB, error) {
	options := url.Values{"_txlock": {"immediate"}}
	pragmas = append([]string{fmt.Sprintf("busy_timeout(%d)", busyFor.Milliseconds()), "foreign_keys(1)", "trusted_schema(0)"}, pragmas...)
	options["_pragma"] = pragmas
	dsn := url.URL{Scheme: "file", Opaque: (&url.URL{Path: filepath.ToSlash(path)}).EscapedPath(), RawQuery: options.Encode()}
	db, err := sql.Open("sqlite", dsn.String())
	if err != nil {
		return nil, err
	}
	db.SetMaxOpenConns(connections)
	db.SetMaxIdleConns(connections)
	return db, nil
}

// Close waits for what is under way and closes the file.
func (s *Store) Close() error {
	var errs []error
	if s.watch != nil {
		errs = append(errs, s.watch.Close())
	}
	for _, db := range []*sql.DB{s.read, s.write} {
		if db != nil {
			errs = append(errs, db.Close())
		}
	}
	return errors.Join(errs...)
}

// Ping reads from the file, to see that it answers.
func (s *Store) Ping(ctx context.Context) error {
	var n int
	if err := s.read.QueryRowContext(ctx, "SELECT count(*) FROM migrations").Scan(&n); err != nil {
		return fmt.Errorf("read the database: %w", err)
	}
	return nil
}

// Check looks at the whole file for damage.
func (s *Store) Check(ctx context.Context) error {
	var result string
	if err := s.read.QueryRowContext(ctx, "PRAGMA quick_check(1)").Scan(&result); err != nil {
		return explain(s.path, err)
	}
	if result != "ok" {
		return explain(s.path, fmt.Errorf("%w: %s", errDamaged, result))
	}
	return nil
}

// Version returns a number that is another one after every change by anybody,
// other processes too. It is cheap enough to ask twice a second. One goroutine at
// a time may ask.
func (s *Store) Version(ctx context.Context) (int64, error) {
	var n int64
	err := s.watch.QueryRowContext(ctx, "PRAGMA data_version").Scan(&n)
	if err != nil {
		return 0, fmt.Errorf("read the database's version: %w", err)
	}
	return n, nil
}

// durably runs change in a transaction that is on the disk when it returns.
func (s *Store) durably(ctx context.Context, change func(*sql.Tx) error) (err error) {
	conn, err := s.write.Conn(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, conn.Close()) }()
	if _, err := conn.ExecContext(ctx, "PRAGMA synchronous = FULL"); err != nil {
		return err
	}
	err = transact(ctx, conn, change)
	// Not by ctx: the connection goes back to others.
	_, back := conn.ExecContext(context.WithoutCancel(ctx), "PRAGMA synchronous = NORMAL")
	return errors.Join(err, back)
}

func transact(ctx context.Context, conn *sql.Conn, change func(*sql.Tx) error) error {
	tx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	if err := change(tx); err != nil {
		return errors.Join(err, tx.Rollback())
	}
	return tx.Commit()
}

// nanos returns t for a column, NULL when it is zero.
func nanos(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return t.UnixNano()
}

// moment is the way back.
func moment(n sql.NullInt64) time.Time {
	if !n.Valid {
		return time.Time{}
	}
	return time.Unix(0, n.Int64).UTC()
}
