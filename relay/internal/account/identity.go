package account

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/signaling"
)

// maxSuffix bounds the search for a name that nobody has.
const maxSuffix = 50

// ErrNotAllowed says that an OpenID provider knows the person and this relay has
// nothing for them: no group of theirs gives a role, or the account is disabled.
var ErrNotAllowed = errors.New("the account may not sign in here")

// SignInOpenID signs in whom an OpenID provider has sent. Who comes for the first
// time gets an account, if a group of theirs gives a role; it is never one that was
// there before, whatever name or address the provider tells. Errors are
// [ErrNotAllowed] or faults.
func (s *Service) SignInOpenID(ctx context.Context, who Identity, from From) (Outcome, error) {
	a, err := s.store.AccountByIdentity(ctx, who)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return Outcome{}, err
	}
	known := err == nil
	if a.Disabled || len(who.Roles) == 0 {
		s.refused(a, "openid", from)
		return Outcome{}, errors.Join(ErrNotAllowed, s.forget(ctx, a))
	}
	if known {
		a, err = s.follow(ctx, a, who)
	} else {
		a, err = s.adopt(ctx, who, from)
	}
	if err != nil {
		return Outcome{}, err
	}
	out, err := s.proceed(ctx, a, proof{method: "openid", strong: who.Strong}, from)
	if errors.Is(err, ErrNoAccount) {
		err = ErrNotAllowed
	}
	return out, err
}

// forget ends the sign-ins of somebody whose groups give them nothing any more.
func (s *Service) forget(ctx context.Context, a Account) error {
	if a.ID == "" {
		return nil
	}
	n, err := s.store.EndSignInsOf(ctx, a.ID, "", nil)
	if err == nil && n > 0 {
		s.note(EventSignInEnded, By{Actor: a.ID}, a.ID, "sign_ins", fmt.Sprint(n), "why", "the provider gives no role")
	}
	return err
}

// follow brings an account to what the provider says. It may be the last admin who
// is none any more: the provider decides, and who has the machine can make another.
func (s *Service) follow(ctx context.Context, a Account, who Identity) (Account, error) {
	roles, err := sortRoles(who.Roles)
	if err != nil {
		return Account{}, err
	}
	name := cmp.Or(signaling.CleanName(who.DisplayName), a.DisplayName)
	if name == a.DisplayName && slices.Equal(roles, a.Roles) {
		return a, nil
	}
	before, after, err := s.store.ChangeAccount(ctx, a.ID, func(a Account) (Account, error) {
		a.Roles, a.DisplayName = roles, name
		return a, nil
	}, false)
	if err != nil {
		return Account{}, err
	}
	s.note(EventChanged, By{Actor: a.ID}, a.ID, differences(before, after)...)
	return after, nil
}

// adopt makes an account for somebody new, under a name that nobody has.
func (s *Service) adopt(ctx context.Context, who Identity, from From) (Account, error) {
	base := plainNameOf(who.Name)
	for n := 1; n <= maxSuffix; n++ {
		name := base
		if n > 1 {
			name = fmt.Sprintf("%s-%d", base, n)
		}
		display := signaling.CleanName(who.DisplayName)
		a, err := New{Name: name, DisplayName: display, Roles: who.Roles}.account(s.now())
		if err != nil {
			return Account{}, err
		}
		a.OpenID = true
		err = s.store.CreateAccount(ctx, a, s.hasher.nothing(), who)
		if err == nil {
			s.note(EventCreated, By{Actor: a.ID, Address: from.Address}, a.ID, "name", a.Name, "roles", joinRoles(a.Roles), "issuer", who.Issuer)
			return a, nil
		}
		if !errors.Is(err, ErrNameTaken) {
			return Account{}, err
		}
	}
	return Account{}, fmt.Errorf("find a name like %q: %w", base, ErrNameTaken)
}

// plainNameOf makes a name to sign in with of what a provider calls somebody.
func plainNameOf(text string) string {
	text, _, _ = strings.Cut(strings.ToLower(text), "@")
	var b strings.Builder
	for _, r := range text {
		if b.Len() < 28 && plainName.MatchString(string(r)) {
			b.WriteRune(r)
		}
	}
	if b.Len() == 0 {
		return "person"
	}
	return b.String()
}
