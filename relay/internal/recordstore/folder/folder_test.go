package folder_test

import (
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/recordstore"
	"github.com/lendhand/lendhand/relay/internal/recordstore/blobstest"
	"github.com/lendhand/lendhand/relay/internal/recordstore/folder"
)

func TestFolder(t *testing.T) {
	blobstest.Run(t, func(t *testing.T) recordstore.Blobs { return open(t, filepath.Join(t.TempDir(), "recordings[1]*")) })
}

func open(t *testing.T, path string) *folder.Folder {
	t.Helper()
	f, err := folder.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestNobodyElseMayLook(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // which has no modes
	}
	path := filepath.Join(t.TempDir(), "r")
	if err := open(t, path).Put(t.Context(), "s_1/v", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	err := filepath.WalkDir(path, func(name string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		info, err := entry.Info()
		if err == nil && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v", name, info.Mode())
		}
		return err
	})
	if err != nil {
		t.Error(err)
	}
}

// Scenario: the machine crashes while a volume is written.
func TestWhatACrashLeavesIsRemoved(t *testing.T) {
	path := filepath.Join(t.TempDir(), "r*")
	if err := open(t, path).Put(t.Context(), "s_1/v", strings.NewReader("x"), 1); err != nil {
		t.Fatal(err)
	}
	half := filepath.Join(path, "s_1", ".half-123")
	if err := os.WriteFile(half, []byte("h"), 0o600); err != nil {
		t.Fatal(err)
	}
	f := open(t, path)
	if _, err := os.Stat(half); !os.IsNotExist(err) {
		t.Errorf("%s is still there: %v", half, err)
	}
	if n, err := f.Size(t.Context(), "s_1/v"); err != nil || n != 1 {
		t.Errorf("the whole one: %d, %v", n, err)
	}
}
