package grant

import (
	"crypto/ed25519"
	"errors"
	"fmt"
	"time"

	"github.com/golang-jwt/jwt/v5"
)

// maxToken is the longest statement that is looked at, in bytes.
const maxToken = 4 << 10

func registered(issuer, audience, subject, id string, issued, expires time.Time) jwt.RegisteredClaims {
	return jwt.RegisteredClaims{
		Issuer:    issuer,
		Audience:  jwt.ClaimStrings{audience},
		Subject:   subject,
		ID:        id,
		IssuedAt:  jwt.NewNumericDate(issued),
		ExpiresAt: jwt.NewNumericDate(expires),
	}
}

// sign writes claims as a compact JWT of the given type.
func sign(key ed25519.PrivateKey, typ, keyID string, claims jwt.Claims) (string, error) {
	token := jwt.NewWithClaims(jwt.SigningMethodEdDSA, claims)
	token.Header["typ"] = typ
	if keyID != "" {
		token.Header["kid"] = keyID
	}
	signed, err := token.SignedString(key)
	if err != nil {
		return "", fmt.Errorf("sign %s: %w", typ, err)
	}
	return signed, nil
}

// rules say what verify accepts.
type rules struct {
	typ      string
	issuer   string
	audience string
	// key returns the key that the header's "kid" names. The name is only ever
	// looked up, never interpreted.
	key func(id string) (ed25519.PublicKey, bool)
	now func() time.Time
}

// verify reads token into claims. It is the only place that parses a JWT: by
// default the library accepts any HMAC, any audience and tokens without an expiry.
func verify(token string, claims jwt.Claims, r rules) error {
	if len(token) > maxToken {
		return fmt.Errorf("%w: longer than %d bytes", ErrInvalid, maxToken)
	}
	parser := jwt.NewParser(
		jwt.WithValidMethods([]string{jwt.SigningMethodEdDSA.Alg()}),
		jwt.WithIssuer(r.issuer),
		jwt.WithAudience(r.audience),
		jwt.WithExpirationRequired(),
		jwt.WithIssuedAt(),
		jwt.WithLeeway(Leeway),
		jwt.WithTimeFunc(r.now),
		jwt.WithStrictDecoding(),
	)
	parsed, err := parser.ParseWithClaims(token, claims, func(t *jwt.Token) (any, error) {
		if typ, _ := t.Header["typ"].(string); typ != r.typ {
			return nil, fmt.Errorf("type %.32q, want %q", typ, r.typ)
		}
		id, _ := t.Header["kid"].(string)
		key, ok := r.key(id)
		if !ok {
			return nil, errors.New("unknown key")
		}
		return key, nil
	})
	if err != nil {
		return fmt.Errorf("%w: %w", ErrInvalid, err)
	}
	return require(parsed.Claims)
}

// require checks the claims that the library only checks when they are there.
func require(c jwt.Claims) error {
	subject, err := c.GetSubject()
	if err != nil || subject == "" {
		return fmt.Errorf("%w: no subject", ErrInvalid)
	}
	if issued, err := c.GetIssuedAt(); err != nil || issued == nil {
		return fmt.Errorf("%w: no time of issue", ErrInvalid)
	}
	if id, ok := c.(interface{ id() string }); !ok || id.id() == "" {
		return fmt.Errorf("%w: no id", ErrInvalid)
	}
	return nil
}

func (c *grantClaims) id() string { return c.ID }
