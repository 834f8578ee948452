// Package account knows who may do what at a relay: accounts with roles, their
// passwords and other factors, and the sign-ins of their browsers.
//
// Who has given a right password and has a second factor is not signed in yet: they
// hold a step, a token that is good for the rest of this sign-in and nothing else.
package account

import (
	"cmp"
	"crypto/rand"
	"encoding/base32"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// Role is one thing that an account may do at the relay.
type Role string

// The roles. An account has at least one.
const (
	// RoleTechnician redeems codes.
	RoleTechnician Role = "technician"
	// RoleAuditor reviews what happened; it can neither connect nor delete.
	RoleAuditor Role = "auditor"
	// RoleAdmin manages people, policy and keys.
	RoleAdmin Role = "admin"
)

// AllRoles lists the roles.
func AllRoles() []Role { return []Role{RoleTechnician, RoleAuditor, RoleAdmin} }

// Account is a person who can sign in.
type Account struct {
	// ID never changes and is never used again.
	ID string
	// Name is typed to sign in; DisplayName is what other people read.
	Name, DisplayName string
	// Roles are in the order of AllRoles, without repetition.
	Roles []Role
	// Group is the group of people whose policy the account has; it may be empty.
	Group    string
	Disabled bool
	Created  time.Time
	// LastSignIn is zero when nobody has signed in yet.
	LastSignIn time.Time
	Factors    Factors
	// HasPassword is false for who was invited and has not come yet, and for who
	// signs in with OpenID Connect.
	HasPassword bool
	// HasPhoto says that the person has chosen one.
	HasPhoto bool
	// OpenID says that the account belongs to an OpenID provider: it signs in there
	// and nowhere else.
	OpenID bool
	// Epoch grows with every change after which nothing counts that was begun before.
	Epoch int64
}

// Has reports whether the account has the role.
func (a Account) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// Factors are what an account has beside its password.
type Factors struct {
	// TOTP says that an authenticator program was set up.
	TOTP bool
	// Passkeys and Recovery count the passkeys and the unused recovery codes.
	Passkeys, Recovery int
}

// Any reports whether there is a second factor. Recovery codes are none by
// themselves: they stand in for one that is lost.
func (f Factors) Any() bool { return f.TOTP || f.Passkeys > 0 }

// Errors of accounts.
var (
	// ErrNoAccount, ErrNoSignIn, ErrNoPasskey and ErrNoLink are a store's answers for
	// what it has not.
	ErrNoAccount = errors.New("no such account")
	ErrNoSignIn  = errors.New("no such sign-in")
	ErrNoPasskey = errors.New("no such passkey")
	ErrNoLink    = errors.New("no such link")
	// ErrNameTaken says that the name belongs to another account.
	ErrNameTaken = errors.New("an account of this name exists")
	// ErrLastAdmin says that nobody would be left who can manage people.
	ErrLastAdmin = errors.New("this is the last admin who can sign in")
	// ErrPasskeyTaken says that the passkey is known already.
	ErrPasskeyTaken = errors.New("this passkey is known already")
)

// New is what a new account is made of.
type New struct {
	// Name is 1 to 32 of a–z, 0–9, dot, hyphen and underscore.
	Name string
	// DisplayName is 1 to 64 characters; empty means Name.
	DisplayName string
	Roles       []Role
	// Group is empty, or the name of a group of people.
	Group string
	// Password is MinPassword characters or longer, and not one of the common ones.
	// An invited account has none.
	Password string
}

var plainName = regexp.MustCompile(`^[a-z0-9._-]{1,32}$`)

// account checks what n says and makes an account of it.
func (n New) account(now time.Time) (Account, error) {
	if !plainName.MatchString(n.Name) {
		return Account{}, problem.New(fmt.Sprintf("%q cannot be the name of an account", n.Name),
			"A name is 1 to 32 of the characters a–z, 0–9, dot, hyphen and underscore.")
	}
	display := cmp.Or(n.DisplayName, n.Name)
	if err := errors.Join(checkDisplayName(display), checkGroup(n.Group)); err != nil {
		return Account{}, err
	}
	roles, err := sortRoles(n.Roles)
	if err != nil {
		return Account{}, err
	}
	return Account{
		ID: newID("u_"), Name: n.Name, DisplayName: display, Roles: roles, Group: n.Group, Created: now,
		HasPassword: n.Password != "",
	}, nil
}

func checkDisplayName(name string) error {
	if signaling.CleanName(name) != name || name == "" {
		return problem.New(fmt.Sprintf("%q cannot be the name that people read", name),
			"It has 1 to 64 characters, none of them invisible.")
	}
	return nil
}

func checkGroup(name string) error {
	if signaling.CleanName(name) != name {
		return problem.New(fmt.Sprintf("%q cannot be the name of a group", name),
			"It has at most 64 characters, none of them invisible.")
	}
	return nil
}

func sortRoles(given []Role) ([]Role, error) {
	for _, r := range given {
		if !slices.Contains(AllRoles(), r) {
			return nil, problem.New(fmt.Sprintf("there is no role %q", string(r)), "The roles are technician, auditor and admin.")
		}
	}
	var roles []Role
	for _, r := range AllRoles() {
		if slices.Contains(given, r) {
			roles = append(roles, r)
		}
	}
	if len(roles) == 0 {
		return nil, problem.New("an account needs a role", "Say what the account may do, for example --role technician.")
	}
	return roles, nil
}

// newID returns 80 random bits after what says of what kind the ID is.
func newID(kind string) string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	return kind + strings.ToLower(base32.StdEncoding.EncodeToString(raw))
}
