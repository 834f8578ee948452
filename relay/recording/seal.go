package recording

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"strings"

	"filippo.io/age"
)

// ErrNoKey is returned when none of the identities opens what is sealed.
var ErrNoKey = errors.New("it is not sealed to this key")

// recipients returns the keys that readers stand for.
func recipients(readers []Reader, more ...age.Recipient) ([]age.Recipient, error) {
	all := more
	for _, r := range readers {
		key, err := age.ParseX25519Recipient(r.Key)
		if err != nil {
			return nil, fmt.Errorf("reader %.100q: %w", r.Name, err)
		}
		all = append(all, key)
	}
	return all, nil
}

// seal writes an age file.
func seal(plain []byte, to []age.Recipient) ([]byte, error) {
	var b bytes.Buffer
	w, err := age.Encrypt(&b, to...)
	if err != nil {
		return nil, err
	}
	if _, err := w.Write(plain); err != nil {
		return nil, err
	}
	err = w.Close()
	return b.Bytes(), err
}

// open reads an age file, whose size the caller has limited.
func open(sealed []byte, identities []age.Identity) ([]byte, error) {
	if len(identities) == 0 {
		return nil, ErrNoKey
	}
	r, err := age.Decrypt(bytes.NewReader(sealed), identities...)
	var wrong *age.NoIdentityMatchError
	if errors.As(err, &wrong) {
		return nil, ErrNoKey
	}
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	b.Grow(len(sealed))
	_, err = b.ReadFrom(r)
	return b.Bytes(), err
}

// SealIdentity seals a recording's identity to readers: what a manifest has as sealedKey,
// and what is kept beside a recording for a reader who came later.
func SealIdentity(identity string, readers []Reader) (sealedKey string, err error) {
	if err := checkReaders(readers); err != nil {
		return "", err
	}
	to, err := recipients(readers)
	if err != nil {
		return "", err
	}
	sealed, err := seal([]byte(identity+"\n"), to)
	return base64.StdEncoding.EncodeToString(sealed), err
}

// OpenIdentity opens a sealedKey. It returns the recording's identity, AGE-SECRET-KEY-1….
func OpenIdentity(sealedKey string, identities ...age.Identity) (string, error) {
	if len(sealedKey) > maxSealedKey {
		return "", fmt.Errorf("sealed key has more than %d bytes", maxSealedKey)
	}
	sealed, err := base64.StdEncoding.DecodeString(sealedKey)
	if err != nil {
		return "", fmt.Errorf("sealed key: %w", err)
	}
	plain, err := open(sealed, identities)
	if err != nil {
		return "", fmt.Errorf("open the recording's key: %w", err)
	}
	text := strings.TrimSpace(string(plain))
	if _, err := age.ParseX25519Identity(text); err != nil {
		return "", fmt.Errorf("the recording's key: %w", err)
	}
	return text, nil
}

// maxIdentities bounds what is read of a file of identities, in bytes.
const maxIdentities = 64 << 10

// ParseIdentities reads a file of age identities: a reader's, or a recording's own.
func ParseIdentities(r io.Reader) ([]age.Identity, error) {
	return age.ParseIdentities(io.LimitReader(r, maxIdentities))
}
