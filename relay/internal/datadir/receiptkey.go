package datadir

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/signaling/problem"
)

// receiptKeyFile holds the key that signs the receipts of recordings.
const receiptKeyFile = "receipts.key"

// OpenReceiptKey reads the key that signs receipts of recordings, and makes it where there
// is none. A key that others can read is refused with [ErrKeyExposed].
func OpenReceiptKey(dir string) (ed25519.PrivateKey, error) {
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return nil, explain(folder, err)
	}
	path := filepath.Join(folder, receiptKeyFile)
	data, err := openKey(path, newGrantKey)
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
