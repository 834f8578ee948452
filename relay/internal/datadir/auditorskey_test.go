package datadir

import (
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

func TestTheAuditorsKeyIsMadeOnce(t *testing.T) {
	dir := t.TempDir()
	if key, err := ReadAuditorsKey(dir); key != nil || err != nil {
		t.Fatalf("before there is one: %v, %v", key, err)
	}
	first, err := OpenAuditorsKey(dir)
	if err != nil {
		t.Fatal(err)
	}
	again, err := OpenAuditorsKey(dir)
	if err != nil || again.String() != first.String() {
		t.Errorf("opened again: %v", err)
	}
	if read, err := ReadAuditorsKey(dir); err != nil || read.String() != first.String() {
		t.Errorf("read: %v", err)
	}
	path := filepath.Join(dir, keysFolder, auditorsKeyFile)
	info, err := os.Stat(path)
	if err != nil || runtime.GOOS != "windows" && info.Mode().Perm() != 0o600 {
		t.Errorf("mode %v, %v", info.Mode(), err)
	}
	text, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(text), first.Recipient().String()) {
		t.Errorf("the file does not say which key it is: %v", err)
	}
}

func TestAuditorsKeysThatAreRefused(t *testing.T) {
	key, err := newAuditorsKey()
	if err != nil {
		t.Fatal(err)
	}
	for name, c := range map[string]struct {
		text string
		mode os.FileMode
	}{
		"empty":        {"", 0o600},
		"garbage":      {"AGE-SECRET-KEY-1QQQQ", 0o600},
		"two keys":     {string(key) + string(key), 0o600},
		"others' eyes": {string(key), 0o644},
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			if err := os.Mkdir(filepath.Join(dir, keysFolder), 0o700); err != nil {
				t.Fatal(err)
			}
			if err := os.WriteFile(filepath.Join(dir, keysFolder, auditorsKeyFile), []byte(c.text), c.mode); err != nil {
				t.Fatal(err)
			}
			if c.mode != 0o600 && runtime.GOOS == "windows" {
				t.Log("modes of files say nothing there")
				return
			}
			_, readErr := ReadAuditorsKey(dir)
			_, openErr := OpenAuditorsKey(dir)
			if readErr == nil || openErr == nil || errors.Is(readErr, ErrKeyExposed) != (c.mode != 0o600) {
				t.Errorf("got %v and %v", readErr, openErr)
			}
			if readErr != nil && strings.Contains(readErr.Error(), "SECRET") {
				t.Errorf("the error has the key in it: %v", readErr)
			}
		})
	}
}
