package files

import (
	"errors"
	"os"
	"path/filepath"
	"syscall"
	"testing"
)

// smallDisk mounts one of a MiB. Where nobody may mount it returns false.
func smallDisk(t *testing.T) (dir string, ok bool) {
	t.Helper()
	dir = t.TempDir()
	err := syscall.Mount("lendhand-test", dir, "tmpfs", 0, "mode=0700,size=1m")
	if errors.Is(err, syscall.EPERM) || errors.Is(err, syscall.EACCES) {
		t.Logf("no disk can be mounted here: %v", err)
		return "", false
	}
	must(t, err)
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// The disk is too small for a file, and then fills while one comes: that is told from other
// faults, nothing stays of it, and there is room again for a smaller one.
func TestTheDiskFills(t *testing.T) {
	disk, ok := smallDisk(t)
	if !ok {
		return
	}
	b, err := Open(disk)
	must(t, err)
	t.Cleanup(func() { _ = b.Close() })
	if _, err := b.Take("a", 1<<20); !errors.Is(err, ErrRoom) {
		t.Errorf("as large as the disk: %v", err)
	}

	f, err := b.Take("a", 900<<10)
	must(t, err)
	must(t, os.WriteFile(filepath.Join(disk, "theirs"), make([]byte, 500<<10), 0o600))
	for err == nil {
		_, err = f.Write(make([]byte, 16<<10))
	}
	if !errors.Is(err, ErrRoom) || f.Have() > 600<<10 {
		t.Errorf("after %d bytes: %v", f.Have(), err)
	}
	f.Drop()
	if got := inFolder(t, b.Dir()); len(got) > 0 {
		t.Errorf("left: %q", got)
	}
	must(t, take(t, b, "b", "text").Keep(sumOf("text"), doIt, at(func() {})))
}
