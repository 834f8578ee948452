// Package verifywords makes the four words that host and technician compare, to
// find out whether somebody sits between them.
//
// DTLS protects what the two say to each other only if each of them has the other's
// certificate, and it is the relay that told them which certificates these are. So
// the words are made of the certificates that DTLS has proved at either end. A relay
// that sits in the middle has one connection to each of the two, with certificates
// of its own: the words differ.
//
// Four words are 32 bits, short enough to be read out on the phone, and too short to
// stand alone: whoever could choose freely would try certificates and nonces until both
// ends show the same words, which takes seconds. That is what the commitment is for,
// the way of ZRTP (RFC 6189 section 4.4.1.1). The host binds itself to a nonce before
// it knows the technician's, and reveals it after that. Whoever sits in the middle
// must choose a nonce towards each end before they know what that end's words will
// be. They have one try, which both ends see fail, and it succeeds with a chance of
// 1 in 2³² = 4,294,967,296. There is one exchange on a connection, so a second try
// needs a second connection, and other words are shown for it.
//
// What the words do not prove: that the page which the technician runs is honest. It
// comes from the relay. And they prove nothing unless two people compare them by
// another way than this connection, with a voice that they know.
package verifywords

import (
	"crypto/hkdf"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	_ "embed" // words.txt
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"slices"
	"strings"
)

// Count is how many words there are to compare.
const Count = 4

// What separates these hashes from any other use of the same bytes. PROTOCOL.md has them.
const (
	commitmentDomain = "lendhand/verify-words/1/commitment"
	wordsDomain      = "lendhand/verify-words/1/words"
	// committer is the role of who commits.
	committer = "host"
)

// Fingerprint is the SHA-256 hash of a certificate in DER.
type Fingerprint [sha256.Size]byte

// FingerprintOf returns the fingerprint of a certificate in DER.
func FingerprintOf(certificate []byte) Fingerprint { return sha256.Sum256(certificate) }

// ParseFingerprint reads a fingerprint as messages carry it: "sha-256 4A:AD:…".
func ParseFingerprint(s string) (Fingerprint, error) {
	pairs, ok := strings.CutPrefix(s, "sha-256 ")
	raw, err := hex.DecodeString(strings.ReplaceAll(pairs, ":", ""))
	if !ok || err != nil || len(raw) != sha256.Size || len(pairs) != 3*sha256.Size-1 {
		return Fingerprint{}, fmt.Errorf("parse fingerprint %.100q: want sha-256 and 32 pairs", s)
	}
	return Fingerprint(raw), nil
}

// Nonce is one side's random part of the words. The zero Nonce is nobody's.
type Nonce [32]byte

// NewNonce returns 32 random bytes.
func NewNonce() Nonce {
	var n Nonce
	_, _ = rand.Read(n[:]) // it never fails
	return n
}

// String returns the nonce as messages carry it: base64url without padding.
func (n Nonce) String() string { return base64.RawURLEncoding.EncodeToString(n[:]) }

// ParseNonce reads a nonce as messages carry it.
func ParseNonce(s string) (Nonce, error) {
	raw, err := parse32(s)
	return Nonce(raw), wrap("nonce", err)
}

// Commitment binds a host to a nonce that it does not tell yet.
type Commitment [sha256.Size]byte

// String returns the commitment as messages carry it: base64url without padding.
func (c Commitment) String() string { return base64.RawURLEncoding.EncodeToString(c[:]) }

// ParseCommitment reads a commitment as messages carry it.
func ParseCommitment(s string) (Commitment, error) {
	raw, err := parse32(s)
	return Commitment(raw), wrap("commitment", err)
}

func parse32(s string) (raw [32]byte, err error) {
	b, err := base64.RawURLEncoding.Strict().DecodeString(s)
	if err == nil && len(b) != len(raw) {
		err = fmt.Errorf("%d bytes, want %d", len(b), len(raw))
	}
	copy(raw[:], b)
	return raw, err
}

func wrap(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("parse %s: %w", what, err)
}

// Connection is what the words are bound to: the session, and the two certificates
// as DTLS has proved them to the side that makes the words.
type Connection struct {
	SessionID        string
	Host, Technician Fingerprint
}

// Commit returns the host's commitment to a nonce on this connection.
func (c Connection) Commit(n Nonce) Commitment {
	return sha256.Sum256([]byte(joined(commitmentDomain, committer, c.SessionID, string(c.Host[:]), string(c.Technician[:]), string(n[:]))))
}

// Opens reports whether a nonce is the one that a commitment was made to, on this
// connection.
func (c Connection) Opens(to Commitment, n Nonce) bool {
	want := c.Commit(n)
	return subtle.ConstantTimeCompare(want[:], to[:]) == 1
}

// Words are the words to compare, in their order.
type Words [Count]string

// String returns the words with spaces between them.
func (w Words) String() string { return strings.Join(w[:], " ") }

// Words returns the words of this connection and both nonces.
func (c Connection) Words(host, technician Nonce) (Words, error) {
	secret := slices.Concat(host[:], technician[:])
	info := joined(c.SessionID, string(c.Host[:]), string(c.Technician[:]))
	picks, err := hkdf.Key(sha256.New, secret, []byte(wordsDomain), info, Count)
	if err != nil {
		return Words{}, fmt.Errorf("make words: %w", err)
	}
	list := strings.Fields(text)
	if len(list) != 256 {
		return Words{}, errors.New("make words: the list is not one of 256")
	}
	var w Words
	for i, p := range picks {
		w[i] = list[p]
	}
	return w, nil
}

// joined puts parts together so that no two lists of parts look the same: each has its
// length in front, in two bytes.
func joined(parts ...string) string {
	var b []byte
	for _, p := range parts {
		b = binary.BigEndian.AppendUint16(b, uint16(len(p))) //nolint:gosec // identifiers and hashes are short
		b = append(b, p...)
	}
	return string(b)
}

// text is the list, a word a line. Both ends must have the same one.
//
//go:embed words.txt
var text string
