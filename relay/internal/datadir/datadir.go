// Package datadir is the folder that holds all that a relay keeps: who may look
// into it, which process has it, and the keys in it.
package datadir

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/lendhand/lendhand/signaling/problem"
)

// folderMode lets nobody but the relay's own account in.
const folderMode fs.FileMode = 0o700

// Prepare makes dir where it is missing, and checks that it is a folder in which
// files can be made. Its errors carry hints.
func Prepare(dir string) error {
	if err := os.MkdirAll(dir, folderMode); err != nil {
		return explain(dir, err)
	}
	return Writable(dir)
}

// Writable checks that dir is a folder in which files can be made.
func Writable(dir string) error {
	info, err := os.Stat(dir)
	if err != nil {
		return explain(dir, err)
	}
	if !info.IsDir() {
		return notFolder(dir)
	}
	f, err := os.CreateTemp(dir, ".check-*")
	if err != nil {
		return explain(dir, err)
	}
	return errors.Join(f.Close(), os.Remove(f.Name()))
}

// Exposed reports whether other accounts of this machine may look into dir.
func Exposed(dir string) (bool, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return false, explain(dir, err)
	}
	return runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0, nil
}

func explain(dir string, err error) error {
	switch {
	case errors.Is(err, fs.ErrPermission):
		return problem.Wrap(fmt.Errorf("data folder %s is not writable: %w", dir, err),
			"Give the folder to the account that runs the relay, or choose another one with --data.")
	case isFile(dir):
		return notFolder(dir)
	case errors.Is(err, fs.ErrNotExist):
		return problem.Wrap(fmt.Errorf("data folder %s does not exist: %w", dir, err),
			"Start the relay once, or say with --data where its folder is.")
	}
	return problem.Wrap(fmt.Errorf("data folder %s cannot be used: %w", dir, err),
		"Look at the disk: it may be full, read-only or gone. Or choose another folder with --data.")
}

func notFolder(dir string) error {
	return problem.New(fmt.Sprintf("data folder %s is not a folder", dir),
		"Choose a folder with --data, or move away what is in its place.")
}

// isFile reports whether path, or a folder above it, is something else than a
// folder: that is what MkdirAll trips over.
func isFile(path string) bool {
	for {
		if info, err := os.Stat(path); err == nil {
			return !info.IsDir()
		}
		parent := filepath.Dir(path)
		if parent == path {
			return false
		}
		path = parent
	}
}
