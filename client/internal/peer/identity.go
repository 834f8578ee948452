package peer

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"fmt"

	"github.com/pion/webrtc/v4"
)

// Identity is a certificate for one session. A new session has a new one, so that
// no two sessions can be linked by it.
type Identity struct {
	certificate *webrtc.Certificate
	fingerprint string
}

// NewIdentity makes a certificate with a key on the curve P-256, which every browser
// takes.
func NewIdentity() (*Identity, error) {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	certificate, err := webrtc.GenerateCertificate(key)
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	prints, err := certificate.GetFingerprints()
	if err != nil {
		return nil, fmt.Errorf("make certificate: %w", err)
	}
	for _, p := range prints {
		if p.Algorithm == sha256Name {
			return &Identity{certificate: certificate, fingerprint: fingerprint(p.Algorithm, p.Value)}, nil
		}
	}
	return nil, fmt.Errorf("make certificate: no %s fingerprint", sha256Name)
}

// Fingerprint returns the certificate's fingerprint as messages carry it:
// "sha-256 AB:CD:…".
func (i *Identity) Fingerprint() string { return i.fingerprint }
