//go:build unix

package files

import (
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

func TestWhereDownloadsAre(t *testing.T) {
	for text, want := range map[string]string{
		"":                                    "",
		"XDG_DESKTOP_DIR=\"$HOME/Desktop\"\n": "",
		"XDG_DOWNLOAD_DIR=\"$HOME/Téléchargé\"":  "/home/anna/Téléchargé",
		"# no\n  XDG_DOWNLOAD_DIR=\"/data/in/\"": "/data/in",
		"XDG_DOWNLOAD_DIR=\"$HOME/\"":            "", // whose desktop has no such folder
		"XDG_DOWNLOAD_DIR=\"relative\"":          "",
	} {
		file := filepath.Join(t.TempDir(), "user-dirs.dirs")
		must(t, os.WriteFile(file, []byte(text), 0o600))
		if got := named(file, "/home/anna"); got != want {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	if got := named(filepath.Join(t.TempDir(), "none"), "/home/anna"); got != "" {
		t.Errorf("without the file: %q", got)
	}
}

// A pipe is not even opened: that would wait for its other end.
func TestAPipeIsNotGiven(t *testing.T) {
	path := filepath.Join(t.TempDir(), "pipe")
	must(t, syscall.Mkfifo(path, 0o600))
	refused := make(chan error, 1)
	go func() {
		_, err := Give(path)
		refused <- err
	}()
	select {
	case err := <-refused:
		if err == nil {
			t.Error("it is given")
		}
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for the other end")
	}
}
