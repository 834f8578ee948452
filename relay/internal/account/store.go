package account

import (
	"context"
	"net/netip"
	"time"
)

// Store keeps accounts and what belongs to them. A change that takes access away
// raises the account's epoch, ends its sign-ins and removes its link, all at once.
type Store interface {
	PeopleStore
	SignInStore
	FactorStore
	LinkStore
	PhotoStore
}

// PeopleStore keeps accounts.
type PeopleStore interface {
	// CreateAccount adds an account with its password's hash, or fails with
	// ErrNameTaken. An identity that is not zero belongs to it from then on.
	CreateAccount(ctx context.Context, a Account, passwordHash string, who Identity) error
	// AccountByName and AccountByID return an account and its password's hash, or
	// ErrNoAccount.
	AccountByName(ctx context.Context, name string) (Account, string, error)
	AccountByID(ctx context.Context, id string) (Account, string, error)
	// AccountByIdentity looks at issuer and subject, and at nothing else.
	AccountByIdentity(ctx context.Context, who Identity) (Account, error)
	// Accounts returns all accounts by name.
	Accounts(ctx context.Context) ([]Account, error)
	// SetPassword replaces the password's hash and takes access away, but for the
	// sign-in with the hash keep, which may be nil.
	SetPassword(ctx context.Context, accountID, passwordHash string, keep []byte) error
	// ChangeAccount sets display name, roles, group and whether the account is disabled
	// to what change makes of them; nobody else changes them meanwhile. Who is disabled
	// loses access. With protect it fails with ErrLastAdmin rather than to leave no
	// admin who can sign in. It returns the account before and after.
	ChangeAccount(ctx context.Context, id string, change func(Account) (Account, error), protect bool) (before, after Account, err error)
}

// SignInStore keeps the sign-ins of browsers.
type SignInStore interface {
	// CreateSignIn adds a sign-in, provided that the account still has that epoch and
	// is not disabled; otherwise it fails with ErrNoAccount. A sign-in with the hash
	// old makes room for it; old may be nil.
	CreateSignIn(ctx context.Context, in SignIn, epoch int64, old []byte) error
	// SignIn and SignInByID return a sign-in and its account, or ErrNoSignIn.
	SignIn(ctx context.Context, tokenHash []byte) (SignIn, Account, error)
	SignInByID(ctx context.Context, id string) (SignIn, Account, error)
	// SignIns returns those of an account, the newest first.
	SignIns(ctx context.Context, accountID string) ([]SignIn, error)
	// SignInCounts counts by account those made after created and used after used.
	SignInCounts(ctx context.Context, created, used time.Time) (map[string]int, error)
	// UseSignIn sets when and from where a sign-in was last used.
	UseSignIn(ctx context.Context, id string, used time.Time) error
	// EndSignIn removes a sign-in; one that does not exist is no error.
	EndSignIn(ctx context.Context, tokenHash []byte) error
	// EndSignInsOf removes the account's sign-in of that ID, or with an empty ID all
	// but the one with the hash keep. It returns how many.
	EndSignInsOf(ctx context.Context, accountID, id string, keep []byte) (int, error)
	// EndSignIns removes those made before created.
	EndSignIns(ctx context.Context, created time.Time) error
}

// FactorStore keeps second factors.
type FactorStore interface {
	// TOTP returns the secret, nil when there is none.
	TOTP(ctx context.Context, accountID string) ([]byte, error)
	// UseTOTP notes that the code of a step was used, and reports false when that one
	// or a later one was used before.
	UseTOTP(ctx context.Context, accountID string, step int64) (bool, error)
	// SetTOTP sets the secret whose code of the step was used, and raises the epoch: a
	// sign-in that was begun with less is not finished. It removes a secret when the new
	// one is nil.
	SetTOTP(ctx context.Context, accountID string, secret []byte, step int64) error
	// Passkeys returns the account's, the oldest first.
	Passkeys(ctx context.Context, accountID string) ([]Passkey, error)
	// AddPasskey raises the epoch too. It fails with ErrPasskeyTaken for a credential
	// that anybody has.
	AddPasskey(ctx context.Context, p Passkey) error
	// UsePasskey saves the credential as it is after use, and when that was.
	UsePasskey(ctx context.Context, p Passkey) error
	// RemovePasskey fails with ErrNoPasskey.
	RemovePasskey(ctx context.Context, accountID, id string) error
	// SetRecoveryCodes replaces the hashes of the account's codes.
	SetRecoveryCodes(ctx context.Context, accountID string, hashes [][]byte) error
	// UseRecoveryCode removes the code's hash and reports whether it was there.
	UseRecoveryCode(ctx context.Context, accountID string, hash []byte) (bool, error)
	// RemoveFactors removes all of them and takes access away. It reports whether there
	// were any.
	RemoveFactors(ctx context.Context, accountID string) (bool, error)
}

// LinkStore keeps one-time links.
type LinkStore interface {
	// SetLink makes l the account's only link.
	SetLink(ctx context.Context, l Link) error
	// Link returns a link and its account, or ErrNoLink when there is none that has
	// not expired and whose account is not disabled.
	Link(ctx context.Context, tokenHash []byte, now time.Time) (Link, Account, error)
	// UseLink removes the link, sets the password and takes access away, or fails
	// with ErrNoLink.
	UseLink(ctx context.Context, tokenHash []byte, now time.Time, passwordHash string) (Account, error)
}

// SignIn is one browser of an account that has signed in. The token itself is not
// kept, only its hash.
type SignIn struct {
	// TokenHash is the SHA-256 of the token.
	TokenHash []byte
	// ID names the sign-in to people; it gives no access.
	ID        string
	AccountID string
	// Created is when the browser signed in first, Used when it was last heard, and
	// Proven when a password or another factor was last given.
	Created, Used, Proven time.Time
	// Strong says that more was given than a password.
	Strong  bool
	Address netip.Addr
	// Browser is what the browser says of itself, made short.
	Browser string
}

// Passkey is one public key of an account.
type Passkey struct {
	ID, AccountID, Name string
	// CredentialID is the authenticator's name for it, Credential what is known of it
	// in JSON.
	CredentialID, Credential []byte
	// Used is zero when it never was.
	Created, Used time.Time
}

// Link lets whoever has it set an account's password, once.
type Link struct {
	// TokenHash is the SHA-256 of the token.
	TokenHash        []byte
	AccountID        string
	Kind             LinkKind
	Created, Expires time.Time
}

// LinkKind is what a link is for.
type LinkKind string

// The kinds of links.
const (
	LinkInvitation LinkKind = "invitation"
	LinkReset      LinkKind = "reset"
)

// Identity is who an OpenID provider says somebody is.
type Identity struct {
	// Issuer and Subject together never change and name one person.
	Issuer, Subject string
	// Name is what the person is called there when signing in, DisplayName what
	// people read. Either may be empty; neither proves anything.
	Name, DisplayName string
	// Roles are those that the person's groups give.
	Roles []Role
	// Strong says that the provider asked for more than a password.
	Strong bool
}
