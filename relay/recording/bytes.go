package recording

import (
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"time"
)

// Hash is a SHA-256, a Link among others; in JSON it is base64url without padding.
type Hash [32]byte

// Signature is an Ed25519 signature (RFC 8032), in JSON base64url without padding.
type Signature [64]byte

var encoding = base64.RawURLEncoding.Strict()

// String returns the hash as it stands in JSON.
func (h Hash) String() string { return encoding.EncodeToString(h[:]) }

// MarshalText writes base64url.
func (h Hash) MarshalText() ([]byte, error) { return encoding.AppendEncode(nil, h[:]), nil }

// UnmarshalText reads base64url.
func (h *Hash) UnmarshalText(text []byte) error { return decodeBytes(h[:], text) }

// MarshalText writes base64url.
func (s Signature) MarshalText() ([]byte, error) { return encoding.AppendEncode(nil, s[:]), nil }

// UnmarshalText reads base64url.
func (s *Signature) UnmarshalText(text []byte) error { return decodeBytes(s[:], text) }

func decodeBytes(to, text []byte) error {
	if len(text) != encoding.EncodedLen(len(to)) {
		return fmt.Errorf("want %d bytes in base64url", len(to))
	}
	_, err := encoding.Decode(to, text)
	return err
}

// Stamp is a moment by a clock: milliseconds since 1970, UTC. In JSON it is a time of
// RFC 3339 with three decimals and a Z.
type Stamp int64

const stampLayout = "2006-01-02T15:04:05.000Z"

// maxStamp is the last millisecond that has four digits of the year.
const maxStamp Stamp = 253402300799999

// StampOf returns t, cut to milliseconds.
func StampOf(t time.Time) Stamp { return Stamp(t.UnixMilli()) }

// Time returns the stamp as a time in UTC.
func (s Stamp) Time() time.Time { return time.UnixMilli(int64(s)).UTC() }

// String returns the stamp as it stands in JSON.
func (s Stamp) String() string { return s.Time().Format(stampLayout) }

// MarshalText writes RFC 3339.
func (s Stamp) MarshalText() ([]byte, error) {
	if s < 0 || s > maxStamp {
		return nil, fmt.Errorf("time %d is out of range", int64(s))
	}
	return []byte(s.String()), nil
}

// UnmarshalText reads RFC 3339.
func (s *Stamp) UnmarshalText(text []byte) error {
	t, err := time.Parse(stampLayout, string(text))
	if err == nil && t.Year() < 1970 {
		err = fmt.Errorf("time %q is before 1970", text)
	}
	*s = StampOf(t)
	return err
}

// PublicKey is an Ed25519 public key, in JSON base64url without padding.
type PublicKey [32]byte

// PublicKeyOf returns the public half of a private key.
func PublicKeyOf(key ed25519.PrivateKey) PublicKey {
	return PublicKey(key.Public().(ed25519.PublicKey))
}

// Key returns the key for the functions of crypto/ed25519.
func (k PublicKey) Key() ed25519.PublicKey { return k[:] }

// String returns the key as it stands in JSON.
func (k PublicKey) String() string { return encoding.EncodeToString(k[:]) }

// MarshalText writes base64url.
func (k PublicKey) MarshalText() ([]byte, error) { return encoding.AppendEncode(nil, k[:]), nil }

// UnmarshalText reads base64url.
func (k *PublicKey) UnmarshalText(text []byte) error { return decodeBytes(k[:], text) }
