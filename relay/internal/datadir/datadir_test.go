package datadir_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/relay/internal/datadir"
	"github.com/lendhand/lendhand/signaling/problem"
)

func TestPrepareMakesAPrivateFolder(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "state", "lendhand")
	if err := datadir.Prepare(dir); err != nil {
		t.Fatal(err)
	}
	exposed, err := datadir.Exposed(dir)
	if err != nil || exposed {
		t.Errorf("Exposed = %v, %v", exposed, err)
	}
	left, err := os.ReadDir(dir)
	if err != nil || len(left) != 0 {
		t.Errorf("the check left %v, %v", left, err)
	}
}

func TestPrepareRefusesAFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{file, filepath.Join(file, "below")} {
		err := datadir.Prepare(dir)
		if err == nil || !strings.Contains(err.Error(), "is not a folder") || problem.Hint(err) == "" {
			t.Errorf("Prepare(%s) = %v, hint %q", dir, err, problem.Hint(err))
		}
	}
}

func TestOneRelayPerFolder(t *testing.T) {
	dir := t.TempDir()
	first, err := datadir.Claim(dir)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := datadir.Claim(dir); !errors.Is(err, datadir.ErrInUse) || problem.Hint(err) == "" {
		t.Errorf("second Claim = %v, hint %q", err, problem.Hint(err))
	}
	if err := first.Release(); err != nil {
		t.Fatal(err)
	}
	again, err := datadir.Claim(dir)
	if err != nil {
		t.Fatalf("Claim after Release = %v", err)
	}
	if err := again.Release(); err != nil {
		t.Error(err)
	}
}

func TestKeysSurviveARestart(t *testing.T) {
	dir := t.TempDir()
	first, err := datadir.OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := datadir.OpenKeys(dir)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(first, again, cmpopts.IgnoreUnexported(datadir.GrantKey{})); diff != "" {
		t.Errorf("the keys changed:\n%s", diff)
	}
	other, err := datadir.OpenKeys(t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if other.Grants[0].ID == first.Grants[0].ID || cmp.Equal(other.Code, first.Code) {
		t.Error("two relays have the same keys")
	}
	info, err := os.Stat(filepath.Join(dir, "keys", "grant.key"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
}

func TestKeysThatAreRefused(t *testing.T) {
	for name, c := range map[string]struct {
		file, content string
		mode          os.FileMode
		want          string
	}{
		"grant key that others can read": {"grant.key", "", 0o644, "others can read it"},
		"code key that a group can read": {"code.key", "", 0o640, "others can read it"},
		"damaged grant key":              {"grant.key", "nonsense", 0o600, "is damaged"},
		"short code key":                 {"code.key", "short", 0o600, "is damaged"},
		"enormous grant key":             {"grant.key", strings.Repeat("x", 1<<16), 0o600, "is damaged"},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if _, err := datadir.OpenKeys(dir); err != nil {
				t.Fatal(err)
			}
			path := filepath.Join(dir, "keys", c.file)
			if c.content != "" {
				if err := os.WriteFile(path, []byte(c.content), c.mode); err != nil {
					t.Fatal(err)
				}
			}
			if err := os.Chmod(path, c.mode); err != nil {
				t.Fatal(err)
			}
			_, err := datadir.OpenKeys(dir)
			if err == nil || !strings.Contains(err.Error(), c.want) || problem.Hint(err) == "" {
				t.Errorf("OpenKeys = %v, hint %q", err, problem.Hint(err))
			}
			if exposed := errors.Is(err, datadir.ErrKeyExposed); exposed != (c.want == "others can read it") {
				t.Errorf("ErrKeyExposed: %v", exposed)
			}
		})
	}
}
