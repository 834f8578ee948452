package store

import (
	"errors"
	"fmt"
	"io/fs"

	"modernc.org/sqlite"
	sqlite3 "modernc.org/sqlite/lib"

	"github.com/lendhand/lendhand/signaling/problem"
)

var errDamaged = errors.New("the database is damaged")

// explain says what an error on opening means to the person who starts the relay.
func explain(path string, err error) error {
	err = fmt.Errorf("open database %s: %w", path, err)
	switch code := resultCode(err); {
	case errors.Is(err, errNewer):
		return problem.Wrap(err, "Install the version that made it, or a later one.")
	case errors.Is(err, errChanged):
		return problem.Wrap(err, "Use the program that made it, or another data folder.")
	case errors.Is(err, fs.ErrPermission), code == sqlite3.SQLITE_READONLY, code == sqlite3.SQLITE_PERM:
		return problem.Wrap(err, "Give the data folder and all files in it to the account that runs the relay.")
	case code == sqlite3.SQLITE_BUSY, code == sqlite3.SQLITE_LOCKED:
		return problem.Wrap(err, "Another program has locked the database. End it, or wait until it is done.")
	case code == sqlite3.SQLITE_NOTADB, code == sqlite3.SQLITE_CORRUPT, errors.Is(err, errDamaged):
		return problem.Wrap(err, "The file is damaged or something else. Move it away and restore it from a backup.")
	case code == sqlite3.SQLITE_FULL, code == sqlite3.SQLITE_IOERR, code == sqlite3.SQLITE_CANTOPEN:
		return problem.Wrap(err, "Look at the disk of the data folder: it may be full, read-only or gone.")
	}
	return problem.Wrap(err, "Run \"lendhand-relay doctor\" and look at the data folder.")
}

// resultCode returns SQLite's primary result code in err's chain, or zero.
func resultCode(err error) int {
	var e *sqlite.Error
	if errors.As(err, &e) {
		return e.Code() & 0xff
	}
	return 0
}

// isUnique reports whether a row would have been there twice.
func isUnique(err error) bool {
	var e *sqlite.Error
	return errors.As(err, &e) && e.Code() == sqlite3.SQLITE_CONSTRAINT_UNIQUE
}
