package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/signaling"
)

// Errors of an Outgoing.
var (
	// ErrNoFile says that there is no file which can be given: a folder, say, or a device.
	ErrNoFile = errors.New("no file that can be given")
	// ErrLarge says that a file is larger than one may be.
	ErrLarge = errors.New("too large a file")
	// ErrChanged says that a file has another size than when it was opened.
	ErrChanged = errors.New("the file has changed")
)

// Outgoing is a file that the person gives, as it was when they chose it. One goroutine
// uses it.
type Outgoing struct {
	// Name is the file's without its folder; Size is in bytes.
	Name string
	Size int64

	file *os.File
	hash hash.Hash
	at   int64
}

// Give opens a file that the person has chosen. Its errors wrap ErrNoFile and ErrLarge.
func Give(path string) (*Outgoing, error) {
	about, err := os.Stat(path) // first, as opening a pipe waits for its other end
	if err == nil && !about.Mode().IsRegular() {
		err = ErrNoFile
	}
	if err != nil {
		return nil, fmt.Errorf("give a file: %w", err)
	}
	// It may have become a pipe since.
	file, err := os.OpenFile(path, os.O_RDONLY|noWait, 0)
	if err != nil {
		return nil, fmt.Errorf("give a file: %w", err)
	}
	if about, err = file.Stat(); err == nil && !about.Mode().IsRegular() {
		err = ErrNoFile
	}
	if err == nil && about.Size() > signaling.MaxFile {
		err = ErrLarge
	}
	if err != nil {
		return nil, errors.Join(fmt.Errorf("give a file: %w", err), file.Close())
	}
	name := signaling.Clean(filepath.Base(path), signaling.MaxFileName)
	if name == "" {
		name = "file"
	}
	return &Outgoing{Name: name, Size: about.Size(), file: file, hash: sha256.New()}, nil
}

// GoOn goes on behind so many bytes of the file, which it reads for the hash, until ctx ends.
func (f *Outgoing) GoOn(ctx context.Context, from int64) error {
	if from < 0 || from > f.Size {
		return fmt.Errorf("give a file: from byte %d of %d", from, f.Size)
	}
	if _, err := f.file.Seek(0, io.SeekStart); err != nil {
		return err
	}
	f.hash.Reset()
	f.at = 0
	n, err := io.CopyN(f.hash, stoppable{ctx, f.file}, from)
	f.at = n
	if errors.Is(err, io.EOF) {
		return ErrChanged
	}
	return err
}

// stoppable is a reader that ends with a context.
type stoppable struct {
	ctx  context.Context //nolint:containedctx // it lives as long as one call
	from io.Reader
}

func (s stoppable) Read(p []byte) (int, error) {
	if err := s.ctx.Err(); err != nil {
		return 0, err
	}
	return s.from.Read(p)
}

// Read reads what comes next, and io.EOF behind the size that the file had. Its errors wrap
// ErrChanged.
func (f *Outgoing) Read(p []byte) (int, error) {
	left := f.Size - f.at
	if left == 0 {
		return 0, f.end()
	}
	n, err := f.file.Read(p[:min(int64(len(p)), left)])
	_, _ = f.hash.Write(p[:n]) // never fails
	f.at += int64(n)
	if errors.Is(err, io.EOF) && f.at < f.Size {
		return n, ErrChanged
	}
	return n, err
}

// end is io.EOF, unless the file has grown.
func (f *Outgoing) end() error {
	if about, err := f.file.Stat(); err != nil || about.Size() != f.Size {
		return errors.Join(ErrChanged, err)
	}
	return io.EOF
}

// Sum is the SHA-256 of what was read, in hexadecimal.
func (f *Outgoing) Sum() string { return hex.EncodeToString(f.hash.Sum(nil)) }

// Close closes the file.
func (f *Outgoing) Close() error { return f.file.Close() }
