package recording

import (
	"crypto/ed25519"
	"crypto/sha256"
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// ManifestPart is the number of the manifest where a receipt names a part.
const ManifestPart = -1

// Receipt is the relay's word that it had a part, and all before it, at a time by its
// own clock.
type Receipt struct {
	// Part is the part's number, ManifestPart for the manifest.
	Part int64 `json:"part"`
	Time Stamp `json:"time"`
	// Key is the ID of the key that signed.
	Key       string    `json:"key"`
	Signature Signature `json:"signature"`
}

// KeyID returns the ID of a relay's receipt key: 16 characters.
func KeyID(key ed25519.PublicKey) string {
	sum := sha256.Sum256(append([]byte(keyContext), key...))
	return encoding.EncodeToString(sum[:12])
}

// SignReceipt gives a receipt for a part, whose link is link.
func SignReceipt(key ed25519.PrivateKey, part int64, link Link, now time.Time) Receipt {
	r := Receipt{Part: part, Time: StampOf(now), Key: KeyID(key.Public().(ed25519.PublicKey))}
	r.Signature = Signature(ed25519.Sign(key, r.signed(link)))
	return r
}

func (r *Receipt) signed(link Link) []byte {
	b := append([]byte(receiptContext), link[:]...)
	return binary.BigEndian.AppendUint64(b, uint64(r.Time))
}

// Verify reports whether the key has signed the receipt, for the part whose link is link.
func (r *Receipt) Verify(key ed25519.PublicKey, link Link) bool {
	return len(key) == ed25519.PublicKeySize && r.Key == KeyID(key) && ed25519.Verify(key, r.signed(link), r.Signature[:])
}

// Encode returns the receipt's line, without its newline.
func (r *Receipt) Encode() ([]byte, error) {
	if err := r.check(); err != nil {
		return nil, err
	}
	return encodeLine(r)
}

// ParseReceipt reads a line that Encode wrote, without its newline.
func ParseReceipt(line []byte) (Receipt, error) {
	r, err := decodeExact[Receipt](line)
	if err == nil {
		err = r.check()
	}
	if err != nil {
		return Receipt{}, fmt.Errorf("receipt: %w", err)
	}
	return r, nil
}

func (r *Receipt) check() error {
	switch {
	case r.Part < ManifestPart || r.Part >= MaxParts:
		return fmt.Errorf("part %d", r.Part)
	case len(r.Key) != 16:
		return errors.New("the key's ID has not 16 characters")
	}
	return checkOpaque("key", r.Key, 16)
}
