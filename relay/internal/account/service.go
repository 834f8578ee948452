package account

import (
	"context"
	"errors"
	"fmt"
	"net/netip"
	"net/url"
	"time"
)

const (
	// SignInLife is how long a sign-in lasts at most.
	SignInLife = 12 * time.Hour
	// IdleLife is how long a sign-in lasts without being used, unless a policy says
	// otherwise.
	IdleLife = 2 * time.Hour
	// RecentLife is how long after a password or a factor was given an account may be
	// changed.
	RecentLife = 10 * time.Minute
	// noteEvery keeps requests in a row from writing to the store each.
	noteEvery = time.Minute

	tokenSize = 32
	// hashesAtOnce bounds the memory that sign-ins take together: 19 MiB each.
	hashesAtOnce = 2
	// maxSignInName bounds what is looked up, in bytes.
	maxSignInName = 128
)

// Config is what a [Service] is made of.
type Config struct {
	Store Store
	// Now is the clock; nil means time.Now.
	Now func() time.Time
	// Cost is that of new password hashes; zero means DefaultCost.
	Cost Cost
	// PublicURL is the address that people use. Without it there are no links; without
	// a name in it there are no passkeys, as browsers have it.
	PublicURL *url.URL
	// Organisation is how authenticators name what they sign in to.
	Organisation string
	// SecondFactorRequired says whether policy asks a second factor of the account;
	// nil: of nobody.
	SecondFactorRequired func(Account) bool
	// Idle is how long a sign-in of the account lasts unused; nil: IdleLife for all.
	Idle func(Account) time.Duration
	// Admits says whether policy lets the account sign in from an address; nil: from
	// everywhere.
	Admits func(Account, netip.Addr) bool
	// Journal is told of everything that happens to accounts. It is called from any
	// goroutine and must not block long; nil: nobody is told.
	Journal func(Event)
}

// withDefaults fills in what may be left out.
func (c Config) withDefaults() Config {
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Cost == (Cost{}) {
		c.Cost = DefaultCost()
	}
	if c.Organisation == "" {
		c.Organisation = "Lendhand"
	}
	if c.SecondFactorRequired == nil {
		c.SecondFactorRequired = func(Account) bool { return false }
	}
	if c.Idle == nil {
		c.Idle = func(Account) time.Duration { return IdleLife }
	}
	if c.Admits == nil {
		c.Admits = func(Account, netip.Addr) bool { return true }
	}
	if c.Journal == nil {
		c.Journal = func(Event) {}
	}
	return c
}

// Service creates accounts and signs people in. It is safe for use from any
// goroutine.
type Service struct {
	// Set at construction.
	cfg      Config
	store    Store
	now      func() time.Time
	journal  func(Event)
	hasher   *hasher
	throttle *throttle
	steps    *steps
	// photos has room for who makes one: to unpack a picture takes memory.
	photos   chan struct{}
	passkeys *passkeys // nil where there are none
}

// NewService checks the configuration and returns a service.
func NewService(cfg Config) (*Service, error) {
	if cfg.Store == nil {
		return nil, errors.New("accounts: no store")
	}
	cfg = cfg.withDefaults()
	if !cfg.Cost.sane() {
		return nil, fmt.Errorf("accounts: the cost of hashes %+v makes no sense", cfg.Cost)
	}
	h, err := newHasher(cfg.Cost, hashesAtOnce)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	p, err := newPasskeys(cfg.PublicURL, cfg.Organisation)
	if err != nil {
		return nil, fmt.Errorf("accounts: %w", err)
	}
	return &Service{
		cfg: cfg, store: cfg.Store, now: cfg.Now, journal: cfg.Journal,
		hasher: h, throttle: newThrottle(), steps: newSteps(), passkeys: p, photos: make(chan struct{}, 1),
	}, nil
}

// MustEnrol reports whether policy asks a second factor of the person, who has none
// and has not proven more than a password with this sign-in.
func (s *Service) MustEnrol(me Me) bool {
	return !me.Account.Factors.Any() && !me.SignIn.Strong && s.SecondFactorRequired(me.Account)
}

// SecondFactorRequired reports whether policy asks a second factor of the account.
func (s *Service) SecondFactorRequired(a Account) bool { return s.cfg.SecondFactorRequired(a) }

// HasPasskeys reports whether browsers can use passkeys at the relay's address.
func (s *Service) HasPasskeys() bool { return s.passkeys != nil }

// Recent fails with [ErrSignInAgain] unless a password or a factor was just given.
func (s *Service) Recent(me Me) error {
	if s.now().Sub(me.SignIn.Proven) >= RecentLife {
		return ErrSignInAgain
	}
	return nil
}

// setPassword checks a password, and saves its hash for the account.
func (s *Service) setPassword(ctx context.Context, a Account, password string, keep []byte) error {
	if err := s.checkPassword(password, a); err != nil {
		return err
	}
	hash, err := s.hasher.hash(ctx, password)
	if err != nil {
		return err
	}
	return s.store.SetPassword(ctx, a.ID, hash, keep)
}
