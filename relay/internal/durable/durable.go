// Package durable changes folders so that a crash of the machine does not undo it.
package durable

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

// Mkdir makes a folder where there is none, in one that there is.
func Mkdir(path string, mode fs.FileMode) error {
	err := os.Mkdir(path, mode)
	if errors.Is(err, fs.ErrExist) {
		return nil
	}
	if err != nil {
		return err
	}
	return Sync(filepath.Dir(path))
}

// Rename gives a file, which is synchronised, its place in the same folder.
func Rename(from, to string) error {
	if err := os.Rename(from, to); err != nil {
		return err
	}
	return Sync(filepath.Dir(to))
}

// Sync has what was done in a folder on the disk when it returns.
func Sync(folder string) error {
	f, err := os.Open(folder)
	if err != nil {
		return err
	}
	if err := errors.Join(syncFolder(f), f.Close()); err != nil {
		return fmt.Errorf("synchronise %s: %w", folder, err)
	}
	return nil
}
