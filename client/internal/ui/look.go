package ui

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// lookWithin is how long a look at a file may take: a disk that is gone answers never.
const lookWithin = 2 * time.Second

// Why a file cannot be given.
var (
	ErrNoFile      = errors.New("there is no such file")
	ErrNotRegular  = errors.New("that is a folder, or no file that can be given")
	ErrFileClosed  = errors.New("that file cannot be read")
	ErrFileTooLate = errors.New("that file cannot be reached")
	ErrFileLarge   = errors.New("that file is larger than 4 GiB")
)

// File is a file that the person can give.
type File struct {
	Path, Name string
	Size       int64 // in bytes
}

// Look looks at the file of a path. Its error says why it cannot be given.
func Look(path string) (File, error) {
	type found struct {
		file File
		err  error
	}
	looked := make(chan found, 1)
	go func() { // joined below, unless the disk keeps it
		file, err := look(path)
		looked <- found{file, err}
	}()
	late := time.NewTimer(lookWithin)
	defer late.Stop()
	select {
	case f := <-looked:
		return f.file, f.err
	case <-late.C:
		return File{}, ErrFileTooLate
	}
}

func look(path string) (File, error) {
	path, err := filepath.Abs(path)
	if err != nil {
		return File{}, ErrNoFile
	}
	info, err := os.Stat(path)
	switch {
	case err != nil:
		return File{}, ErrNoFile
	case !info.Mode().IsRegular():
		return File{}, ErrNotRegular // to open a pipe may take for ever
	case info.Size() > signaling.MaxFile:
		return File{}, ErrFileLarge
	}
	f, err := os.Open(path) //nolint:gosec // the person may give any file that is theirs
	if err != nil {
		return File{}, ErrFileClosed
	}
	_ = f.Close()
	return File{Path: path, Name: filepath.Base(path), Size: info.Size()}, nil
}

// typedPath is the path in what was typed, or dragged into the terminal: then it is in
// quotes.
func typedPath(typed string) string {
	path := strings.TrimSpace(typed)
	if n := len(path); n > 1 && (path[0] == '"' || path[0] == '\'') && path[n-1] == path[0] {
		path = path[1 : n-1]
	}
	if rest, ok := strings.CutPrefix(path, "~"+string(filepath.Separator)); ok {
		if home, err := os.UserHomeDir(); err == nil {
			path = filepath.Join(home, rest)
		}
	}
	return path
}
