package record

import (
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/record/recordtest"
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
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
			t.Error(err)
		}
	})
	return dir, true
}

// The host's disk fills while the relay is away: parts that it does not take are held in
// memory, in their order among those that it took, and all arrive.
func TestTheDiskFillsOnTheHost(t *testing.T) {
	t.Parallel()
	disk, ok := smallDisk(t)
	if !ok {
		return
	}
	s := &studio{t: t, relay: recordtest.New(t), dir: filepath.Join(disk, "recordings")}
	s.reopen(nil)
	s.relay.Break(func(http.ResponseWriter, *http.Request) bool { panic(http.ErrAbortHandler) })
	r := s.record(nil)
	n := 0
	shoot := func(length int) {
		t.Helper()
		for range 3 {
			write(t, r, film(true, screen, length)) // each a part of its own
			n++
			time.Sleep(100 * time.Millisecond)
		}
	}
	held := func() int {
		r.upload.spool.mu.Lock()
		defer r.upload.spool.mu.Unlock()
		return r.upload.spool.held
	}
	shoot(20_000)
	filler := filepath.Join(disk, "somebody-elses.log")
	if err := os.WriteFile(filler, make([]byte, 2<<20), ownerOnly); !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	shoot(20_000)
	eventually(t, "parts are held in memory", func() bool { return held() > 40_000 })
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	shoot(20_000)
	s.relay.Break(nil)
	if _, frames := all(t, s.ended(r)); len(frames) != n {
		t.Errorf("%d pictures, want %d", len(frames), n)
	}
	eventually(t, "nothing is left here", func() bool { return isEmpty(s.dir) })
	if held() != 0 {
		t.Errorf("%d bytes are held", held())
	}
}
