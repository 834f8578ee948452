package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"testing"
)

func TestBallast(t *testing.T) {
	const mib = 1 << 20
	dir := t.TempDir()
	var free, total int64
	var fail error
	b := &Ballast{path: filepath.Join(dir, ballastFile), space: func() (int64, int64, error) { return free, total, fail }}
	size := func() int64 {
		info, err := os.Stat(b.path)
		if err != nil {
			return 0
		}
		if info.Mode().Perm()&0o077 != 0 {
			t.Errorf("mode %v", info.Mode())
		}
		return info.Size()
	}
	for _, step := range []struct {
		what        string
		free, total int64
		full        bool
		size        int64
	}{
		{"a disk that is full from the start", 100 << 10, 100 * mib, true, 0},
		{"hardly any room", 5 * mib, 100 * mib, false, 0},
		{"room", 50 * mib, 100 * mib, false, 2 * mib},
		{"less of it", 3 * mib, 100 * mib, false, 2 * mib},
		{"none", 900 << 10, 100 * mib, true, 0},
		{"still little", 4 * mib, 100 * mib, false, 0},
		{"room again", 7 * mib, 100 * mib, false, 2 * mib},
		{"a large disk", 1 << 40, 2 << 40, false, 16 * mib},
	} {
		free, total = step.free, step.total
		full, err := b.Trim()
		if err != nil || full != step.full || size() != step.size {
			t.Errorf("%s: full %v, %d bytes, %v", step.what, full, size(), err)
		}
	}
	fail = errors.New("no such disk")
	if _, err := b.Trim(); !errors.Is(err, fail) || size() == 0 {
		t.Errorf("a disk that cannot be looked at: %v", err)
	}
}

func TestReceiptKey(t *testing.T) {
	dir := t.TempDir()
	first, err := OpenReceiptKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	if again, err := OpenReceiptKey(dir); err != nil || !again.Equal(first) {
		t.Errorf("read again: %v", err)
	}
	path := filepath.Join(dir, "keys", receiptKeyFile)
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("%v, %v", info, err)
	}
	if err := os.Chmod(path, 0o644); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReceiptKey(dir); !errors.Is(err, ErrKeyExposed) {
		t.Errorf("others can read it: %v", err)
	}
	if err := errors.Join(os.Chmod(path, 0o600), os.WriteFile(path, []byte("x"), 0o600)); err != nil {
		t.Fatal(err)
	}
	if _, err := OpenReceiptKey(dir); err == nil {
		t.Error("a damaged key is taken")
	}
}
