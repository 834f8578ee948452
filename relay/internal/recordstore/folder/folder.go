// Package folder keeps the volumes of recordings as files in a folder.
//
// A file is written beside its place, synchronised, and renamed into it: a crash leaves a
// whole one or none. Nobody but the relay's own account may look.
package folder

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"github.com/lendhand/lendhand/relay/internal/durable"
	"github.com/lendhand/lendhand/relay/internal/recordstore"
)

const (
	folderMode fs.FileMode = 0o700
	// half begins the names of files that are being written; no blob's name begins so.
	half = ".half-"
)

// Folder is a [recordstore.Blobs].
type Folder struct{ path string }

// Open makes the folder where it is missing, and removes what a crash left half written.
func Open(path string) (*Folder, error) {
	if err := os.MkdirAll(path, folderMode); err != nil {
		return nil, fmt.Errorf("folder of recordings: %w", err)
	}
	halves, err := filepath.Glob(filepath.Join(escape(path), "*", half+"*"))
	for _, name := range halves {
		err = errors.Join(err, os.Remove(name))
	}
	if err != nil {
		return nil, fmt.Errorf("folder of recordings: %w", err)
	}
	return &Folder{path: path}, nil
}

// escape has a path stand for itself in a pattern.
func escape(path string) string {
	if filepath.Separator == '\\' { // there is no escaping on Windows
		return path
	}
	return strings.NewReplacer(`\`, `\\`, `*`, `\*`, `?`, `\?`, `[`, `\[`).Replace(path)
}

func (f *Folder) file(name string) (string, error) {
	if err := recordstore.CheckName(name); err != nil {
		return "", err
	}
	return filepath.Join(f.path, filepath.FromSlash(name)), nil
}

// Put implements [recordstore.Blobs].
func (f *Folder) Put(ctx context.Context, name string, r io.Reader, size int64) (err error) {
	path, err := f.file(name)
	if err != nil {
		return err
	}
	if err := durable.Mkdir(filepath.Dir(path), folderMode); err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	file, err := os.CreateTemp(filepath.Dir(path), half) // mode 0600
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, err)
	}
	n, err := io.Copy(file, &reader{ctx, r})
	if err == nil && n != size {
		err = fmt.Errorf("%d bytes came, not %d", n, size)
	}
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err == nil {
		err = durable.Rename(file.Name(), path)
	}
	if err != nil {
		return fmt.Errorf("keep %s: %w", name, errors.Join(err, os.Remove(file.Name())))
	}
	return nil
}

// reader ends with its context.
type reader struct {
	ctx context.Context
	r   io.Reader
}

func (r *reader) Read(p []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.r.Read(p)
}

// Get implements [recordstore.Blobs].
func (f *Folder) Get(ctx context.Context, name string, offset, length int64) (io.ReadCloser, error) {
	path, err := f.file(name)
	if err != nil {
		return nil, err
	}
	file, err := os.Open(path)
	if err != nil {
		return nil, explain(name, err)
	}
	return struct {
		io.Reader
		io.Closer
	}{&reader{ctx, io.NewSectionReader(file, offset, length)}, file}, nil
}

// Size implements [recordstore.Blobs].
func (f *Folder) Size(ctx context.Context, name string) (int64, error) {
	path, err := f.file(name)
	if err = errors.Join(err, ctx.Err()); err != nil {
		return 0, err
	}
	info, err := os.Stat(path)
	if err != nil {
		return 0, explain(name, err)
	}
	return info.Size(), nil
}

// List implements [recordstore.Blobs].
func (f *Folder) List(ctx context.Context, folder string) (blobs []recordstore.Blob, err error) {
	if err := errors.Join(recordstore.CheckFolder(folder), ctx.Err()); err != nil {
		return nil, err
	}
	files, err := os.ReadDir(filepath.Join(f.path, folder)) // sorted
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("list %s: %w", folder, err)
	}
	for _, file := range files {
		name := folder + "/" + file.Name()
		if recordstore.CheckName(name) != nil {
			continue
		}
		info, err := file.Info()
		if errors.Is(err, fs.ErrNotExist) {
			continue // just now
		}
		if err != nil {
			return nil, fmt.Errorf("list %s: %w", folder, err)
		}
		blobs = append(blobs, recordstore.Blob{Name: name, Size: info.Size()})
	}
	return blobs, nil
}

// Delete implements [recordstore.Blobs].
func (f *Folder) Delete(ctx context.Context, name string) error {
	path, err := f.file(name)
	if err = errors.Join(err, ctx.Err()); err != nil {
		return err
	}
	if err := os.Remove(path); err != nil && !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("delete %s: %w", name, err)
	}
	_ = os.Remove(filepath.Dir(path)) // once it is empty
	return nil
}

func explain(name string, err error) error {
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read %s: %w", name, recordstore.ErrNoBlob)
	}
	return fmt.Errorf("read %s: %w", name, err)
}
