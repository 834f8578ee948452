package account

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/signaling/problem"
)

// LinkLife is how long a one-time link can be used.
const LinkLife = 48 * time.Hour

var (
	errNoAddress = problem.New("links need the relay's address", "Say it with --public-url https://help.example.")
	errElsewhere = problem.New("this account signs in at its OpenID provider", "It has no password here. Change it there.")
	errBarred    = problem.New("this account is disabled", "Enable it first.")
)

// MakeLink returns the address of a page where the account's password can be set,
// once. It replaces the link before, and ends nothing until it is used. Errors are
// [ErrNoAccount] or carry hints.
func (s *Service) MakeLink(ctx context.Context, by By, id string) (string, error) {
	a, err := s.ByID(ctx, id)
	if err != nil {
		return "", err
	}
	return s.makeLink(ctx, by, a)
}

func (s *Service) makeLink(ctx context.Context, by By, a Account) (string, error) {
	switch {
	case s.cfg.PublicURL == nil:
		return "", errNoAddress
	case a.OpenID:
		return "", errElsewhere
	case a.Disabled:
		return "", errBarred
	}
	token, err := newToken()
	if err != nil {
		return "", err
	}
	l := Link{TokenHash: hashToken(token), AccountID: a.ID, Kind: LinkReset, Created: s.now(), Expires: s.now().Add(LinkLife)}
	if !a.HasPassword {
		l.Kind = LinkInvitation
	}
	if err := s.store.SetLink(ctx, l); err != nil {
		return "", err
	}
	s.note(EventLinkMade, by, a.ID, "kind", string(l.Kind))
	address := *s.cfg.PublicURL
	// What is after the # is not sent, and not in any log.
	address.Path, address.Fragment = "/welcome", token
	return address.String(), nil
}

// OpenLink says whose link it is. [ErrNoLink] is the one answer to an unknown, an
// expired and a used one.
func (s *Service) OpenLink(ctx context.Context, token string) (Link, Account, error) {
	return s.store.Link(ctx, hashToken(token), s.now())
}

// UseLink sets the password and signs in, as far as a password does. Errors are
// [ErrNoLink] or carry hints.
func (s *Service) UseLink(ctx context.Context, token, password string, from From) (Outcome, error) {
	l, a, err := s.OpenLink(ctx, token)
	if err != nil {
		return Outcome{}, err
	}
	if err := s.checkPassword(password, a); err != nil {
		return Outcome{}, err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return Outcome{}, err
	}
	if a, err = s.store.UseLink(ctx, hashToken(token), s.now(), hash); err != nil {
		return Outcome{}, err
	}
	by := By{Actor: a.ID, Address: from.Address}
	s.note(EventLinkUsed, by, a.ID, "kind", string(l.Kind))
	s.note(EventPasswordChanged, by, a.ID)
	out, err := s.proceed(ctx, a, proof{method: "link"}, from)
	if errors.Is(err, ErrNoAccount) {
		err = ErrNoLink
	}
	return out, err
}
