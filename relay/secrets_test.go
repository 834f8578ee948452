package main

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// privateKey finds keys in PEM, in JWK and in the form of OpenSSH and age. The words
// alone do not count: libraries that read keys hold them.
var privateKey = regexp.MustCompile(`-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----(\\n|\s)+[A-Za-z0-9+/=]{16}|` +
	`"kty"\s*:\s*"[^"]+"[^}]{0,400}"d"\s*:\s*"[A-Za-z0-9_-]{16}|AGE-SECRET-KEY-1[A-Z0-9]{16}`)

func TestKeysAreRecognised(t *testing.T) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	block := string(pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}))
	for _, text := range []string{
		block, "\x00\x01" + block, strings.ReplaceAll(block, "\n", "\r\n"), strings.ReplaceAll(block, "\n", `\n`),
		`{"kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}`,
	} {
		if !privateKey.MatchString(text) {
			t.Errorf("not found in %q", text)
		}
	}
	if privateKey.MatchString("-----BEGIN PRIVATE KEY-----\x00-----END PRIVATE KEY-----") {
		t.Error("the words alone are taken for a key")
	}
}

// Each relay makes its own keys: none is in the program, in the page, or in the tree
// that both are built from.
func TestNoKeyIsHandedOut(t *testing.T) {
	program := filepath.Join(t.TempDir(), "relay")
	// As `make build` does: what the one has compiled, the other need not.
	if out, err := exec.Command("go", "build", "-trimpath", "-buildvcs=false", "-o", program, ".").CombinedOutput(); err != nil {
		t.Fatalf("build: %v: %s", err, out)
	}
	content, err := os.ReadFile(program)
	if err != nil {
		t.Fatal(err)
	}
	if found := privateKey.Find(content); found != nil {
		t.Errorf("the program holds a key: %.80q", found)
	}
	if n := searchFiles(t, os.DirFS("..")); n < 500 {
		t.Errorf("the tree has only %d files", n)
	}
}

// testKeys are files of recordings that only tests open, and what they are opened with.
var testKeys = []string{
	"relay/recording/testdata/vectors/auditor.key",
	"relay/recording/testdata/vectors/recording.key",
	"viewer/src/recording/testdata/desk.lendhand.json",
	"viewer/src/recording/testdata/desk-vp8.lendhand.json",
	"viewer/src/recording/testdata/desk-vp9.lendhand.json",
}

// searchFiles looks for keys in all files but those that tools fetched or built, and
// returns how many it looked into.
func searchFiles(t *testing.T, files fs.FS) (n int) {
	t.Helper()
	err := fs.WalkDir(files, ".", func(path string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && (entry.Name() == "node_modules" || path == "bin" || path == ".git" || path == ".demo" || path == "viewer/e2e/out"):
			return fs.SkipDir
		case !entry.Type().IsRegular() || path == "relay/secrets_test.go" || slices.Contains(testKeys, path):
			return nil
		}
		content, err := fs.ReadFile(files, path)
		if err != nil {
			return err
		}
		if found := privateKey.Find(content); found != nil {
			t.Errorf("%s holds a key: %.80q", path, found)
		}
		n++
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}
