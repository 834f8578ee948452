package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// ballastFile takes up room that the relay gives up when a disk is full.
const ballastFile = "ballast"

const (
	// The ballast is a fiftieth of the disk, within these bounds.
	leastBallast, mostBallast = 1 << 20, 16 << 20
	// It is given up when less than this part of it is free, and taken back when this many
	// times of it are.
	dropPart, takeTimes = 2, 3
)

// Ballast is room that is kept for the database: on a disk that others have filled, people
// still sign in, and the audit trail still says so.
type Ballast struct {
	// Set at construction.
	path  string
	space func() (free, total int64, err error)
}

// NewBallast returns that of a data folder. [Ballast.Trim] takes or drops it.
func NewBallast(dir string) *Ballast {
	return &Ballast{path: filepath.Join(dir, ballastFile), space: func() (int64, int64, error) { return Space(dir) }}
}

// Trim takes the room when there is plenty, and gives it up when there is none. It reports
// whether the disk is full.
func (b *Ballast) Trim() (full bool, err error) {
	free, total, err := b.space()
	if err != nil {
		return false, err
	}
	size := min(max(total/50, leastBallast), mostBallast)
	info, err := os.Stat(b.path)
	there := err == nil && info.Size() >= size
	switch full = free < size/dropPart; {
	case err != nil && !errors.Is(err, fs.ErrNotExist):
		return full, fmt.Errorf("ballast: %w", err)
	case full:
		if err := os.Remove(b.path); err != nil && !errors.Is(err, fs.ErrNotExist) {
			return true, fmt.Errorf("give up ballast: %w", err)
		}
	case !there && free > takeTimes*size:
		return false, b.take(size)
	}
	return full, nil
}

// take writes bytes, as holes take up no room.
func (b *Ballast) take(size int64) error {
	file, err := os.OpenFile(b.path, os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("take ballast: %w", err)
	}
	block := make([]byte, 64<<10)
	for i := range block {
		block[i] = byte(i*7 + 1) // some file systems make holes of zeros
	}
	for n := int64(0); n < size && err == nil; n += int64(len(block)) {
		_, err = file.Write(block)
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return fmt.Errorf("take ballast: %w", errors.Join(err, os.Remove(b.path)))
	}
	return nil
}
