package account

import (
	"context"
	"crypto/rand"
	"encoding/base32"
	"fmt"
	"strings"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"github.com/pquerna/otp/totp"

	"github.com/lendhand/lendhand/signaling/problem"
)

// What every authenticator program understands (RFC 6238): SHA-1, six digits, half a
// minute. One step to either side is taken, for clocks that differ.
const (
	totpPeriod  = 30
	totpSecret  = 20 // bytes
	totpLeeway  = 1  // steps
	totpPlaces  = 6
	maxTOTPText = 16
)

var errHasTOTP = problem.New("an authenticator program is set up already", "Remove it first, then set up the new one.")

// BeginTOTP returns a new secret in base32, and the URI that authenticator programs
// read. It counts once [Service.AddTOTP] has seen a code of it.
func (s *Service) BeginTOTP(me Me) (secret, uri string, err error) {
	if err := s.Recent(me); err != nil {
		return "", "", err
	}
	if me.Account.Factors.TOTP {
		return "", "", errHasTOTP
	}
	raw := make([]byte, totpSecret)
	if _, err := rand.Read(raw); err != nil {
		return "", "", fmt.Errorf("draw a secret: %w", err)
	}
	key, err := totp.Generate(totp.GenerateOpts{
		Issuer: strings.ReplaceAll(s.cfg.Organisation, ":", " "), AccountName: me.Account.Name, Secret: raw,
	})
	if err != nil {
		return "", "", fmt.Errorf("make a secret: %w", err)
	}
	s.steps.put(enrolment("totp", me), step{kind: enrolTOTP, secret: raw}, s.now())
	return key.Secret(), key.URL(), nil
}

// AddTOTP sets up the secret that was begun, whose code this is. It returns recovery
// codes when the account had none. Errors are [ErrNoStep], [ErrWrongFactor],
// [ErrSignInAgain] or faults.
func (s *Service) AddTOTP(ctx context.Context, me Me, code string) ([]string, error) {
	if err := s.Recent(me); err != nil {
		return nil, err
	}
	if me.Account.Factors.TOTP {
		return nil, errHasTOTP
	}
	st, err := s.steps.try(enrolment("totp", me), enrolTOTP, s.now())
	if err != nil {
		return nil, err
	}
	at, ok := matchTOTP(st.secret, code, s.now())
	if !ok {
		return nil, ErrWrongFactor
	}
	if _, err := s.steps.take(enrolment("totp", me), enrolTOTP, s.now()); err != nil {
		return nil, err
	}
	if err := s.store.SetTOTP(ctx, me.Account.ID, st.secret, at); err != nil {
		return nil, err
	}
	return s.factorAdded(ctx, me, "totp")
}

// RemoveTOTP removes the authenticator program.
func (s *Service) RemoveTOTP(ctx context.Context, me Me) error {
	left := me.Account.Factors
	left.TOTP = false
	if err := s.mayRemove(me, left); err != nil {
		return err
	}
	if err := s.store.SetTOTP(ctx, me.Account.ID, nil, 0); err != nil {
		return err
	}
	return s.factorRemoved(ctx, me, left, "totp")
}

// checkTOTP reports whether the code is right and was not used before.
func (s *Service) checkTOTP(ctx context.Context, a Account, code string) (bool, error) {
	secret, err := s.store.TOTP(ctx, a.ID)
	if err != nil || secret == nil {
		return false, err
	}
	at, ok := matchTOTP(secret, code, s.now())
	if !ok {
		return false, nil
	}
	return s.store.UseTOTP(ctx, a.ID, at)
}

// matchTOTP returns the step whose code this is.
func matchTOTP(secret []byte, code string, now time.Time) (at int64, ok bool) {
	if len(code) > maxTOTPText {
		return 0, false
	}
	code = strings.ReplaceAll(code, " ", "")
	if len(code) != totpPlaces {
		return 0, false
	}
	text := base32.StdEncoding.WithPadding(base32.NoPadding).EncodeToString(secret)
	current := now.Unix() / totpPeriod
	for step := current - totpLeeway; step <= current+totpLeeway; step++ {
		right, err := hotp.ValidateCustom(code, uint64(step), text, hotp.ValidateOpts{Digits: otp.DigitsSix, Algorithm: otp.AlgorithmSHA1})
		if err == nil && right {
			at, ok = step, true
		}
	}
	return at, ok
}

// enrolment is the key of the step of a factor that is being set up: one of a kind
// for each sign-in.
func enrolment(factor string, me Me) string { return factor + " " + me.SignIn.ID }
