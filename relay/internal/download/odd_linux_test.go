package download

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// What is in the folder, but is no program of ours.
func TestOnlyRegularFilesRightInTheFolder(t *testing.T) {
	folder, outside := t.TempDir(), t.TempDir()
	write(t, outside, "secret", "secret")
	for _, made := range []error{
		os.Symlink(filepath.Join(outside, "secret"), filepath.Join(folder, "lendhand")),
		syscall.Mkfifo(filepath.Join(folder, "lendhand.exe"), 0o600),
		os.Mkdir(filepath.Join(folder, "lendhand.app.zip"), 0o700),
	} {
		if made != nil {
			t.Fatal(made)
		}
	}
	s := start(t, time.Hour, folder)
	if list := programs(t, s); len(list) != 0 {
		t.Errorf("there are %v", list)
	}
	for _, name := range append(Names(), "", ".", "..", "../secret", filepath.Join(outside, "secret"), "lendhand/../lendhand", "lendhand\x00") {
		if f, err := s.Open(t.Context(), name); !errors.Is(err, ErrNone) {
			t.Errorf("Open(%q) = %v, %v", name, f, err)
		}
	}
}
