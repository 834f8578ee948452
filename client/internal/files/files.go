// Package files keeps the files that a technician sends in a folder of their own, and
// reads those that the person gives.
//
// What comes is hostile: its name, its size and its bytes. It gets a name that neither
// Linux nor Windows reads in another way, in one folder that it cannot leave, never
// replaces anything, is not run, opened or unpacked, and leaves nothing behind when it
// does not arrive whole.
package files

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Errors of an Inbox and its files.
var (
	// ErrName says that nothing can be made of a file's name.
	ErrName = errors.New("no name for a file")
	// ErrRoom says that the disk would be too full, or has become so.
	ErrRoom = errors.New("too little room on the disk")
	// ErrMany says that too many files have come.
	ErrMany = errors.New("too many files")
	// ErrDamaged says that what came is not what was sent.
	ErrDamaged = errors.New("not what was sent")
)

const (
	// maxFiles is how many files one Inbox takes.
	maxFiles = 1000
	// spare is what must stay free on the disk, in bytes, and sparePart which part of it.
	spare     = 1 << 30
	sparePart = 20 // a twentieth
	// maxTwins is how many names are tried for a file whose name is taken.
	maxTwins = 1000
	// abandoned is how long a file that has not arrived is kept by nobody.
	abandoned = 24 * time.Hour
	// partial ends the name of a file that has not arrived yet.
	partial = ".part"
)

// folderName is the folder's in that of the person's downloads.
const folderName = "Lendhand"

// Inbox is the folder that files come into. Its methods may be called from any goroutine.
type Inbox struct {
	dir  string
	root *os.Root

	mu    sync.Mutex
	taken int
}

// Open makes the folder below that of the person's downloads where it is not there yet.
func Open(downloads string) (*Inbox, error) {
	dir := filepath.Join(downloads, folderName)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the folder for files: %w", err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, fmt.Errorf("open the folder for files: %w", err)
	}
	b := &Inbox{dir: dir, root: root}
	b.tidy()
	return b, nil
}

// tidy takes away what a program that was killed has left. What nobody has written to for so
// long is no file on its way.
func (b *Inbox) tidy() {
	left, _ := fs.Glob(b.root.FS(), ".*"+partial) // the pattern is a good one
	for _, name := range left {
		if about, err := b.root.Lstat(name); err == nil && time.Since(about.ModTime()) > abandoned {
			_ = b.root.Remove(name) // it is tried again the next time
		}
	}
}

// Dir is the folder's path.
func (b *Inbox) Dir() string { return b.dir }

// Close gives the folder back. Files that are on their way must be dropped before.
func (b *Inbox) Close() error { return b.root.Close() }

// Take begins a file of that name and size, in bytes. Its errors wrap ErrName, ErrRoom and
// ErrMany.
func (b *Inbox) Take(name string, size int64) (*Incoming, error) {
	safe, err := SafeName(name)
	switch {
	case err != nil:
		return nil, err
	case size < 0 || size > signaling.MaxFile:
		return nil, fmt.Errorf("take %q: %d bytes", safe, size)
	}
	if err := b.hasRoom(size); err != nil {
		return nil, err
	}
	if !b.count() {
		return nil, ErrMany
	}
	return b.create(safe, size)
}

func (b *Inbox) count() bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.taken++
	return b.taken <= maxFiles
}

// hasRoom fails when a file of that size would leave too little. A disk that does not tell
// is full when it says so.
func (b *Inbox) hasRoom(size int64) error {
	free, whole, err := space(b.dir)
	if err != nil {
		return nil //nolint:nilerr // see above
	}
	if keep := min(spare, whole/sparePart); free < size+keep {
		return fmt.Errorf("%w: %d bytes are free", ErrRoom, free)
	}
	return nil
}

// create makes the partial file, under a name that nobody has.
func (b *Inbox) create(name string, size int64) (*Incoming, error) {
	for n := range maxTwins {
		// The dot keeps it out of sight until it is whole.
		part := "." + twin(name, n) + partial
		f, err := b.root.OpenFile(part, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, os.ErrExist) {
			continue
		}
		if err != nil {
			return nil, fmt.Errorf("make a file: %w", roomOr(err))
		}
		return newIncoming(b, f, name, part, size), nil
	}
	return nil, fmt.Errorf("make a file: %w", os.ErrExist)
}

// roomOr makes an error that says that the disk is full an ErrRoom.
func roomOr(err error) error {
	if isFull(err) {
		return fmt.Errorf("%w: %w", ErrRoom, err)
	}
	return err
}
