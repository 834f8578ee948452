package grant

import (
	"crypto/ed25519"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"

	"github.com/lendhand/lendhand/signaling"
)

const consentType = "lendhand-consent+jwt"

// ConsentLife is the longest time that a consent holds.
const ConsentLife = 8 * time.Hour

// Consent is the person's word on what a technician may do, signed by the host's
// key for the session.
type Consent struct {
	// ID is unique ("jti"); SignConsent makes one.
	ID string
	// Audience is the relay, as it calls itself in Registered.
	Audience string
	// Subject, Name and Organisation are the technician as the person read them.
	Subject      string
	Name         string
	Organisation string
	// SessionID is the session. RequestID is the request that the consent answers,
	// or empty when the person changed their mind unasked.
	SessionID string
	RequestID string
	// Scopes is what is allowed from now on.
	Scopes signaling.Scopes
	// Recorded says that the person agrees that the session is recorded.
	Recorded bool
	Issued   time.Time
	Expires  time.Time
}

type consentClaims struct {
	jwt.RegisteredClaims
	Name         string           `json:"name"`
	Organisation string           `json:"organisation"`
	SessionID    string           `json:"sid"`
	RequestID    string           `json:"rid"`
	Scope        signaling.Scopes `json:"scope"`
	Recorded     bool             `json:"recorded"`
}

func (c *consentClaims) id() string { return c.ID }

// SignConsent writes c as a statement signed by the host's key for the session.
func SignConsent(key ed25519.PrivateKey, c Consent) (string, error) {
	return sign(key, consentType, "", consentClaims{
		RegisteredClaims: registered(hostName, c.Audience, c.Subject, newID(), c.Issued, c.Expires),
		Name:             c.Name,
		Organisation:     c.Organisation,
		SessionID:        c.SessionID,
		RequestID:        c.RequestID,
		Scope:            c.Scopes,
		Recorded:         c.Recorded,
	})
}

// VerifyConsent checks a statement that the host of one session signed with key,
// for the relay that calls itself audience. Its errors wrap ErrInvalid.
func VerifyConsent(statement string, key ed25519.PublicKey, audience, sessionID string) (Consent, error) {
	var c consentClaims
	err := verify(statement, &c, rules{
		typ: consentType, issuer: hostName, audience: audience, now: time.Now,
		key: func(id string) (ed25519.PublicKey, bool) { return key, id == "" },
	})
	if err != nil {
		return Consent{}, err
	}
	scopes := signaling.NewScopes(c.Scope...)
	switch {
	case c.SessionID != sessionID:
		return Consent{}, fmt.Errorf("%w: consent for another session", ErrInvalid)
	case !scopes.Has(signaling.ScopeView):
		return Consent{}, fmt.Errorf("%w: consent without the scope %q", ErrInvalid, signaling.ScopeView)
	case c.ExpiresAt.Sub(c.IssuedAt.Time) > ConsentLife:
		return Consent{}, fmt.Errorf("%w: consent for more than %s", ErrInvalid, ConsentLife)
	}
	return Consent{
		ID: c.ID, Audience: audience, Subject: c.Subject, Name: c.Name, Organisation: c.Organisation,
		SessionID: c.SessionID, RequestID: c.RequestID, Scopes: scopes, Recorded: c.Recorded,
		Issued: c.IssuedAt.Time, Expires: c.ExpiresAt.Time,
	}, nil
}
