package files

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

func sumOf(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func openInbox(t *testing.T) *Inbox {
	t.Helper()
	b, err := Open(t.TempDir())
	must(t, err)
	t.Cleanup(func() { _ = b.Close() })
	return b
}

func take(t *testing.T, b *Inbox, name, text string) *Incoming {
	t.Helper()
	f, err := b.Take(name, int64(len(text)))
	must(t, err)
	_, err = io.WriteString(f, text)
	must(t, err)
	return f
}

func at(act func()) func(string) { return func(string) { act() } }

func doIt(act func()) bool { act(); return true }

func inFolder(t *testing.T, dir string) (names []string) {
	t.Helper()
	list, err := os.ReadDir(dir)
	must(t, err)
	for _, one := range list {
		names = append(names, one.Name())
	}
	return names
}

func TestFilesAreKeptUnderNamesOfTheirOwn(t *testing.T) {
	b := openInbox(t)
	for _, want := range []string{"a.txt", "a (2).txt", "a (3).txt"} {
		f := take(t, b, "a.txt", want)
		var got string
		must(t, f.Keep(sumOf(want), doIt, func(name string) { got = name }))
		text, err := os.ReadFile(filepath.Join(b.Dir(), want))
		if err != nil || got != want || string(text) != want {
			t.Errorf("%q is kept as %q, with %q: %v", want, got, text, err)
		}
	}
	about, err := os.Stat(filepath.Join(b.Dir(), "a.txt"))
	must(t, err)
	if about.Mode().Perm()&0o177 != 0 {
		t.Errorf("its rights are %v", about.Mode())
	}
}

func TestWhatIsNotWholeLeavesNothing(t *testing.T) {
	for name, end := range map[string]func(*Incoming) error{
		"another hash": func(f *Incoming) error { return f.Keep(sumOf("other"), doIt, at(func() {})) },
		"refused":      func(f *Incoming) error { return f.Keep(sumOf("text"), func(func()) bool { return false }, nil) },
		"dropped":      func(f *Incoming) error { f.Drop(); f.Drop(); return f.Keep(sumOf("text"), doIt, nil) },
	} {
		t.Run(name, func(t *testing.T) {
			b := openInbox(t)
			f := take(t, b, "a", "text")
			if err := end(f); err == nil {
				t.Error("it is kept")
			}
			if got := inFolder(t, b.Dir()); len(got) > 0 {
				t.Errorf("left: %q", got)
			}
			if _, err := f.Write(nil); !errors.Is(err, os.ErrClosed) {
				t.Errorf("written afterwards: %v", err)
			}
		})
	}
	b := openInbox(t)
	f, err := b.Take("a", 3)
	must(t, err)
	defer f.Drop()
	if _, err := io.WriteString(f, "text"); !errors.Is(err, ErrDamaged) {
		t.Errorf("more than was said: %v", err)
	}
}

// Whoever gives permission for the last step may wait for what a hostile sender does
// meanwhile: it must find no lock taken.
func TestNoLockIsHeldWhilePermissionIsAsked(t *testing.T) {
	b := openInbox(t)
	f := take(t, b, "a", "text")
	kept := make(chan error, 1)
	go func() {
		kept <- f.Keep(sumOf("text"), func(act func()) bool {
			_, err := io.WriteString(f, "")
			f.Drop()
			act()
			return errors.Is(err, os.ErrClosed) && f.Have() == 4
		}, at(func() {}))
	}()
	select {
	case err := <-kept:
		must(t, err)
	case <-time.After(10 * time.Second):
		t.Fatal("it waits for itself")
	}
}

// Links that somebody has put into the folder lead nowhere.
func TestLinksAreNotFollowed(t *testing.T) {
	b := openInbox(t)
	outside := filepath.Join(t.TempDir(), "outside")
	must(t, os.WriteFile(outside, []byte("mine"), 0o600))
	for _, name := range []string{"a", ".a.part"} {
		must(t, os.Symlink(outside, filepath.Join(b.Dir(), name)))
	}
	f := take(t, b, "a", "text")
	must(t, f.Keep(sumOf("text"), doIt, at(func() {})))
	text, err := os.ReadFile(outside)
	must(t, err)
	if string(text) != "mine" {
		t.Errorf("outside is %q", text)
	}
	if want := []string{".a.part", "a", "a (2)"}; !slices.Equal(inFolder(t, b.Dir()), want) {
		t.Errorf("there is %q", inFolder(t, b.Dir()))
	}
}

func TestOnlySoMuchIsTaken(t *testing.T) {
	b := openInbox(t)
	for _, size := range []int64{-1, signaling.MaxFile + 1} {
		if _, err := b.Take("a", size); err == nil {
			t.Errorf("%d bytes are taken", size)
		}
	}
	for n := range maxFiles + 1 {
		f, err := b.Take("a", 0)
		if (err != nil) != (n == maxFiles) || err != nil && !errors.Is(err, ErrMany) {
			t.Fatalf("file %d: %v", n+1, err)
		}
		if err == nil {
			f.Drop()
		}
	}
}

// What a program that was killed has left is taken away, and nothing else.
func TestLeftoversAreTakenAway(t *testing.T) {
	downloads := t.TempDir()
	dir := filepath.Join(downloads, folderName)
	must(t, os.Mkdir(dir, 0o700))
	for name, age := range map[string]time.Duration{".old.part": 25 * time.Hour, ".new.part": time.Hour, "kept.part": 25 * time.Hour} {
		path := filepath.Join(dir, name)
		must(t, os.WriteFile(path, nil, 0o600))
		must(t, os.Chtimes(path, time.Time{}, time.Now().Add(-age)))
	}
	b, err := Open(downloads)
	must(t, err)
	defer func() { _ = b.Close() }()
	if got := inFolder(t, dir); !slices.Equal(got, []string{".new.part", "kept.part"}) {
		t.Errorf("there is %q", got)
	}
}

func given(t *testing.T, text string) (path string) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "log.txt")
	must(t, os.WriteFile(path, []byte(text), 0o600))
	return path
}

