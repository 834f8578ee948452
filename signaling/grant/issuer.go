package grant

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// MaxKeys is the number of keys that an Issuer has at most: hosts take no more.
const MaxKeys = 8

// ErrNoKey says that an Issuer has none of the keys that a host knows.
var ErrNoKey = errors.New("the host knows none of the keys")

// Issuer signs grants. It is safe for concurrent use.
type Issuer struct {
	// Set at construction.
	name string
	now  func() time.Time

	// Guarded by mu. The newest key is the first.
	mu   sync.RWMutex
	keys []signingKey
}

type signingKey struct {
	private ed25519.PrivateKey
	public  signaling.GrantKey
}

// NewIssuer returns an Issuer that signs with key and calls itself name, the
// relay's public address. The key's "kid" is derived from it.
func NewIssuer(key ed25519.PrivateKey, name string) (*Issuer, error) {
	if name == "" {
		return nil, errors.New("grant issuer: no name")
	}
	i := &Issuer{name: name, now: time.Now}
	return i, i.Rotate(key)
}

// Rotate replaces the keys, the newest first: that one signs, for every host that
// knows it. Those before it are still published, and sign for the other hosts.
func (i *Issuer) Rotate(keys ...ed25519.PrivateKey) error {
	if len(keys) == 0 || len(keys) > MaxKeys {
		return fmt.Errorf("grant keys: want 1 to %d, got %d", MaxKeys, len(keys))
	}
	ring := make([]signingKey, 0, len(keys))
	for _, key := range keys {
		if len(key) != ed25519.PrivateKeySize {
			return errors.New("grant key: not an Ed25519 private key")
		}
		public := key.Public().(ed25519.PublicKey)
		ring = append(ring, signingKey{key, signaling.GrantKey{ID: KeyID(public), Key: EncodeKey(public)}})
	}
	i.mu.Lock()
	defer i.mu.Unlock()
	i.keys = ring
	return nil
}

// Name returns what the Issuer calls itself ("iss").
func (i *Issuer) Name() string { return i.name }

// Keys returns the public keys that the Issuer's grants are checked with, the newest
// first.
func (i *Issuer) Keys() []signaling.GrantKey {
	i.mu.RLock()
	defer i.mu.RUnlock()
	keys := make([]signaling.GrantKey, 0, len(i.keys))
	for _, k := range i.keys {
		keys = append(keys, k.public)
	}
	return keys
}

// Issue signs a grant with the newest key, and fills in its ID and Expires.
func (i *Issuer) Issue(g Grant) (string, Grant, error) {
	i.mu.RLock()
	key := i.keys[0]
	i.mu.RUnlock()
	return i.sign(key, g)
}

// IssueFor is Issue with the newest of the keys that a host knows, named by their
// "kid". It returns [ErrNoKey] when there is none.
func (i *Issuer) IssueFor(g Grant, known []string) (string, Grant, error) {
	i.mu.RLock()
	at := slices.IndexFunc(i.keys, func(k signingKey) bool { return slices.Contains(known, k.public.ID) })
	var key signingKey
	if at >= 0 {
		key = i.keys[at]
	}
	i.mu.RUnlock()
	if at < 0 {
		return "", g, ErrNoKey
	}
	return i.sign(key, g)
}

func (i *Issuer) sign(key signingKey, g Grant) (string, Grant, error) {
	now := i.now()
	g.ID, g.Expires = newID(), now.Add(Life).Truncate(time.Second)
	token, err := sign(key.private, grantType, key.public.ID, grantClaims{
		RegisteredClaims: registered(i.name, hostName, g.Subject, g.ID, now, g.Expires),
		SessionID:        g.SessionID,
		Role:             roleTechnician,
		Scope:            g.Scopes,
		Confirmation:     confirmation{Fingerprint: g.Fingerprint},
	})
	return token, g, err
}
