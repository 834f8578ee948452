package app_test

import (
	"errors"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"syscall"
	"testing"
	"time"
)

// smallDisk mounts one of this many MiB, which has to be a test's own. Where nobody may
// mount it returns false.
func smallDisk(t *testing.T, mebibytes string) (dir string, ok bool) {
	t.Helper()
	dir = t.TempDir()
	err := syscall.Mount("lendhand-test", dir, "tmpfs", 0, "mode=0700,size="+mebibytes+"m")
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

// fill takes all the room that there is.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	for err == nil {
		_, err = f.Write(block)
	}
	if !errors.Is(err, syscall.ENOSPC) {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// Scenario: the disk fills while a session is recorded, and is cleared later. The host is
// told, people still sign in, what was receipted stays, and the rest comes then.
func TestTheDiskFillsWhileRecording(t *testing.T) {
	dir, ok := smallDisk(t, "64")
	if !ok {
		return
	}
	addTechnician(t, dir)
	host := newUploader(t, dir, "s_a")
	r := start(t, settings(dir))
	b := newBrowser(t, dir)
	host.record(t, 20, 50_000)
	upload := func() int {
		t.Helper()
		status, err := host.upload(t.Context(), b.client, r.PublicURL().String(), 4)
		if err != nil {
			t.Fatal(err)
		}
		return status
	}
	if status := upload(); status != http.StatusOK {
		t.Fatalf("status %d on an empty disk", status)
	}
	ballast := filepath.Join(dir, "ballast")
	if info, err := os.Stat(ballast); err != nil || info.Size() < 1<<20 {
		t.Fatalf("no ballast: %v", err)
	}
	filler := filepath.Join(dir, "somebody-elses.log")
	fill(t, filler)
	host.record(t, 5, 50_000)
	if status := upload(); status != http.StatusInsufficientStorage {
		t.Errorf("status %d on a full disk", status)
	}
	within(t, "the ballast is given up", func() bool {
		_, err := os.Stat(ballast)
		return os.IsNotExist(err)
	})
	b.signIn(t, r)
	me := b.do(t, r, http.MethodGet, "/api/me", "")
	_, _ = io.Copy(io.Discard, me.Body)
	if err := me.Body.Close(); err != nil || me.StatusCode != http.StatusOK {
		t.Errorf("nobody can sign in: status %d, %v", me.StatusCode, err)
	}
	if status := upload(); status != http.StatusInsufficientStorage {
		t.Errorf("recordings take what is kept for the database: status %d", status)
	}
	r.stop()
	r = start(t, settings(dir)) // a relay starts on a full disk too
	if err := os.Remove(filler); err != nil {
		t.Fatal(err)
	}
	within(t, "the host brings the rest", func() bool { return upload() == http.StatusOK })
	within(t, "the ballast is back", func() bool {
		info, err := os.Stat(ballast)
		return err == nil && info.Size() >= 1<<20
	})
	r.stop()
	verifyAll(t, dir, []*uploader{host})
}

// within waits for what the relay does by itself.
func within(t *testing.T, what string, is func() bool) {
	t.Helper()
	for late := time.Now().Add(10 * time.Second); !is(); time.Sleep(50 * time.Millisecond) {
		if time.Now().After(late) {
			t.Fatalf("not within ten seconds: %s", what)
		}
	}
}
