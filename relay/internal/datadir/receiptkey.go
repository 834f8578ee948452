package datadir

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// receiptKeyFile holds the first key that signs the receipts of recordings. Later ones are
	// receipts-TIME.key.
	receiptKeyFile = "receipts.key"
	receiptKeyStem = "receipts"
	// MaxReceiptKeys is how many there are at most.
	MaxReceiptKeys = 16
)

// OpenReceiptKeys reads the keys that sign receipts of recordings in dir, the newest first,
// and makes one where there is none. None is ever retired: receipts of the past can be
// checked with theirs alone. A key that others can read is refused with [ErrKeyExposed].
func OpenReceiptKeys(dir string) ([]ed25519.PrivateKey, error) {
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return nil, explain(folder, err)
	}
	names, err := keyNames(folder, receiptKeyStem)
	if err != nil {
		return nil, err
	}
	if len(names) == 0 {
		names = []string{receiptKeyFile}
	}
	keys := make([]ed25519.PrivateKey, len(names))
	for i, name := range names {
		if keys[i], err = receiptKey(filepath.Join(folder, name)); err != nil {
			return nil, err
		}
	}
	return keys, nil
}

// OpenReceiptKey is the newest of OpenReceiptKeys.
func OpenReceiptKey(dir string) (ed25519.PrivateKey, error) {
	keys, err := OpenReceiptKeys(dir)
	if err != nil {
		return nil, err
	}
	return keys[0], nil
}

// RotateReceiptKey makes a new key for receipts, with which recordings that begin later are
// receipted. A relay that runs takes it when it starts again.
func RotateReceiptKey(dir string, now time.Time) (ed25519.PrivateKey, error) {
	keys, err := OpenReceiptKeys(dir)
	if err != nil {
		return nil, err
	}
	if len(keys) >= MaxReceiptKeys {
		return nil, problem.New(fmt.Sprintf("there are %d keys for receipts already", len(keys)),
			"Keep the public half of the oldest for the recordings that it receipted, and move its file away.")
	}
	path := filepath.Join(dir, keysFolder, receiptKeyStem+"-"+now.UTC().Format(keyTime)+".key")
	if _, err := os.Stat(path); err == nil {
		return nil, problem.New("a key was made in this very moment", "Try again.")
	}
	return receiptKey(path)
}

// newReceiptKey makes a key whose public half, as it is printed, no command takes for a flag.
func newReceiptKey() ([]byte, error) {
	for {
		data, err := newGrantKey()
		if err != nil {
			return nil, err
		}
		key, err := parseGrantKey(data)
		if err != nil {
			return nil, err
		}
		public := key.Public().(ed25519.PublicKey) //nolint:forcetypeassert // of this type by its documentation
		if !strings.HasPrefix(base64.RawURLEncoding.EncodeToString(public), "-") {
			return data, nil
		}
	}
}

func receiptKey(path string) (ed25519.PrivateKey, error) {
	data, err := openKey(path, newReceiptKey)
	if err != nil {
		return nil, err
	}
	key, err := parseGrantKey(data)
	if err != nil {
		return nil, problem.Wrap(fmt.Errorf("key %s is damaged: %w", path, err),
			"Restore it from a backup: receipts of the past can be checked with it alone.")
	}
	return key, nil
}
