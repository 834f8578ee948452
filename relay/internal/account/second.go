package account

import (
	"context"
	"errors"
	"time"
)

// Proof is one second factor; the first that is not empty counts.
type Proof struct {
	// TOTP is a code of six digits, Recovery a recovery code, Passkey an
	// AuthenticationResponseJSON.
	TOTP, Recovery string
	Passkey        []byte
}

func (p Proof) method() string {
	switch {
	case len(p.Passkey) > 0:
		return "passkey"
	case p.TOTP != "":
		return "totp"
	}
	return "recovery"
}

// askSecond makes a step for somebody whose password was right.
func (s *Service) askSecond(ctx context.Context, a Account, p proof) (Outcome, error) {
	st := step{kind: stepSecond, accountID: a.ID, epoch: a.Epoch, proof: p}
	ask := &Step{}
	if a.Factors.TOTP {
		ask.Factors = append(ask.Factors, "totp")
	}
	if a.Factors.Passkeys > 0 && s.passkeys != nil {
		keys, err := s.store.Passkeys(ctx, a.ID)
		if err != nil {
			return Outcome{}, err
		}
		if ask.Passkey, st.passkey, err = s.passkeys.ask(a, keys); err != nil {
			return Outcome{}, err
		}
		ask.Factors = append(ask.Factors, "passkey")
	}
	if a.Factors.Recovery > 0 {
		ask.Factors = append(ask.Factors, "recovery")
	}
	var err error
	st.ask = *ask
	ask.Token, err = s.steps.add(st, s.now())
	return Outcome{Step: ask}, err
}

// Pending returns what a sign-in that is under way asks for, or [ErrNoStep].
func (s *Service) Pending(token string) (Step, error) {
	st, err := s.steps.see(token, stepSecond, s.now())
	return st.ask, err
}

// Second checks a second factor and completes the sign-in. Errors are [ErrNoStep],
// [ErrWrongFactor], [*TooManyError], or faults of the store.
func (s *Service) Second(ctx context.Context, token string, given Proof, from From) (Outcome, error) {
	st, err := s.steps.try(token, stepSecond, s.now())
	if err != nil {
		return Outcome{}, err
	}
	a, err := s.ByID(ctx, st.accountID)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return Outcome{}, err
	}
	if err != nil || a.Disabled || a.Epoch != st.epoch {
		return Outcome{}, ErrNoStep
	}
	right := func(time.Time) {}
	if len(given.Passkey) == 0 { // which cannot be guessed, and stays open while others guess
		if right, err = s.throttle.trySecond(a.ID, from.Address, s.now()); err != nil {
			return Outcome{}, err
		}
	}
	ok, err := s.prove(ctx, a, st, given)
	if err != nil {
		return Outcome{}, err
	}
	if !ok {
		s.refused(a, given.method(), from)
		return Outcome{}, ErrWrongFactor
	}
	if _, err := s.steps.take(token, stepSecond, s.now()); err != nil {
		return Outcome{}, err
	}
	right(s.now())
	out, err := s.complete(ctx, a, proof{method: st.proof.method + "+" + given.method(), strong: true}, from)
	if errors.Is(err, ErrNoAccount) {
		err = ErrNoStep
	}
	return out, err
}

func (s *Service) prove(ctx context.Context, a Account, st step, given Proof) (bool, error) {
	switch {
	case len(given.Passkey) > 0:
		return s.checkPasskey(ctx, a, st.passkey, given.Passkey)
	case given.TOTP != "":
		return s.checkTOTP(ctx, a, given.TOTP)
	case given.Recovery != "":
		return s.checkRecovery(ctx, a, given.Recovery)
	}
	return false, nil
}
