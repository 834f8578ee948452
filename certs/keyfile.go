package certs

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
)

// maxPEM bounds what is read from a certificate or key file, in bytes.
const maxPEM = 1 << 20

// Bits of a file's mode that a key must not have.
const (
	ownerOnly   fs.FileMode = 0o077 // our own key: nobody else
	groupMayToo fs.FileMode = 0o007 // a key of others' making: a group may share it
)

// readKey reads a private key after looking at who else could. Windows has no
// such mode bits; there the folder's access list has to do.
func readKey(path string, refuse fs.FileMode) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&refuse != 0 {
		return nil, fmt.Errorf("%s has mode %04o, make it %04o: %w", path, mode, mode&^refuse, ErrKeyExposed)
	}
	return readSmall(path)
}

// readSmall reads a file of at most maxPEM bytes.
func readSmall(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	data, err := io.ReadAll(io.LimitReader(f, maxPEM+1))
	if err = errors.Join(err, f.Close()); err != nil {
		return nil, err
	}
	if len(data) > maxPEM {
		return nil, fmt.Errorf("%s: larger than %d bytes", path, maxPEM)
	}
	return data, nil
}

// writeNew writes a file whole or not at all, so that a crash or a full disk
// leaves nothing half written under its name.
func writeNew(path string, data []byte, mode fs.FileMode) error {
	f, err := os.CreateTemp(filepath.Dir(path), "."+filepath.Base(path)+"-*")
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(f.Name()) }() // gone already when all went well
	_, err = f.Write(data)
	err = errors.Join(err, f.Chmod(mode), f.Sync(), f.Close())
	if err != nil {
		return fmt.Errorf("write %s: %w", path, err)
	}
	return os.Rename(f.Name(), path)
}
