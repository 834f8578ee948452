package account

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"fmt"
	"net/netip"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// SignInLife is how long a sign-in lasts at most.
	SignInLife = 12 * time.Hour
	// IdleLife is how long a sign-in lasts without being used.
	IdleLife = 2 * time.Hour
	// noteEvery keeps requests in a row from writing to the store each.
	noteEvery = time.Minute

	tokenSize = 32
	// hashesAtOnce bounds the memory that sign-ins take together: 19 MiB each.
	hashesAtOnce = 2
	// maxSignInName bounds what is looked up, in bytes.
	maxSignInName = 128
)

// ErrWrongPassword is the one answer to an unknown name, a wrong password, and an
// account that is disabled.
var ErrWrongPassword = errors.New("the name or the password is wrong")

// Config is what a [Service] is made of.
type Config struct {
	Store Store
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Cost is that of new password hashes; zero means DefaultCost.
	Cost Cost
}

// Service creates accounts and signs people in. It is safe for use from any
// goroutine.
type Service struct {
	// Set at construction.
	store    Store
	now      func() time.Time
	hasher   *hasher
	throttle *throttle
}

// NewService checks the configuration and returns a service.
func NewService(cfg Config) (*Service, error) {
	if cfg.Store == nil {
		return nil, errors.New("accounts: no store")
	}
	if cfg.Now == nil {
		cfg.Now = time.Now
	}
	if cfg.Cost == (Cost{}) {
		cfg.Cost = DefaultCost()
	}
	if !cfg.Cost.sane() {
		return nil, fmt.Errorf("accounts: the cost of hashes %+v makes no sense", cfg.Cost)
	}
	h, err := newHasher(cfg.Cost, hashesAtOnce)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return &Service{store: cfg.Store, now: cfg.Now, hasher: h, throttle: newThrottle()}, nil
}

// Create makes an account. Errors carry hints.
func (s *Service) Create(ctx context.Context, n New) (Account, error) {
	a, err := n.account(s.now())
	if err != nil {
		return Account{}, err
	}
	if err := checkPassword(n.Password); err != nil {
		return Account{}, err
	}
	hash, err := s.hasher.hash(ctx, n.Password)
	if err != nil {
		return Account{}, err
	}
	err = s.store.CreateAccount(ctx, a, hash)
	if errors.Is(err, ErrNameTaken) {
		err = problem.Wrap(fmt.Errorf("%w: %s", err, a.Name), "Choose another name, or give the account a new password with \"user passwd\".")
	}
	return a, err
}

// List returns all accounts by name.
func (s *Service) List(ctx context.Context) ([]Account, error) { return s.store.Accounts(ctx) }

// SetPassword gives the account of that name a new password and ends its sign-ins.
func (s *Service) SetPassword(ctx context.Context, name, password string) error {
	a, err := s.find(ctx, name)
	if err != nil {
		return err
	}
	if err := checkPassword(password); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.SetPassword(ctx, a.ID, hash)
}

// Disable bars the account of that name and ends its sign-ins.
func (s *Service) Disable(ctx context.Context, name string) error {
	a, err := s.find(ctx, name)
	if err != nil {
		return err
	}
	return s.store.Disable(ctx, a.ID)
}

func (s *Service) find(ctx context.Context, name string) (Account, error) {
	a, _, err := s.store.AccountByName(ctx, name)
	if errors.Is(err, ErrNoAccount) {
		return Account{}, problem.Wrap(fmt.Errorf("%w: %q", err, name), "\"user list\" shows the accounts that there are.")
	}
	return a, err
}

// SignIn checks a password that came from addr and returns the token of a new
// sign-in: 32 random bytes in base64url. Errors are [ErrWrongPassword],
// [*TooManyError], or faults of the store.
func (s *Service) SignIn(ctx context.Context, name, password string, addr netip.Addr) (token string, a Account, err error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > maxSignInName || len(password) > maxPassword {
		return "", Account{}, ErrWrongPassword
	}
	right, err := s.throttle.try(name, addr, s.now())
	if err != nil {
		return "", Account{}, err
	}
	a, hash, err := s.store.AccountByName(ctx, name)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return "", Account{}, err
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return "", Account{}, err
	}
	if !ok || a.Disabled {
		return "", Account{}, ErrWrongPassword
	}
	token, err = s.newSignIn(ctx, a, hash)
	if errors.Is(err, ErrNoAccount) { // it changed while we looked
		return "", Account{}, ErrWrongPassword
	}
	if err == nil {
		right(s.now())
	}
	return token, a, err
}

func (s *Service) newSignIn(ctx context.Context, a Account, passwordHash string) (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	token := base64.RawURLEncoding.EncodeToString(raw)
	now := s.now()
	if err := s.store.EndSignIns(ctx, now.Add(-SignInLife), now.Add(-IdleLife)); err != nil {
		return "", err
	}
	in := SignIn{TokenHash: hashToken(token), AccountID: a.ID, Created: now, Used: now}
	return token, s.store.CreateSignIn(ctx, in, passwordHash)
}

// Authenticate returns the account that the token signs in, and notes that it was
// used. Errors are [ErrNoSignIn] for a token that is unknown, ended or too old, or
// faults of the store.
func (s *Service) Authenticate(ctx context.Context, token string) (Account, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return Account{}, ErrNoSignIn
	}
	in, a, err := s.store.SignIn(ctx, hashToken(token))
	if err != nil {
		return Account{}, err
	}
	now := s.now()
	if a.Disabled || now.Sub(in.Created) >= SignInLife || now.Sub(in.Used) >= IdleLife {
		return Account{}, ErrNoSignIn
	}
	if now.Sub(in.Used) >= noteEvery {
		return a, s.store.UseSignIn(ctx, in.TokenHash, now)
	}
	return a, nil
}

// SignOut ends the token's sign-in. A token that is unknown is no error.
func (s *Service) SignOut(ctx context.Context, token string) error {
	return s.store.EndSignIn(ctx, hashToken(token))
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
