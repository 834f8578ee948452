package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func ids(t *testing.T, dir string) (list []string) {
	t.Helper()
	keys, err := GrantKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, k := range keys {
		list = append(list, k.ID)
	}
	return list
}

func rotate(t *testing.T, dir string, at time.Time) string {
	t.Helper()
	k, err := RotateGrantKey(dir, at)
	if err != nil {
		t.Fatal(err)
	}
	return k.ID
}

func TestKeysRotateAndRetire(t *testing.T) {
	dir := t.TempDir()
	keys, err := OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	first, now := keys.Grants[0].ID, time.Now()
	second, third := rotate(t, dir, now.Add(time.Minute)), rotate(t, dir, now.Add(2*time.Minute))
	if d := cmp.Diff([]string{third, second, first}, ids(t, dir)); d != "" {
		t.Error(d)
	}
	for _, c := range []struct {
		id    string
		at    time.Time
		force bool
		want  error
	}{
		{"k_unknown", now, true, ErrNoSuchKey},
		{third, now.Add(time.Hour), true, ErrKeyInUse},
		{first, now.Add(Overlap), false, ErrKeyInUse},
		{first, now.Add(Overlap), true, nil},
	} {
		if err := RetireGrantKey(dir, c.id, c.at, c.force); !errors.Is(err, c.want) {
			t.Errorf("retire %s: got %v, want %v", c.id, err, c.want)
		}
	}
	for _, c := range []struct {
		at   time.Time
		want []string
	}{{now.Add(Overlap), nil}, {now.Add(Overlap + 3*time.Minute), []string{second}}} {
		retired, err := RetireGrantKeys(dir, c.at)
		if d := cmp.Diff(c.want, retired); d != "" || err != nil {
			t.Errorf("%v %s", err, d)
		}
	}
	again, err := OpenKeys(dir)
	if err != nil || len(again.Grants) != 1 || again.Grants[0].ID != third {
		t.Errorf("opened again: %v, %v", again.Grants, err)
	}
}

// Every key is refused that somebody else could have read, whichever it is.
func TestExposedKeysAreRefused(t *testing.T) {
	if runtime.GOOS == "windows" {
		t.Log("modes of files say nothing there")
		return
	}
	for _, mode := range []os.FileMode{0o644, 0o640, 0o604, 0o666} {
		dir := t.TempDir()
		if _, err := OpenKeys(dir); err != nil {
			t.Fatal(err)
		}
		rotate(t, dir, time.Now())
		files, err := filepath.Glob(filepath.Join(dir, keysFolder, "*.key"))
		if err != nil || len(files) != 3 {
			t.Fatalf("keys: %v, %v", files, err)
		}
		for _, f := range files {
			if err := os.Chmod(f, mode); err != nil {
				t.Fatal(err)
			}
			if _, err := OpenKeys(dir); !errors.Is(err, ErrKeyExposed) {
				t.Errorf("%s with mode %o: %v", filepath.Base(f), mode, err)
			}
			if err := os.Chmod(f, 0o600); err != nil {
				t.Fatal(err)
			}
		}
	}
}

func TestThereAreNotTooManyKeys(t *testing.T) {
	dir, now := t.TempDir(), time.Now()
	if _, err := OpenKeys(dir); err != nil {
		t.Fatal(err)
	}
	for i := range 7 {
		rotate(t, dir, now.Add(time.Duration(i)*time.Second))
	}
	if _, err := RotateGrantKey(dir, now.Add(time.Minute)); err == nil {
		t.Error("a ninth key was made: hosts take eight")
	}
}
