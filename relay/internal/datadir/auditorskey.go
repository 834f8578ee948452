package datadir

import (
	"bytes"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"filippo.io/age"

	"github.com/lendhand/lendhand/signaling/problem"
)

// auditorsKeyFile holds the key with which the relay opens recordings, as age writes it:
// "age -d -i" takes it.
const auditorsKeyFile = "auditors.age"

// OpenAuditorsKey reads the relay's own key for recordings in dir, and makes it where there
// is none. A key that others can read is refused with [ErrKeyExposed].
func OpenAuditorsKey(dir string) (*age.X25519Identity, error) {
	folder := filepath.Join(dir, keysFolder)
	if err := os.MkdirAll(folder, folderMode); err != nil {
		return nil, explain(folder, err)
	}
	data, err := openKey(filepath.Join(folder, auditorsKeyFile), newAuditorsKey)
	if err != nil {
		return nil, err
	}
	return parseAuditorsKey(dir, data)
}

// ReadAuditorsKey is OpenAuditorsKey without making one: it returns nil where there is none.
func ReadAuditorsKey(dir string) (*age.X25519Identity, error) {
	path := filepath.Join(dir, keysFolder, auditorsKeyFile)
	if _, err := os.Stat(path); os.IsNotExist(err) {
		return nil, nil
	}
	data, err := readKey(path)
	if err != nil {
		return nil, err
	}
	return parseAuditorsKey(dir, data)
}

func newAuditorsKey() ([]byte, error) {
	key, err := age.GenerateX25519Identity()
	if err != nil {
		return nil, err
	}
	return fmt.Appendf(nil, "# Opens recordings. Keep a copy elsewhere: without it they are lost.\n# public key: %s\n%s\n", key.Recipient(), key), nil
}

func parseAuditorsKey(dir string, data []byte) (*age.X25519Identity, error) {
	identities, err := age.ParseIdentities(bytes.NewReader(data))
	if err == nil && len(identities) == 1 {
		if key, ok := identities[0].(*age.X25519Identity); ok {
			return key, nil
		}
	}
	return nil, problem.Wrap(fmt.Errorf("key %s is damaged: %w", filepath.Join(dir, keysFolder, auditorsKeyFile), fs.ErrInvalid),
		"Restore it from a backup: recordings that are sealed to it cannot be opened with another one.")
}
