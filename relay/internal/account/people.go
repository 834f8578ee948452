package account

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/signaling/problem"
)

// Create makes an account with a password. Errors carry hints.
func (s *Service) Create(ctx context.Context, by By, n New) (Account, error) {
	a, err := n.account(s.now())
	if err != nil {
		return Account{}, err
	}
	if err := s.checkPassword(n.Password, a); err != nil {
		return Account{}, err
	}
	hash, err := s.hasher.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	return a, s.create(ctx, by, a, hash)
}

// Invite makes an account without a password, and the link with which the person
// sets one. Errors carry hints.
func (s *Service) Invite(ctx context.Context, by By, n New) (a Account, link string, err error) {
	n.Password = ""
	if a, err = n.account(s.now()); err != nil {
		return Account{}, "", err
	}
	if s.cfg.PublicURL == nil {
		return Account{}, "", errNoAddress
	}
	if err := s.create(ctx, by, a, s.hasher.nothing()); err != nil {
		return Account{}, "", err
	}
	link, err = s.makeLink(ctx, by, a)
	return a, link, err
}

func (s *Service) create(ctx context.Context, by By, a Account, hash string) error {
	err := s.store.CreateAccount(ctx, a, hash, Identity{})
	if errors.Is(err, ErrNameTaken) {
		return problem.Wrap(fmt.Errorf("%w: %s", err, a.Name), "Choose another name, or give the account a new password with \"user passwd\".")
	}
	if err == nil {
		s.note(EventCreated, by, a.ID, "name", a.Name, "roles", joinRoles(a.Roles), "group", a.Group)
	}
	return err
}

// Person is an account and how many browsers are signed in with it.
type Person struct {
	Account
	SignIns int
}

// People returns all accounts by name.
func (s *Service) People(ctx context.Context) ([]Person, error) {
	all, err := s.store.Accounts(ctx)
	if err != nil {
		return nil, err
	}
	counts, err := s.store.SignInCounts(ctx, s.now().Add(-SignInLife), s.now().Add(-IdleLife))
	if err != nil {
		return nil, err
	}
	people := make([]Person, len(all))
	for i, a := range all {
		people[i] = Person{Account: a, SignIns: counts[a.ID]}
	}
	return people, nil
}

// ByID returns an account, or [ErrNoAccount].
func (s *Service) ByID(ctx context.Context, id string) (Account, error) {
	a, _, err := s.store.AccountByID(ctx, id)
	return a, err
}

// ByName returns the account of that name. Errors carry hints.
func (s *Service) ByName(ctx context.Context, name string) (Account, error) {
	a, _, err := s.store.AccountByName(ctx, name)
	if errors.Is(err, ErrNoAccount) {
		return Account{}, problem.Wrap(fmt.Errorf("%w: %q", err, name), "\"user list\" shows the accounts that there are.")
	}
	return a, err
}

// SetPassword gives the account of that name a new password and ends its sign-ins.
func (s *Service) SetPassword(ctx context.Context, by By, name, password string) error {
	a, err := s.ByName(ctx, name)
	if err != nil {
		return err
	}
	if a.OpenID {
		return errElsewhere
	}
	if err := s.setPassword(ctx, a, password, nil); err != nil {
		return err
	}
	s.note(EventPasswordChanged, by, a.ID)
	return nil
}

// Disable bars the account of that name and ends its sign-ins, be it the last
// admin's: who has the machine can make another.
func (s *Service) Disable(ctx context.Context, by By, name string) error {
	a, err := s.ByName(ctx, name)
	if err != nil {
		return err
	}
	_, _, err = s.store.ChangeAccount(ctx, a.ID, Change{Disabled: new(true)}.apply, false)
	if err != nil {
		return err
	}
	s.note(EventChanged, by, a.ID, "disabled", "true")
	return nil
}

// Change is what may be changed about an account; nil stays as it is.
type Change struct {
	DisplayName *string
	// Roles replace all that there were.
	Roles    *[]Role
	Group    *string
	Disabled *bool
}

// Change changes an account. It fails with [ErrLastAdmin] rather than to leave
// nobody who can manage people, and with [ErrNoAccount]; other errors carry hints.
func (s *Service) Change(ctx context.Context, by By, id string, c Change) (Account, error) {
	before, after, err := s.store.ChangeAccount(ctx, id, c.apply, true)
	if err != nil {
		return Account{}, err
	}
	if changes := differences(before, after); len(changes) > 0 {
		s.note(EventChanged, by, id, changes...)
	}
	return after, nil
}

func (c Change) apply(a Account) (Account, error) {
	if c.DisplayName != nil {
		a.DisplayName = *c.DisplayName
	}
	if c.Group != nil {
		a.Group = *c.Group
	}
	if c.Disabled != nil {
		a.Disabled = *c.Disabled
	}
	if c.Roles == nil {
		return a, errors.Join(checkDisplayName(a.DisplayName), checkGroup(a.Group))
	}
	roles, err := sortRoles(*c.Roles)
	if err == nil && a.OpenID && !slices.Equal(roles, a.Roles) {
		err = problem.New("the roles of this account come from its groups at the OpenID provider", "Change the person's groups there.")
	}
	a.Roles = roles
	return a, errors.Join(err, checkDisplayName(a.DisplayName), checkGroup(a.Group))
}

// differences are details for the journal.
func differences(before, after Account) (details []string) {
	if before.DisplayName != after.DisplayName {
		details = append(details, "displayName", after.DisplayName)
	}
	if !slices.Equal(before.Roles, after.Roles) {
		details = append(details, "roles", joinRoles(after.Roles))
	}
	if before.Group != after.Group {
		details = append(details, "group", after.Group)
	}
	if before.Disabled != after.Disabled {
		details = append(details, "disabled", fmt.Sprint(after.Disabled))
	}
	return details
}

// RemoveFactors takes all second factors from an account that has lost them, and
// ends its sign-ins. It reports whether there were any.
func (s *Service) RemoveFactors(ctx context.Context, by By, id string) (bool, error) {
	removed, err := s.store.RemoveFactors(ctx, id)
	switch {
	case err != nil:
		return false, err
	case removed:
		s.note(EventFactorRemoved, by, id, "factor", "all")
	default:
		s.note(EventSignInEnded, by, id)
	}
	return removed, nil
}

// EndSignInsOf ends all sign-ins of an account.
func (s *Service) EndSignInsOf(ctx context.Context, by By, id string) error {
	if _, err := s.ByID(ctx, id); err != nil {
		return err
	}
	n, err := s.store.EndSignInsOf(ctx, id, "", nil)
	if err == nil {
		s.note(EventSignInEnded, by, id, "sign_ins", fmt.Sprint(n))
	}
	return err
}

func joinRoles(roles []Role) string {
	words := make([]string, len(roles))
	for i, r := range roles {
		words[i] = string(r)
	}
	return strings.Join(words, " ")
}
