package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/signaling/problem"
)

// lockFile is held by the one relay that serves from a folder. The commands beside
// it need no lock: the database sees to that.
const lockFile = "relay.lock"

// ErrInUse says that another relay has the folder.
var ErrInUse = errors.New("another relay is using it")

// Lock is a claim on a folder. The system drops it with the process, however that
// ends.
type Lock struct{ file *os.File }

// Claim takes dir for this process, or fails with [ErrInUse].
func Claim(dir string) (*Lock, error) {
	file, err := os.OpenFile(filepath.Join(dir, lockFile), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, explain(dir, err)
	}
	if err := tryLock(file); err != nil {
		return nil, errors.Join(problem.Wrap(fmt.Errorf("data folder %s: %w", dir, err),
			"Stop the other relay first, or give this one a folder of its own with --data."), file.Close())
	}
	return &Lock{file: file}, nil
}

// Release gives the folder up. The file stays: removing it could take away the
// claim of a relay that starts at the same moment.
func (l *Lock) Release() error { return l.file.Close() }
