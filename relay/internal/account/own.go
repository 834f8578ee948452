package account

import (
	"context"

	"github.com/lendhand/lendhand/signaling/problem"
)

var errSamePassword = problem.New("that is the password that you have", "Choose another one.")

// ChangePassword gives the person a new password and ends their other sign-ins.
// Errors are [ErrWrongPassword] for the old one, [*TooManyError], [ErrSignInAgain],
// faults, or carry hints.
func (s *Service) ChangePassword(ctx context.Context, me Me, old, password string) error {
	if err := s.Recent(me); err != nil {
		return err
	}
	if me.Account.OpenID {
		return errElsewhere
	}
	right, err := s.throttle.try(me.Account.Name, me.Address, s.now())
	if err != nil {
		return err
	}
	_, hash, err := s.store.AccountByID(ctx, me.Account.ID)
	if err != nil {
		return err
	}
	ok := len(old) <= maxPassword
	if ok {
		if ok, err = s.hasher.matches(ctx, old, hash); err != nil {
			return err
		}
	}
	if !ok {
		s.refused(me.Account, "old password", From{Address: me.Address})
		return ErrWrongPassword
	}
	right(s.now())
	if old == password {
		return errSamePassword
	}
	if err := s.setPassword(ctx, me.Account, password, me.SignIn.TokenHash); err != nil {
		return err
	}
	s.note(EventPasswordChanged, me.by(), me.Account.ID)
	return nil
}
