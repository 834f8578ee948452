// Package grant makes and checks the two signed statements of a session: the
// relay's grant to a technician, and the consent of the person at the host. Both
// are JWTs (RFC 7519) signed with EdDSA over Ed25519 (RFC 8037); PROTOCOL.md
// section 8 lists their claims.
//
// Everything goes through one pair of helpers, sign and verify: one algorithm, an
// explicit type, a key from a known set, and every claim required.
package grant

import (
	"crypto/ed25519"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lendhand/lendhand/signaling"
)

const (
	// Life is how long a grant is valid; the relay renews it before.
	Life = 15 * time.Minute
	// Leeway is how far the clocks of relay and host may differ.
	Leeway = time.Minute

	grantType = "lendhand-grant+jwt"
	// hostName is the audience of grants and the issuer of consents.
	hostName = "lendhand-host"
	// roleTechnician is the only role that a grant is given to in this version.
	roleTechnician = "technician"
)

// ErrInvalid is wrapped by every error about a statement that must not be
// believed; the wrapping error says why.
var ErrInvalid = errors.New("invalid statement")

// Grant is the relay's word that a technician may ask for Scopes in one session.
type Grant struct {
	// ID is unique ("jti").
	ID string
	// Subject is the technician's account, SessionID the session.
	Subject   string
	SessionID string
	Scopes    signaling.Scopes
	// Fingerprint is that of the technician's DTLS certificate.
	Fingerprint string
	Expires     time.Time
}

type grantClaims struct {
	jwt.RegisteredClaims
	SessionID    string           `json:"sid"`
	Role         string           `json:"role"`
	Scope        signaling.Scopes `json:"scope"`
	Confirmation confirmation     `json:"cnf"`
}

// confirmation binds the grant to a key (RFC 7800), here by the fingerprint of the
// certificate that DTLS proves.
type confirmation struct {
	Fingerprint string `json:"fingerprint"`
}

// Verifier checks grants of one issuer. It is safe for concurrent use.
type Verifier struct {
	issuer string
	keys   map[string]ed25519.PublicKey
	now    func() time.Time
}

// NewVerifier returns a Verifier of the grants that issuer signs with one of keys.
func NewVerifier(issuer string, keys []signaling.GrantKey) (*Verifier, error) {
	v := &Verifier{issuer: issuer, keys: make(map[string]ed25519.PublicKey, len(keys)), now: time.Now}
	for _, k := range keys {
		public, err := DecodeKey(k.Key)
		if err != nil {
			return nil, fmt.Errorf("grant key %q: %w", k.ID, err)
		}
		v.keys[k.ID] = public
	}
	if issuer == "" || len(v.keys) == 0 {
		return nil, errors.New("grant verifier: issuer and keys are required")
	}
	return v, nil
}

// Expect says whom and what a grant must be for.
type Expect struct {
	// SessionID is the session, Subject the technician's account.
	SessionID string
	Subject   string
	// Fingerprint is that of the certificate which the technician proves.
	Fingerprint string
}

// Verify checks token and returns the grant. Its errors wrap ErrInvalid and say, in
// words fit for a log, what does not fit.
func (v *Verifier) Verify(token string, want Expect) (Grant, error) {
	var c grantClaims
	err := verify(token, &c, rules{
		typ: grantType, issuer: v.issuer, audience: hostName, now: v.now,
		key: func(id string) (ed25519.PublicKey, bool) { k, ok := v.keys[id]; return k, ok },
	})
	if err != nil {
		return Grant{}, err
	}
	scopes := signaling.NewScopes(c.Scope...)
	switch {
	case c.SessionID != want.SessionID:
		err = errors.New("for another session")
	case c.Role != roleTechnician:
		err = fmt.Errorf("role %.32q", c.Role)
	case c.Subject != want.Subject:
		err = errors.New("for another technician")
	case c.Confirmation.Fingerprint == "" || c.Confirmation.Fingerprint != want.Fingerprint:
		err = errors.New("bound to another certificate")
	case c.ExpiresAt.Sub(c.IssuedAt.Time) > Life:
		err = fmt.Errorf("for more than %s", Life)
	case !scopes.Has(signaling.ScopeView):
		err = fmt.Errorf("without the scope %q", signaling.ScopeView)
	}
	if err != nil {
		return Grant{}, fmt.Errorf("%w: grant %w", ErrInvalid, err)
	}
	return Grant{
		ID: c.ID, Subject: c.Subject, SessionID: c.SessionID, Scopes: scopes,
		Fingerprint: c.Confirmation.Fingerprint, Expires: c.ExpiresAt.Time,
	}, nil
}

func newID() string { return rand.Text() }
