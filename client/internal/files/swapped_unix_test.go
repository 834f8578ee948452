//go:build unix

package files

import (
	"io"
	"os"
	"path/filepath"
	"testing"
)

// What is put into the place of a partial file, or of the folder, while bytes come gets none
// of them, and is not what is kept.
func TestWhatIsSwappedMeanwhile(t *testing.T) {
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.WriteFile(outside, []byte("mine"), 0o600))
	for name, instead := range map[string]func(part string) error{
		"a link":        func(part string) error { return os.Symlink(outside, part) },
		"another file":  func(part string) error { return os.Link(outside, part) },
		"nothing":       func(string) error { return nil },
		"another place": func(part string) error { return os.Rename(filepath.Dir(part), filepath.Dir(part)+".old") },
	} {
		t.Run(name, func(t *testing.T) {
			b := openInbox(t)
			f, err := b.Take("a", 8)
			must(t, err)
			_, err = io.WriteString(f, "some")
			must(t, err)
			part := filepath.Join(b.Dir(), ".a.part")
			if name != "another place" {
				must(t, os.Remove(part))
			}
			must(t, instead(part))
			_, err = io.WriteString(f, "more")
			must(t, err)
			err = f.Keep(sumOf("somemore"), doIt, at(func() {}))
			if (err == nil) != (name == "another place") {
				t.Errorf("kept: %v", err)
			}
			if _, err := os.Lstat(filepath.Join(b.Dir(), "a")); err == nil {
				t.Error("there is a file of that name")
			}
			if text, err := os.ReadFile(outside); err != nil || string(text) != "mine" {
				t.Errorf("outside is %q, %v", text, err)
			}
		})
	}
}
