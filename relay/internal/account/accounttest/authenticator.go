// Package accounttest has what tests of accounts need: an authenticator of passkeys
// and the codes of an authenticator program.
package accounttest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"testing"
	"time"

	"github.com/pquerna/otp/totp"
)

// Flags of authenticator data (W3C Web Authentication section 6.1).
const (
	userPresent      = 1 << 0
	userVerified     = 1 << 2
	attestedIncluded = 1 << 6
)

// Authenticator holds one passkey and answers as a browser with one does.
type Authenticator struct {
	// Origin is the page that asks.
	Origin string
	// Unverified is an authenticator that does not look at the person.
	Unverified bool
	// Counter is that of the last answer; it grows with each unless Stuck.
	Counter uint32
	Stuck   bool

	key    *ecdsa.PrivateKey
	id     []byte
	handle string
}

// options are those of a creation and of a request, as far as an authenticator reads
// them.
type options struct {
	Challenge string `json:"challenge"`
	RPID      string `json:"rpId"`
	RP        struct {
		ID string `json:"id"`
	} `json:"rp"`
	User struct {
		ID string `json:"id"`
	} `json:"user"`
}

func read(t testing.TB, data []byte) options {
	t.Helper()
	var o options
	if err := json.Unmarshal(data, &o); err != nil || o.Challenge == "" {
		t.Fatalf("these are no options: %s, %v", data, err)
	}
	return o
}

// Create makes the passkey and returns a RegistrationResponseJSON without an
// attestation.
func (a *Authenticator) Create(t testing.TB, creation []byte) []byte {
	t.Helper()
	o := read(t, creation)
	var err error
	if a.key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader); err != nil {
		t.Fatal(err)
	}
	a.id, a.handle = []byte(rand.Text()), o.User.ID
	attested := append(make([]byte, 16), byte(len(a.id)>>8), byte(len(a.id)))
	attested = append(append(attested, a.id...), a.cose(t)...)
	data := a.data(o.RP.ID, attestedIncluded, attested)
	// {"fmt": "none", "attStmt": {}, "authData": bytes} in CBOR (RFC 8949).
	object := append([]byte("\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x59"), byte(len(data)>>8), byte(len(data)))
	object = append(object, data...)
	return a.answer(t, map[string]any{
		"clientDataJSON": encode(a.clientData(t, "webauthn.create", o.Challenge)), "attestationObject": encode(object),
		"transports": []string{"internal"},
	})
}

// Get returns an AuthenticationResponseJSON.
func (a *Authenticator) Get(t testing.TB, request []byte) []byte {
	t.Helper()
	o := read(t, request)
	if !a.Stuck {
		a.Counter++
	}
	data := a.data(o.RPID, 0, nil)
	client := a.clientData(t, "webauthn.get", o.Challenge)
	hash := sha256.Sum256(client)
	digest := sha256.Sum256(append(append([]byte(nil), data...), hash[:]...))
	signature, err := ecdsa.SignASN1(rand.Reader, a.key, digest[:])
	if err != nil {
		t.Fatal(err)
	}
	return a.answer(t, map[string]any{
		"clientDataJSON": encode(client), "authenticatorData": encode(data), "signature": encode(signature), "userHandle": a.handle,
	})
}

func (a *Authenticator) data(rpID string, flags byte, more []byte) []byte {
	hash := sha256.Sum256([]byte(rpID))
	flags |= userPresent
	if !a.Unverified {
		flags |= userVerified
	}
	return append(binary.BigEndian.AppendUint32(append(hash[:], flags), a.Counter), more...)
}

func (a *Authenticator) clientData(t testing.TB, kind, challenge string) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{"type": kind, "challenge": challenge, "origin": a.Origin, "crossOrigin": false})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

// cose is the public key for ES256 (RFC 9053 section 7.1.1).
func (a *Authenticator) cose(t testing.TB) []byte {
	t.Helper()
	point, err := a.key.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	key := append([]byte("\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20"), point[1:33]...)
	return append(append(key, "\x22\x58\x20"...), point[33:]...)
}

func (a *Authenticator) answer(t testing.TB, response map[string]any) []byte {
	t.Helper()
	data, err := json.Marshal(map[string]any{
		"id": encode(a.id), "rawId": encode(a.id), "type": "public-key", "response": response,
		"clientExtensionResults": map[string]any{}, "authenticatorAttachment": "platform",
	})
	if err != nil {
		t.Fatal(err)
	}
	return data
}

func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }

// Code is what an authenticator program shows at a time.
func Code(t testing.TB, secret string, at time.Time) string {
	t.Helper()
	code, err := totp.GenerateCode(secret, at)
	if err != nil {
		t.Fatal(err)
	}
	return code
}
