package grant

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/base64"
	"errors"

	"github.com/lendhand/lendhand/signaling"
)

// KeyID derives a key's "kid" from the key itself.
func KeyID(public ed25519.PublicKey) string {
	sum := sha256.Sum256(public)
	return base64.RawURLEncoding.EncodeToString(sum[:9])
}

// EncodeKey writes a public key as messages carry it.
func EncodeKey(public ed25519.PublicKey) string { return base64.RawURLEncoding.EncodeToString(public) }

// DecodeKey reads a public key as messages carry it.
func DecodeKey(s string) (ed25519.PublicKey, error) {
	raw, err := base64.RawURLEncoding.DecodeString(s)
	if err != nil || len(raw) != ed25519.PublicKeySize {
		return nil, errors.New("not an Ed25519 public key in base64url")
	}
	return raw, nil
}

// JWK is a public key as the relay publishes it (RFC 7517; RFC 8037 for "OKP").
type JWK struct {
	KeyType   string `json:"kty"`
	Curve     string `json:"crv"`
	Use       string `json:"use"`
	Algorithm string `json:"alg"`
	ID        string `json:"kid"`
	X         string `json:"x"`
}

// JWKSet is the set of a relay's public keys.
type JWKSet struct {
	Keys []JWK `json:"keys"`
}

// Publish writes keys as a set.
func Publish(keys []signaling.GrantKey) JWKSet {
	set := JWKSet{Keys: make([]JWK, 0, len(keys))}
	for _, k := range keys {
		set.Keys = append(set.Keys, JWK{
			KeyType: "OKP", Curve: "Ed25519", Use: "sig", Algorithm: "EdDSA", ID: k.ID, X: k.Key,
		})
	}
	return set
}