func TestAFileIsGivenAndGoesOn(t *testing.T) {
	f, err := Give(given(t, "some text"))
	must(t, err)
	defer func() { _ = f.Close() }()
	for _, from := range []int64{0, 5, 9} {
		must(t, f.GoOn(context.Background(), from))
		rest, err := io.ReadAll(f)
		if err != nil || string(rest) != "some text"[from:] || f.Sum() != sumOf("some text") {
			t.Errorf("from %d: %q, %v, sum %s", from, rest, err, f.Sum())
		}
	}
	if f.Name != "log.txt" || f.Size != 9 {
		t.Errorf("%q has %d bytes", f.Name, f.Size)
	}
	if err := f.GoOn(context.Background(), 10); err == nil {
		t.Error("it goes on behind its end")
	}
	over, cancel := context.WithCancel(context.Background())
	cancel()
	if err := f.GoOn(over, 5); !errors.Is(err, context.Canceled) {
		t.Errorf("it does not end: %v", err)
	}
}

func TestAFileThatChanges(t *testing.T) {
	for name, text := range map[string]string{"shorter": "some", "longer": "some text and more"} {
		t.Run(name, func(t *testing.T) {
			path := given(t, "some text")
			f, err := Give(path)
			must(t, err)
			defer func() { _ = f.Close() }()
			must(t, os.WriteFile(path, []byte(text), 0o600))
			if _, err := io.ReadAll(f); !errors.Is(err, ErrChanged) {
				t.Errorf("read with %v", err)
			}
		})
	}
}

func TestWhatCannotBeGiven(t *testing.T) {
	large := given(t, "")
	must(t, os.Truncate(large, signaling.MaxFile+1))
	for path, want := range map[string]error{
		t.TempDir(): ErrNoFile, filepath.Join(t.TempDir(), "none"): os.ErrNotExist, os.DevNull: ErrNoFile, large: ErrLarge,
	} {
		if _, err := Give(path); !errors.Is(err, want) {
			t.Errorf("%s: %v, want %v", path, err, want)
		}
	}
}

func TestSafeName(t *testing.T) {
	for name, want := range map[string]string{
		"log.txt":                       "log.txt",
		"Grüße 世界.pdf":                  "Grüße 世界.pdf",
		"../../.bashrc":                 "bashrc",
		`C:\Windows\System32\evil.dll`:  "evil.dll",
		"a:b":                           "a_b",
		"file.txt:stream":               "file.txt_stream",
		`<b>"x"|?*</b>`:                 "b_",
		"trailing. . ":                  "trailing",
		"CON":                           "_CON",
		"nul.tar.gz":                    "_nul.tar.gz",
		"Com¹.txt":                      "_Com¹.txt",
		"lpt0":                          "_lpt0",
		"COM10":                         "COM10",
		"gnp.\u202Eexe":                 "gnp.exe",
		"a\x00b\n":                      "ab",
		"...":                           "",
		"/":                             "",
		"":                              "",
		"\u200b\u2060":                  "",
		strings.Repeat("ü", 200) + ".x": strings.Repeat("ü", 99) + ".x",
	} {
		got, err := SafeName(name)
		if diff := cmp.Diff(want, got); diff != "" || (err != nil) != (want == "") {
			t.Errorf("%q (-want +got, %v):\n%s", name, err, diff)
		}
	}
}

func FuzzSafeName(f *testing.F) {
	for _, seed := range []string{"a.txt", "../x", "CON", "a:b", " .x. ", "\u202e", strings.Repeat("é.", 300), "COM¹."} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, name string) {
		safe, err := SafeName(name)
		if err != nil {
			return
		}
		switch {
		case safe == "" || len(safe) > maxName+1, strings.ContainsAny(safe, "/\\:<>\"|?*\x00"),
			strings.HasPrefix(safe, "."), strings.HasSuffix(safe, "."), strings.HasSuffix(safe, " "),
			isDevice(safe), filepath.Base(safe) != safe, !filepath.IsLocal(safe):
			t.Errorf("%q becomes %q", name, safe)
		}
		if again, err := SafeName(safe); err != nil || again != safe {
			t.Errorf("%q becomes %q, and then %q (%v)", name, safe, again, err)
		}
	})
}
