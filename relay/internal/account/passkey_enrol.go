package account

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/go-webauthn/webauthn/protocol"
	"github.com/go-webauthn/webauthn/webauthn"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// maxPasskeys is how many an account may have.
const maxPasskeys = 10

var (
	errManyPasskeys = problem.New(fmt.Sprintf("an account has at most %d passkeys", maxPasskeys), "Remove one that you do not use.")
	errPasskeyName  = problem.New("that name cannot be shown", "A passkey's name has 1 to 64 characters, none of them invisible.")
)

// Passkeys returns the person's, the oldest first.
func (s *Service) Passkeys(ctx context.Context, me Me) ([]Passkey, error) {
	return s.store.Passkeys(ctx, me.Account.ID)
}

// BeginAddPasskey returns a PublicKeyCredentialCreationOptionsJSON.
func (s *Service) BeginAddPasskey(ctx context.Context, me Me) ([]byte, error) {
	if s.passkeys == nil {
		return nil, errNoPasskeys
	}
	if err := s.Recent(me); err != nil {
		return nil, err
	}
	keys, err := s.store.Passkeys(ctx, me.Account.ID)
	if err != nil {
		return nil, err
	}
	if len(keys) >= maxPasskeys {
		return nil, errManyPasskeys
	}
	h, err := newHolder(me.Account, keys)
	if err != nil {
		return nil, err
	}
	options, session, err := s.passkeys.rp.BeginRegistration(h, webauthn.WithExclusions(webauthn.Credentials(h.credentials).CredentialDescriptors()))
	if err != nil {
		return nil, fmt.Errorf("ask for a new passkey: %w", err)
	}
	s.steps.put(enrolment("passkey", me), step{kind: enrolPasskey, passkey: session}, s.now())
	return json.Marshal(options.Response)
}

// AddPasskey adds the passkey that was begun; answer is a RegistrationResponseJSON.
// It returns recovery codes when the account had none. Errors are [ErrNoStep],
// [ErrWrongFactor], [ErrSignInAgain], [ErrPasskeyTaken], faults, or carry hints.
func (s *Service) AddPasskey(ctx context.Context, me Me, name string, answer []byte) ([]string, error) {
	if err := s.Recent(me); err != nil {
		return nil, err
	}
	if name == "" || signaling.CleanName(name) != name {
		return nil, errPasskeyName
	}
	st, err := s.steps.take(enrolment("passkey", me), enrolPasskey, s.now())
	if err != nil {
		return nil, err
	}
	parsed, err := protocol.ParseCredentialCreationResponseBytes(answer)
	if err != nil {
		return nil, ErrWrongFactor
	}
	credential, err := s.passkeys.rp.CreateCredential(holder{account: me.Account}, *st.passkey, parsed)
	if err != nil {
		return nil, ErrWrongFactor
	}
	data, err := json.Marshal(credential)
	if err != nil {
		return nil, err
	}
	p := Passkey{ID: newID("p_"), AccountID: me.Account.ID, Name: name, CredentialID: credential.ID, Credential: data, Created: s.now()}
	if err := s.store.AddPasskey(ctx, p); err != nil {
		return nil, err
	}
	return s.factorAdded(ctx, me, "passkey "+name)
}

// RemovePasskey removes the one with that ID, or fails with [ErrNoPasskey].
func (s *Service) RemovePasskey(ctx context.Context, me Me, id string) error {
	left := me.Account.Factors
	left.Passkeys--
	if err := s.mayRemove(me, left); err != nil {
		return err
	}
	if err := s.store.RemovePasskey(ctx, me.Account.ID, id); err != nil {
		return err
	}
	return s.factorRemoved(ctx, me, left, "passkey")
}
