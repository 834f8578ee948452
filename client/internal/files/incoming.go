package files

import (
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"os"
	"sync"
	"sync/atomic"
)

// Incoming is a file on its way here. Its methods may be called from any goroutine; after
// Keep and Drop nothing is written any more.
type Incoming struct {
	box        *Inbox
	name, part string
	size       int64

	have atomic.Int64 // written with mu held

	mu   sync.Mutex
	file *os.File // nil when it is over, or being kept
	hash hash.Hash
}

func newIncoming(box *Inbox, file *os.File, name, part string, size int64) *Incoming {
	return &Incoming{box: box, file: file, name: name, part: part, size: size, hash: sha256.New()}
}

// Name is what it will be called, unless that name is taken by then.
func (f *Incoming) Name() string { return f.name }

// Size is how many bytes it will have.
func (f *Incoming) Size() int64 { return f.size }

// Have is how many of its bytes have come. It waits for no disk.
func (f *Incoming) Have() int64 { return f.have.Load() }

// Write appends to the file. Its errors wrap ErrDamaged, for more than its size, ErrRoom
// and os.ErrClosed.
func (f *Incoming) Write(p []byte) (int, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	switch {
	case f.file == nil:
		return 0, os.ErrClosed
	case int64(len(p)) > f.size-f.have.Load():
		return 0, fmt.Errorf("%w: more than %d bytes", ErrDamaged, f.size)
	}
	n, err := f.file.Write(p)
	_, _ = f.hash.Write(p[:n]) // never fails
	f.have.Add(int64(n))
	if err != nil {
		return n, fmt.Errorf("write a file: %w", roomOr(err))
	}
	return n, nil
}

// Sum is the SHA-256 of what has come, in hexadecimal.
func (f *Incoming) Sum() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return hex.EncodeToString(f.hash.Sum(nil))
}

// Keep gives the file its name, when it is whole. It waits for the disk, and then does the
// last step by way of do, which may refuse it, with kept told of the name in it. When it
// fails, nothing is left of the file. Its errors wrap ErrDamaged, ErrRoom and os.ErrClosed.
func (f *Incoming) Keep(sum string, do func(act func()) bool, kept func(name string)) error {
	file, err := f.finish(sum)
	if err != nil {
		return err
	}
	markOrigin(file)
	about, err := file.Stat()
	if err = errors.Join(err, file.Sync(), file.Close()); err == nil {
		err = os.ErrClosed
		do(func() {
			var name string
			if name, err = f.settle(about); err == nil {
				kept(name)
			}
		})
	}
	if err != nil {
		_ = f.box.root.Remove(f.part) // the error is the one that matters
		return fmt.Errorf("keep a file: %w", roomOr(err))
	}
	return nil
}

// finish ends the writing, and gives the file if it is whole. Who keeps it holds no lock
// while do asks for permission: whoever is asked may be waiting for a Write.
func (f *Incoming) finish(sum string) (*os.File, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.file == nil {
		return nil, os.ErrClosed
	}
	if f.have.Load() != f.size || hex.EncodeToString(f.hash.Sum(nil)) != sum {
		f.drop()
		return nil, ErrDamaged
	}
	file := f.file
	f.file = nil
	return file, nil
}

// settle links the file under a name that is free: unlike a rename, that replaces nothing.
func (f *Incoming) settle(about os.FileInfo) (string, error) {
	for n := range maxTwins {
		name := twin(f.name, n)
		err := place(f.box.root, f.part, name)
		if err == nil {
			return name, f.isIt(name, about)
		}
		if !errors.Is(err, os.ErrExist) {
			return "", err
		}
	}
	return "", os.ErrExist
}

// isIt takes a name away again that is not of the file which was written and checked: some
// other program has put something else into the place of the partial one.
func (f *Incoming) isIt(name string, about os.FileInfo) error {
	now, err := f.box.root.Lstat(name)
	if err == nil && !os.SameFile(now, about) {
		err = ErrDamaged
	}
	if err != nil {
		_ = f.box.root.Remove(name) // the error is the one that matters
	}
	return err
}

// Drop leaves nothing of the file, unless Keep has begun: that is ended by its do. It may be
// called twice.
func (f *Incoming) Drop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.drop()
}

// drop is called with mu held.
func (f *Incoming) drop() {
	if f.file == nil {
		return
	}
	_ = f.file.Close() // it is thrown away
	f.file = nil
	_ = f.box.root.Remove(f.part) // somebody else may have
}
