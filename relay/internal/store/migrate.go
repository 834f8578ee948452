package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io/fs"
	"path"
	"strconv"
	"strings"
	"time"
)

//go:embed migrations/*.sql
var migrationFiles embed.FS

// migration is one step from a version of the database to the next.
type migration struct {
	number int
	name   string
	sql    string
	sum    string // SHA-256 of sql, in hexadecimal
}

var (
	errNewer   = errors.New("the database is from a newer version of the relay")
	errChanged = errors.New("the database was made by another edition of the relay")
)

// migrations returns the embedded steps. Their names are NNNN_what.sql, numbered
// from 1 without gaps; files that are released never change.
func migrations(files fs.FS) ([]migration, error) {
	names, err := fs.Glob(files, "migrations/*.sql") // sorted
	if err != nil {
		return nil, err
	}
	steps := make([]migration, 0, len(names))
	last := 0
	for _, name := range names {
		data, err := fs.ReadFile(files, name)
		if err != nil {
			return nil, err
		}
		number, _, _ := strings.Cut(path.Base(name), "_")
		n, err := strconv.Atoi(number)
		if err != nil || n != last+1 {
			return nil, fmt.Errorf("migration %s: want number %04d", name, last+1)
		}
		last = n
		sum := sha256.Sum256(data)
		steps = append(steps, migration{number: n, name: path.Base(name), sql: string(data), sum: hex.EncodeToString(sum[:])})
	}
	return steps, nil
}

// migrate brings the database to the newest version, in one transaction: another
// process that opens it at the same time waits, and a step that fails leaves what
// was there.
func migrate(ctx context.Context, db *sql.DB) error {
	steps, err := migrations(migrationFiles)
	if err != nil {
		return err
	}
	conn, err := db.Conn(ctx)
	if err != nil {
		return err
	}
	err = transact(ctx, conn, func(tx *sql.Tx) error { return applyMissing(ctx, tx, steps) })
	return errors.Join(err, conn.Close())
}

func applyMissing(ctx context.Context, tx *sql.Tx, steps []migration) error {
	_, err := tx.ExecContext(ctx, `CREATE TABLE IF NOT EXISTS migrations (
		number INTEGER PRIMARY KEY, name TEXT NOT NULL, sum TEXT NOT NULL, applied INTEGER NOT NULL) STRICT`)
	if err != nil {
		return err
	}
	done, err := checkApplied(ctx, tx, steps)
	if err != nil {
		return err
	}
	for _, m := range steps[done:] {
		if _, err := tx.ExecContext(ctx, m.sql); err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
		_, err := tx.ExecContext(ctx, "INSERT INTO migrations VALUES (?, ?, ?, ?)", m.number, m.name, m.sum, time.Now().UnixNano())
		if err != nil {
			return fmt.Errorf("migration %s: %w", m.name, err)
		}
	}
	return nil
}

// checkApplied compares what was done to the database with what this version would
// have done, and returns how many steps are done.
func checkApplied(ctx context.Context, tx *sql.Tx, steps []migration) (done int, err error) {
	rows, err := tx.QueryContext(ctx, "SELECT number, name, sum FROM migrations ORDER BY number")
	if err != nil {
		return 0, err
	}
	defer func() { err = errors.Join(err, rows.Close()) }()
	for rows.Next() {
		var number int
		var name, sum string
		if err := rows.Scan(&number, &name, &sum); err != nil {
			return 0, err
		}
		if done == len(steps) || number > steps[len(steps)-1].number {
			return 0, fmt.Errorf("%w: it has step %s", errNewer, name)
		}
		if number != steps[done].number || steps[done].sum != sum {
			return 0, fmt.Errorf("%w: step %s is not ours", errChanged, name)
		}
		done++
	}
	return done, rows.Err()
}
