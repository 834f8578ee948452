package datadir

import (
	"crypto/ed25519"
	"encoding/base64"
	"testing"
)

// One key in 64 would begin with a minus, and be taken for a flag by "verify --key".
func TestAReceiptKeyIsNoFlag(t *testing.T) {
	for range 500 {
		data, err := newReceiptKey()
		if err != nil {
			t.Fatal(err)
		}
		key, err := parseGrantKey(data)
		if err != nil {
			t.Fatal(err)
		}
		if public, ok := key.Public().(ed25519.PublicKey); !ok || base64.RawURLEncoding.EncodeToString(public)[0] == '-' {
			t.Errorf("the key %x", public)
		}
	}
}
