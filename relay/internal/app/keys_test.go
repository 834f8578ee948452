package app_test

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/relay/internal/app"
	"github.com/lendhand/lendhand/relay/internal/config"
	"github.com/lendhand/lendhand/signaling/problem"
)

// secretsIn finds the files of a data folder that hold secrets: all in the folder of
// the keys, all that are called keys, and all that hold a private key in PEM.
func secretsIn(t *testing.T, dir string) (found []string) {
	t.Helper()
	err := filepath.WalkDir(dir, func(path string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "keys" || strings.HasSuffix(path, ".key") || bytes.Contains(content, []byte("PRIVATE KEY-----")) {
			found = append(found, path)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// Every secret that a relay makes is for its own account alone, and one that others
// could have read is used no more.
func TestNoSecretThatOthersCanReadIsUsed(t *testing.T) {
	if runtime.GOOS == "windows" {
		return // has other means, which the data folder inherits
	}
	dir := t.TempDir()
	first := start(t, settings(dir))
	first.stop()
	secrets := secretsIn(t, dir)
	if len(secrets) < 3 { // grants, codes, the authority
		t.Fatalf("secrets: %v", secrets)
	}
	for _, path := range secrets {
		info, err := os.Stat(path)
		if err != nil || info.Mode().Perm()&0o077 != 0 {
			t.Errorf("%s has mode %v, %v", path, info.Mode(), err)
			continue
		}
		for _, mode := range []os.FileMode{0o644, 0o640, 0o604} {
			if err := os.Chmod(path, mode); err != nil {
				t.Fatal(err)
			}
			mustNotOpen(t, settings(dir), path)
		}
		if err := os.Chmod(path, info.Mode()); err != nil {
			t.Fatal(err)
		}
	}
	start(t, settings(dir)).stop() // as before
}

// The same for a certificate's key that the operator brings.
func TestNoCertificateKeyThatOthersCanReadIsUsed(t *testing.T) {
	if runtime.GOOS == "windows" {
		return
	}
	dir := t.TempDir()
	start(t, settings(dir)).stop()
	cfg := settings(t.TempDir())
	cfg.TLS, cfg.TLSCert, cfg.TLSKey = config.TLSFiles, filepath.Join(dir, "ca.pem"), filepath.Join(dir, "ca.key")
	if err := os.Chmod(cfg.TLSKey, 0o644); err != nil {
		t.Fatal(err)
	}
	mustNotOpen(t, cfg, cfg.TLSKey)
}

func mustNotOpen(t *testing.T, cfg app.Config, path string) {
	t.Helper()
	a, err := app.Open(t.Context(), cfg)
	if err == nil {
		t.Errorf("the relay starts though others can read %s", path)
		if err := stopUnused(a); err != nil {
			t.Error(err)
		}
		return
	}
	if !strings.Contains(err.Error(), filepath.Base(path)) || problem.Hint(err) == "" {
		t.Errorf("%s: %v, hint %q", path, err, problem.Hint(err))
	}
}

// stopUnused lets go of what Open has taken.
func stopUnused(a *app.App) error {
	ctx, cancel := contextThatEnded()
	defer cancel()
	if err := a.Run(ctx); !errors.Is(err, ctx.Err()) {
		return err
	}
	return nil
}

func contextThatEnded() (context.Context, context.CancelFunc) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	return ctx, cancel
}
