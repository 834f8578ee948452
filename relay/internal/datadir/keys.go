package datadir

import (
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	keysFolder = "keys"
	// maxKeyFile bounds what is read from a key file, in bytes.
	maxKeyFile = 4 << 10
	// codeKeySize is the size of the key that hides codes, in bytes.
	codeKeySize = 32
)

// ErrKeyExposed says that other accounts of the machine can read a key.
var ErrKeyExposed = errors.New("others can read it")

// Keys are the relay's secrets, made on the first start. None leaves the folder.
type Keys struct {
	// Grants sign grants, the newest first. There is at least one.
	Grants []GrantKey
	// Code is the key of the hashes under which codes are stored.
	Code []byte
}

// OpenKeys reads the keys in dir, and makes those that do not exist. A key that
// others can read is refused with [ErrKeyExposed]: it must be taken for known.
func OpenKeys(dir string) (Keys, error) {
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return Keys{}, explain(folder, err)
	}
	grants, err := GrantKeys(dir)
	if err == nil && len(grants) == 0 {
		if _, err = makeKey(filepath.Join(folder, firstGrantKey), newGrantKey); err == nil {
			grants, err = GrantKeys(dir)
		}
	}
	if err != nil {
		return Keys{}, err
	}
	code, err := openKey(filepath.Join(folder, "code.key"), newCodeKey)
	if err != nil {
		return Keys{}, err
	}
	if len(code) != codeKeySize {
		return Keys{}, damaged(filepath.Join(folder, "code.key"), fmt.Errorf("want %d bytes, got %d", codeKeySize, len(code)))
	}
	return Keys{Grants: grants, Code: code}, nil
}

func newGrantKey() ([]byte, error) {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return nil, err
	}
	der, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return nil, err
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}

func newCodeKey() ([]byte, error) {
	key := make([]byte, codeKeySize)
	_, err := rand.Read(key)
	return key, err
}

func parseGrantKey(data []byte) (ed25519.PrivateKey, error) {
	block, _ := pem.Decode(data)
	if block == nil || block.Type != "PRIVATE KEY" {
		return nil, errors.New("holds no PKCS #8 private key")
	}
	parsed, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return nil, err
	}
	key, ok := parsed.(ed25519.PrivateKey)
	if !ok {
		return nil, fmt.Errorf("holds a %T, not an Ed25519 key", parsed)
	}
	return key, nil
}

// openKey reads a key file, and makes it when there is none.
func openKey(path string, create func() ([]byte, error)) ([]byte, error) {
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return makeKey(path, create)
	}
	return readKey(path)
}

// readKey reads a key file after looking at who else could.
func readKey(path string) ([]byte, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, explain(filepath.Dir(path), err)
	}
	if mode := info.Mode().Perm(); runtime.GOOS != "windows" && mode&0o077 != 0 {
		return nil, problem.Wrap(fmt.Errorf("key %s has mode %04o: %w", path, mode, ErrKeyExposed),
			"If nobody has looked, run: chmod 600 "+path+". Otherwise remove the file; the relay makes a new key.")
	}
	if info.Size() > maxKeyFile {
		return nil, damaged(path, fmt.Errorf("larger than %d bytes", maxKeyFile))
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, explain(filepath.Dir(path), err)
	}
	return data, nil
}

// makeKey writes a key whole or not at all: a crash leaves no half of one. When
// another process was faster, its key is the one.
func makeKey(path string, create func() ([]byte, error)) ([]byte, error) {
	data, err := create()
	if err != nil {
		return nil, fmt.Errorf("make key %s: %w", path, err)
	}
	f, err := os.CreateTemp(filepath.Dir(path), ".key-*") // mode 0600
	if err != nil {
		return nil, explain(filepath.Dir(path), err)
	}
	_, err = f.Write(data)
	if err = errors.Join(err, f.Sync(), f.Close()); err == nil {
		err = os.Link(f.Name(), path) // unlike Rename it replaces nothing
	}
	err = errors.Join(err, os.Remove(f.Name()))
	if errors.Is(err, fs.ErrExist) {
		return os.ReadFile(path)
	}
	if err != nil {
		return nil, fmt.Errorf("write key %s: %w", path, err)
	}
	return data, nil
}

func damaged(path string, err error) error {
	return problem.Wrap(fmt.Errorf("key %s is damaged: %w", path, err),
		"Restore it from a backup, or remove it: the relay makes a new one, and the sessions that are open now end.")
}
