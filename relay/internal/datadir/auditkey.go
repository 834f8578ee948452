package datadir

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"

	"github.com/lendhand/lendhand/relay/internal/audit"
	"github.com/lendhand/lendhand/signaling/problem"
)

// auditKeyFile holds the key that signs the audit trail's checkpoints.
const auditKeyFile = "audit.key"

// ErrNoAuditKey says that no audit trail was begun in a folder.
var ErrNoAuditKey = errors.New("no audit trail has been begun here")

// OpenAuditKey reads the key of the audit trail in dir, and makes it where there is
// none. A key that others can read is refused with [ErrKeyExposed].
func OpenAuditKey(dir string) (*audit.Key, error) {
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return nil, explain(folder, err)
	}
	return auditKey(dir, func() ([]byte, error) {
		text, err := audit.NewKey()
		return []byte(text), err
	})
}

// ReadAuditKey is OpenAuditKey without making one: it fails with [ErrNoAuditKey].
func ReadAuditKey(dir string) (*audit.Key, error) {
	key, err := auditKey(dir, func() ([]byte, error) { return nil, ErrNoAuditKey })
	if errors.Is(err, ErrNoAuditKey) {
		return nil, problem.Wrap(fmt.Errorf("data folder %s: %w", dir, ErrNoAuditKey),
			"Start the relay once, or say with --data where its folder is.")
	}
	return key, err
}

func auditKey(dir string, create func() ([]byte, error)) (*audit.Key, error) {
	path := filepath.Join(dir, keysFolder, auditKeyFile)
	data, err := openKey(path, create)
	if err != nil {
		return nil, err
	}
	key, err := audit.ParseKey(string(data))
	if err != nil {
		return nil, problem.Wrap(fmt.Errorf("key %s is damaged: %w", path, err),
			"Restore it from a backup. With a new key the trail says that it was broken here.")
	}
	return key, nil
}
