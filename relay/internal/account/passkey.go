package account

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"slices"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/lendhand/lendhand/signaling/problem"
)

var errNoPasskeys = problem.New("passkeys do not work at this address", "They need a name: open the relay under one, or ask your administrator.")

// passkeys knows how to ask authenticators (W3C Web Authentication).
type passkeys struct{ rp *webauthn.WebAuthn }

// newPasskeys returns nil where browsers have no passkeys: they want a name.
func newPasskeys(public *url.URL, organisation string) (*passkeys, error) {
	if public == nil || public.Hostname() == "" {
		return nil, nil
	}
	if _, err := netip.ParseAddr(public.Hostname()); err == nil {
		return nil, nil
	}
	rp, err := webauthn.New(&webauthn.Config{
		RPID: public.Hostname(), RPDisplayName: organisation, RPOrigins: []string{public.String()},
		AttestationPreference: protocol.PreferNoAttestation,
		AuthenticatorSelection: protocol.AuthenticatorSelection{
			ResidentKey: protocol.ResidentKeyRequirementPreferred, UserVerification: protocol.VerificationPreferred,
		},
		// Password managers answer what was not asked; nothing here reads it.
		ExtensionsUnsolicitedOutputPolicy: protocol.UnsolicitedOutputPolicyIgnore,
	})
	if err != nil {
		return nil, fmt.Errorf("passkeys: %w", err)
	}
	return &passkeys{rp}, nil
}

// holder is an account as the library sees it.
type holder struct {
	account     Account
	credentials []webauthn.Credential
}

func newHolder(a Account, keys []Passkey) (holder, error) {
	h := holder{account: a, credentials: make([]webauthn.Credential, len(keys))}
	for i, k := range keys {
		if err := json.Unmarshal(k.Credential, &h.credentials[i]); err != nil {
			return holder{}, fmt.Errorf("read passkey %s: %w", k.ID, err)
		}
	}
	return h, nil
}

// The handle that authenticators keep says nothing of the person.
func (h holder) WebAuthnID() []byte                         { return []byte(h.account.ID) }
func (h holder) WebAuthnName() string                       { return h.account.Name }
func (h holder) WebAuthnDisplayName() string                { return h.account.DisplayName }
func (h holder) WebAuthnCredentials() []webauthn.Credential { return h.credentials }

// ask asks for one of the account's passkeys as a second factor.
func (p *passkeys) ask(a Account, keys []Passkey) ([]byte, *webauthn.SessionData, error) {
	h, err := newHolder(a, keys)
	if err != nil {
		return nil, nil, err
	}
	options, session, err := p.rp.BeginLogin(h, webauthn.WithUserVerification(protocol.VerificationPreferred))
	if err != nil {
		return nil, nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	data, err := json.Marshal(options.Response)
	return data, session, err
}

// BeginPasskeySignIn asks for any passkey that says by itself whose it is, and that
// has looked at the person. It returns a step's token and a
// PublicKeyCredentialRequestOptionsJSON.
func (s *Service) BeginPasskeySignIn(from From) (token string, options []byte, err error) {
	if s.passkeys == nil {
		return "", nil, errNoPasskeys
	}
	if err := s.throttle.begin(from.Address, s.now()); err != nil {
		return "", nil, err
	}
	asked, session, err := s.passkeys.rp.BeginDiscoverableLogin(webauthn.WithUserVerification(protocol.VerificationRequired))
	if err != nil {
		return "", nil, fmt.Errorf("ask for a passkey: %w", err)
	}
	if options, err = json.Marshal(asked.Response); err != nil {
		return "", nil, err
	}
	token, err = s.steps.add(step{kind: stepPasskey, passkey: session}, s.now())
	return token, options, err
}

// PasskeySignIn signs in with the answer to BeginPasskeySignIn, an
// AuthenticationResponseJSON. Errors are [ErrNoStep], [ErrWrongFactor], or faults.
func (s *Service) PasskeySignIn(ctx context.Context, token string, answer []byte, from From) (Outcome, error) {
	st, err := s.steps.take(token, stepPasskey, s.now())
	if err != nil {
		return Outcome{}, err
	}
	parsed, ok := parseAnswer(answer)
	if !ok {
		s.refused(Account{}, "passkey", from)
		return Outcome{}, ErrWrongFactor
	}
	a, err := s.ByID(ctx, string(parsed.Response.UserHandle)) // proves nothing yet
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return Outcome{}, err
	}
	ok = err == nil && !a.Disabled && !a.OpenID
	if ok {
		ok, err = s.checkAnswer(ctx, a, func(h holder) (*webauthn.Credential, error) {
			return s.passkeys.rp.ValidateDiscoverableLogin(func(_, _ []byte) (webauthn.User, error) { return h, nil }, *st.passkey, parsed)
		})
		if err != nil {
			return Outcome{}, err
		}
	}
	if !ok {
		s.refused(a, "passkey", from)
		return Outcome{}, ErrWrongFactor
	}
	out, err := s.complete(ctx, a, proof{method: "passkey", strong: true}, from)
	if errors.Is(err, ErrNoAccount) {
		err = ErrWrongFactor
	}
	return out, err
}

// checkPasskey reports whether an answer to ask is right.
func (s *Service) checkPasskey(ctx context.Context, a Account, session *webauthn.SessionData, answer []byte) (bool, error) {
	if session == nil || s.passkeys == nil {
		return false, nil
	}
	parsed, ok := parseAnswer(answer)
	if !ok {
		return false, nil
	}
	return s.checkAnswer(ctx, a, func(h holder) (*webauthn.Credential, error) {
		return s.passkeys.rp.ValidateLogin(h, *session, parsed)
	})
}

// parseAnswer reads an AuthenticationResponseJSON. What is wrong with one is of no
// interest: it is wrong.
func parseAnswer(answer []byte) (*protocol.ParsedCredentialAssertionData, bool) {
	parsed, err := protocol.ParseCredentialRequestResponseBytes(answer)
	return parsed, err == nil
}

func accepted(c *webauthn.Credential, err error) (*webauthn.Credential, bool) {
	return c, err == nil && !c.Authenticator.CloneWarning
}

// checkAnswer validates an answer and notes the use of the passkey. One whose counter
// does not go on has a twin somewhere, and is refused.
func (s *Service) checkAnswer(ctx context.Context, a Account, validate func(holder) (*webauthn.Credential, error)) (bool, error) {
	keys, err := s.store.Passkeys(ctx, a.ID)
	if err != nil {
		return false, err
	}
	h, err := newHolder(a, keys)
	if err != nil {
		return false, err
	}
	credential, ok := accepted(validate(h))
	if !ok {
		return false, nil
	}
	at := slices.IndexFunc(keys, func(k Passkey) bool { return bytes.Equal(k.CredentialID, credential.ID) })
	if at < 0 {
		return false, nil
	}
	used := keys[at]
	used.Used = s.now()
	if used.Credential, err = json.Marshal(credential); err != nil {
		return false, err
	}
	err = s.store.UsePasskey(ctx, used)
	if errors.Is(err, ErrNoPasskey) { // removed while we looked
		return false, nil
	}
	return err == nil, err
}
