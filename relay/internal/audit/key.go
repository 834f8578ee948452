package audit

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/base64"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/mod/sumdb/note"
)

// namePrefix begins the names of trails. What follows is random: each relay's trail
// has a name of its own, which its checkpoints and its key carry.
const namePrefix = "lendhand/audit/"

// keyParts is how many parts a signer's key has; only the last may hold a plus.
const keyParts = 5

// Key signs the checkpoints of one trail.
type Key struct {
	signer note.Signer
	// public is the verifier key as text: name+hash+base64.
	public string
}

var errKeyForm = errors.New("not the key of an audit trail")

// NewKey makes a key, as text to be kept secret.
func NewKey() (string, error) {
	secret, _, err := note.GenerateKey(rand.Reader, namePrefix+strings.ToLower(rand.Text()[:8]))
	if err != nil {
		return "", fmt.Errorf("make a key for the audit trail: %w", err)
	}
	return secret + "\n", nil
}

// ParseKey reads what [NewKey] made. Its errors do not repeat it.
func ParseKey(text string) (*Key, error) {
	text = strings.TrimSpace(text)
	signer, err := note.NewSigner(text)
	if err != nil {
		return nil, errKeyForm
	}
	// NewSigner has seen PRIVATE+KEY+name+hash+base64 of an algorithm and a seed.
	data, err := base64.StdEncoding.DecodeString(strings.SplitN(text, "+", keyParts)[keyParts-1])
	if err != nil || len(data) != 1+ed25519.SeedSize {
		return nil, errKeyForm
	}
	public, _ := ed25519.NewKeyFromSeed(data[1:]).Public().(ed25519.PublicKey)
	verifier, err := note.NewEd25519VerifierKey(signer.Name(), public)
	if err != nil {
		return nil, errKeyForm
	}
	return &Key{signer: signer, public: verifier}, nil
}

// Public returns the verifier key as text, for everybody.
func (k *Key) Public() string { return k.public }

// Name returns the trail's name.
func (k *Key) Name() string { return k.signer.Name() }

// Verifier returns what checks the key's signatures.
func (k *Key) Verifier() note.Verifier {
	v, err := note.NewVerifier(k.public)
	if err != nil {
		panic("audit: a key that we made is none: " + err.Error())
	}
	return v
}

// ParseVerifier reads a verifier key.
func ParseVerifier(text string) (note.Verifier, error) {
	v, err := note.NewVerifier(strings.TrimSpace(text))
	if err != nil {
		return nil, fmt.Errorf("read a verifier key: %w", errKeyForm)
	}
	return v, nil
}
