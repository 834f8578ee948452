package app_test

import (
	"bytes"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Scenario: a relay is sealed from its first start, takes a recording, and is stopped in the
// middle of another. Whoever has all that is on its disk opens neither: there is no key, no
// token, and nothing that other accounts of the machine could read.
func TestASealedRelayHasNoKeyToWhatItKeeps(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "data")
	if err := os.Mkdir(dir, 0o700); err != nil {
		t.Fatal(err)
	}
	cfg := settings(dir)
	cfg.Recordings.Sealed = true
	whole, cut := newUploader(t, dir, "s_a"), newUploader(t, dir, "s_b")
	r := start(t, cfg)
	b := newBrowser(t, dir)
	whole.record(t, 70, 1000)
	cut.record(t, 3, 1000)
	for _, u := range []*uploader{whole, cut} {
		if status, err := u.upload(t.Context(), b.client, r.PublicURL().String(), 10); err != nil || status != http.StatusOK {
			t.Fatalf("status %d, %v", status, err)
		}
	}
	r.stop()
	words := []string{"AGE-SECRET-KEY-1", whole.writer.Identity(), cut.writer.Identity(), whole.token, cut.token}
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		info, err := entry.Info()
		if err != nil {
			return err
		}
		if isRecorded := strings.Contains(path, "recordings") || strings.Contains(path, "keys"); isRecorded && runtime.GOOS != "windows" && info.Mode().Perm()&0o077 != 0 {
			t.Errorf("others can read %s: %v", path, info.Mode())
		}
		data, err := os.ReadFile(path)
		for _, word := range words {
			if bytes.Contains(data, []byte(strings.TrimSpace(word))) {
				t.Errorf("%s has %.20q in it", path, word)
			}
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := os.Stat(filepath.Join(dir, "keys", "auditors.age")); !os.IsNotExist(err) {
		t.Errorf("the relay has made a key that opens recordings: %v", err)
	}
}
