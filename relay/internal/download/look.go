package download

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"time"
)

// File is an open program.
type File struct {
	*os.File
	Program
	// Changed is when the file was written last.
	Changed time.Time
}

// stamp tells one state of a file from another.
type stamp struct {
	folder  string
	size    int64
	changed time.Time
	info    fs.FileInfo
}

func (s stamp) equal(o stamp) bool {
	return s.folder == o.folder && s.size == o.size && s.changed.Equal(o.changed) && os.SameFile(s.info, o.info)
}

// look brings what is known of each program up to date.
func (s *Shelf) look(ctx context.Context) {
	for _, name := range Names() {
		s.mu.Lock()
		before, known := s.found[name]
		s.mu.Unlock()
		now, err := s.lookAt(ctx, name, before)
		s.mu.Lock()
		switch {
		case ctx.Err() != nil:
		case errors.Is(err, fs.ErrNotExist):
			delete(s.found, name)
		case err != nil:
			s.cfg.Log.Warn("program not offered", "name", name, "error", err)
			delete(s.found, name)
		default:
			s.found[name] = now
		}
		s.mu.Unlock()
		if err == nil && (!known || !now.stamp.equal(before.stamp)) {
			s.cfg.Log.Info("program offered", "name", name, "folder", now.stamp.folder, "size", now.Size, "sha256", now.SHA256, "signed", now.Signed)
		}
	}
}

// lookAt finds a program in the first folder that has it, and hashes it unless it is
// what was known before.
func (s *Shelf) lookAt(ctx context.Context, name string, before found) (found, error) {
	for _, folder := range s.cfg.Folders {
		file, at, err := open(folder, name)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return found{}, err
		}
		if before.SHA256 != "" && at.equal(before.stamp) {
			return before, closed(file)
		}
		p, err := s.read(ctx, name, file, at.size)
		return found{Program: p, stamp: at}, errors.Join(err, closed(file))
	}
	return found{}, fs.ErrNotExist
}

// open opens a regular file right in the folder; no link leads out of it.
func open(folder, name string) (file *os.File, at stamp, err error) {
	root, err := os.OpenRoot(folder)
	if err != nil {
		return nil, stamp{}, err
	}
	defer func() { err = errors.Join(err, root.Close()) }()
	// Opening what is no regular file might wait for ever.
	if info, err := root.Stat(name); err != nil {
		return nil, stamp{}, err
	} else if !info.Mode().IsRegular() {
		return nil, stamp{}, fmt.Errorf("%s is no regular file", name)
	}
	if file, err = root.Open(name); err != nil {
		return nil, stamp{}, err
	}
	info, err := file.Stat()
	if err != nil {
		return nil, stamp{}, errors.Join(err, file.Close())
	}
	return file, stamp{folder: folder, size: info.Size(), changed: info.ModTime(), info: info}, nil
}

func closed(file *os.File) error {
	if file == nil {
		return nil
	}
	return file.Close()
}

// read hashes a program.
func (s *Shelf) read(ctx context.Context, name string, file *os.File, size int64) (Program, error) {
	hash := sha256.New()
	n, err := io.Copy(hash, until(ctx, file))
	switch {
	case err != nil:
		return Program{}, fmt.Errorf("hash %s: %w", name, err)
	case n != size || n == 0:
		return Program{}, fmt.Errorf("%s is empty or is being written", name)
	}
	saveAs, pointed := saveAs(name, s.cfg.Relay)
	return Program{
		System: systemOf(name), Name: name, SaveAs: saveAs, Pointed: pointed, Size: size,
		SHA256: hex.EncodeToString(hash.Sum(nil)), Signed: name == nameWindows && signed(file), Kind: kindOf(name),
	}, nil
}

// reader is a function that reads.
type reader func([]byte) (int, error)

func (r reader) Read(b []byte) (int, error) { return r(b) }

// until reads until ctx ends: a relay that stops waits for no large file.
func until(ctx context.Context, from io.Reader) io.Reader {
	return reader(func(b []byte) (int, error) {
		if err := context.Cause(ctx); err != nil {
			return 0, err
		}
		return from.Read(b)
	})
}
