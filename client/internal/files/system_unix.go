//go:build unix

package files

import (
	"errors"
	"os"

	"golang.org/x/sys/unix"
)

// noWait has a pipe opened without its other end.
const noWait = unix.O_NONBLOCK

// space is how many bytes are free for this user on the disk of a folder, and how many it
// has.
func space(dir string) (free, whole int64, err error) {
	var s unix.Statfs_t
	if err := unix.Statfs(dir, &s); err != nil {
		return 0, 0, err
	}
	size := int64(s.Bsize) //nolint:unconvert // of another type on macOS
	return int64(s.Bavail) * size, int64(s.Blocks) * size, nil
}

func isFull(err error) bool { return errors.Is(err, unix.ENOSPC) || errors.Is(err, unix.EDQUOT) }

// markOrigin has nothing to do: what came by a network is marked on Windows alone. What
// makes a file one that can be run is that it has the right, which these have not.
func markOrigin(*os.File) {}
