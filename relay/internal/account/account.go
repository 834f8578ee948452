// Package account knows who may do what at a relay: accounts with roles, their
// passwords, and the sign-ins of their browsers.
package account

import (
	"context"
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
	Roles    []Role
	Disabled bool
	Created  time.Time
}

// Has reports whether the account has the role.
func (a Account) Has(r Role) bool { return slices.Contains(a.Roles, r) }

// SignIn is one browser of an account that has signed in. The token itself is not
// kept, only its hash.
type SignIn struct {
	// TokenHash is the SHA-256 of the token.
	TokenHash []byte
	AccountID string
	// Created is when the password was given, Used when the browser was last heard.
	Created, Used time.Time
}

// Errors of accounts.
var (
	// ErrNoAccount and ErrNoSignIn are a store's answers for what it has not.
	ErrNoAccount = errors.New("no such account")
	ErrNoSignIn  = errors.New("no such sign-in")
	// ErrNameTaken says that the name belongs to another account.
	ErrNameTaken = errors.New("an account of this name exists")
)

// Store keeps accounts and sign-ins.
type Store interface {
	// CreateAccount adds an account with its password's hash, or fails with
	// ErrNameTaken.
	CreateAccount(ctx context.Context, a Account, passwordHash string) error
	// AccountByName returns an account and its password's hash, or ErrNoAccount.
	AccountByName(ctx context.Context, name string) (Account, string, error)
	// Accounts returns all accounts by name.
	Accounts(ctx context.Context) ([]Account, error)
	// SetPassword replaces the password's hash and ends the account's sign-ins.
	SetPassword(ctx context.Context, accountID, passwordHash string) error
	// Disable bars the account and ends its sign-ins.
	Disable(ctx context.Context, accountID string) error

	// CreateSignIn adds a sign-in, provided that the account's password still has the
	// given hash and that it is not disabled; otherwise it fails with ErrNoAccount.
	CreateSignIn(ctx context.Context, s SignIn, passwordHash string) error
	// SignIn returns a sign-in and its account, or ErrNoSignIn.
	SignIn(ctx context.Context, tokenHash []byte) (SignIn, Account, error)
	// UseSignIn sets when a sign-in was last used.
	UseSignIn(ctx context.Context, tokenHash []byte, used time.Time) error
	// EndSignIn removes a sign-in; one that does not exist is no error.
	EndSignIn(ctx context.Context, tokenHash []byte) error
	// EndSignIns removes those made before created or last used before used.
	EndSignIns(ctx context.Context, created, used time.Time) error
}

// New is what a new account is made of.
type New struct {
	// Name is 1 to 32 of a–z, 0–9, dot, hyphen and underscore.
	Name string
	// DisplayName is 1 to 64 characters; empty means Name.
	DisplayName string
	Roles       []Role
	// Password is MinPassword characters or longer.
	Password string
}

var plainName = regexp.MustCompile(`^[a-z0-9._-]{1,32}$`)

// account checks what n says and makes an account of it.
func (n New) account(now time.Time) (Account, error) {
	if !plainName.MatchString(n.Name) {
		return Account{}, problem.New(fmt.Sprintf("%q cannot be the name of an account", n.Name),
			"A name is 1 to 32 of the characters a–z, 0–9, dot, hyphen and underscore.")
	}
	display := n.DisplayName
	if display == "" {
		display = n.Name
	}
	if signaling.CleanName(display) != display || display == "" {
		return Account{}, problem.New(fmt.Sprintf("%q cannot be the name that people read", display),
			"It has 1 to 64 characters, none of them invisible.")
	}
	roles, err := sortRoles(n.Roles)
	if err != nil {
		return Account{}, err
	}
	return Account{ID: newID(), Name: n.Name, DisplayName: display, Roles: roles, Created: now}, nil
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

// newID returns 80 random bits.
func newID() string {
	raw := make([]byte, 10)
	_, _ = rand.Read(raw) // never fails: crypto/rand ends the process instead
	return "u_" + strings.ToLower(base32.StdEncoding.EncodeToString(raw))
}
