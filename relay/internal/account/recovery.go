package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// recoveryCodes is how many there are.
	recoveryCodes = 10
	// recoverySize is that of a code, in characters of five bits. So many cannot be
	// guessed: a fast hash is enough.
	recoverySize = 16
	maxRecovery  = 64
)

var (
	errNoFactor = problem.New("there is no second factor", "Set up an authenticator program or a passkey first.")
	errRequired = problem.New("your organisation requires a second factor", "Set up another one, then remove this one.")
)

// NewRecoveryCodes replaces the account's recovery codes. This is the only time that
// they can be read.
func (s *Service) NewRecoveryCodes(ctx context.Context, me Me) ([]string, error) {
	if err := s.Recent(me); err != nil {
		return nil, err
	}
	if !me.Account.Factors.Any() {
		return nil, errNoFactor
	}
	return s.makeRecoveryCodes(ctx, me)
}

func (s *Service) makeRecoveryCodes(ctx context.Context, me Me) ([]string, error) {
	codes, hashes := make([]string, recoveryCodes), make([][]byte, recoveryCodes)
	for i := range codes {
		text := strings.ToLower(rand.Text()[:recoverySize])
		codes[i] = strings.Join([]string{text[:4], text[4:8], text[8:12], text[12:]}, "-")
		hashes[i] = hashRecovery(text)
	}
	if err := s.store.SetRecoveryCodes(ctx, me.Account.ID, hashes); err != nil {
		return nil, err
	}
	s.note(EventFactorAdded, me.by(), me.Account.ID, "factor", "recovery codes")
	return codes, nil
}

// checkRecovery reports whether the code is one of the account's, and uses it up.
func (s *Service) checkRecovery(ctx context.Context, a Account, code string) (bool, error) {
	if len(code) > maxRecovery {
		return false, nil
	}
	text := strings.NewReplacer("-", "", " ", "").Replace(strings.ToLower(code))
	ok, err := s.store.UseRecoveryCode(ctx, a.ID, hashRecovery(text))
	if ok {
		s.note(EventFactorRemoved, By{Actor: a.ID}, a.ID, "factor", "recovery code")
	}
	return ok, err
}

func hashRecovery(text string) []byte {
	sum := sha256.Sum256([]byte("lendhand recovery " + text))
	return sum[:]
}

// factorAdded ends what was signed in with less, when it is the first factor, and
// returns recovery codes when there were none.
func (s *Service) factorAdded(ctx context.Context, me Me, factor string) ([]string, error) {
	s.note(EventFactorAdded, me.by(), me.Account.ID, "factor", factor)
	if !me.Account.Factors.Any() {
		if err := s.EndOtherSignIns(ctx, me); err != nil {
			return nil, err
		}
	}
	if me.Account.Factors.Recovery > 0 {
		return nil, nil
	}
	return s.makeRecoveryCodes(ctx, me)
}

// mayRemove checks that the factors that are left will do.
func (s *Service) mayRemove(me Me, left Factors) error {
	if err := s.Recent(me); err != nil {
		return err
	}
	if !left.Any() && s.SecondFactorRequired(me.Account) {
		return errRequired
	}
	return nil
}

// factorRemoved removes the recovery codes when there is nothing left to recover.
func (s *Service) factorRemoved(ctx context.Context, me Me, left Factors, factor string) error {
	s.note(EventFactorRemoved, me.by(), me.Account.ID, "factor", factor)
	if left.Any() {
		return nil
	}
	return s.store.SetRecoveryCodes(ctx, me.Account.ID, nil)
}
