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
)

// Errors of signing in.
var (
	// ErrWrongPassword is the one answer to an unknown name, a wrong password, and an
	// account that is disabled or signs in elsewhere.
	ErrWrongPassword = errors.New("the name or the password is wrong")
	// ErrWrongFactor is the one answer to every second factor that does not do.
	ErrWrongFactor = errors.New("the code or the passkey is wrong")
	// ErrNoStep says that a sign-in must begin anew.
	ErrNoStep = errors.New("the sign-in took too long or was finished already")
	// ErrSignInAgain says that what is asked needs a password or a factor now.
	ErrSignInAgain = errors.New("sign in again first")
	// ErrWrongNetwork says that policy does not let the account in from there.
	ErrWrongNetwork = errors.New("this account cannot sign in from this network")
)

// From is where a sign-in comes from.
type From struct {
	Address netip.Addr
	// Browser is what the browser says of itself; it is not believed in anything.
	Browser string
	// Token is that of the sign-in that the browser has so far; it may be empty or
	// stale. It makes room for the new one.
	Token string
}

// Outcome is what comes of a right password or factor: a sign-in, or a step.
type Outcome struct {
	// Token is the sign-in's: 32 random bytes in base64url. It is empty when there is
	// a step to take first.
	Token string
	Me    Me
	// Step is nil when the sign-in is complete.
	Step *Step
}

// Me is who is signed in, by which sign-in, and where they are just now.
type Me struct {
	Account Account
	SignIn  SignIn
	// Address is set by who knows it.
	Address netip.Addr
}

func (m Me) by() By { return By{Actor: m.Account.ID, Address: m.Address} }

// proof is what was given to sign in.
type proof struct {
	method string
	strong bool // more than a password
}

// SignIn checks a password. Errors are [ErrWrongPassword], [*TooManyError], or
// faults of the store.
func (s *Service) SignIn(ctx context.Context, name, password string, from From) (Outcome, error) {
	name = strings.ToLower(strings.TrimSpace(name))
	if len(name) > maxSignInName || len(password) > maxPassword {
		return Outcome{}, ErrWrongPassword
	}
	right, err := s.throttle.try(name, from.Address, s.now())
	if err != nil {
		return Outcome{}, err
	}
	a, hash, err := s.store.AccountByName(ctx, name)
	if err != nil && !errors.Is(err, ErrNoAccount) {
		return Outcome{}, err
	}
	ok, err := s.hasher.matches(ctx, password, hash)
	if err != nil {
		return Outcome{}, err
	}
	if !ok || a.Disabled || a.OpenID {
		s.refused(a, "password", from)
		return Outcome{}, ErrWrongPassword
	}
	out, err := s.proceed(ctx, a, proof{method: "password"}, from)
	if errors.Is(err, ErrNoAccount) { // it changed while we looked
		return Outcome{}, ErrWrongPassword
	}
	if err == nil {
		right(s.now())
	}
	return out, err
}

// refused notes a try that failed. A name that nobody has is not noted: it may be a
// password that was typed in the wrong place.
func (s *Service) refused(a Account, method string, from From) {
	s.note(EventSignInRefused, By{Address: from.Address}, a.ID, "method", method)
}

// proceed completes the sign-in, or asks for a second factor where there is one.
func (s *Service) proceed(ctx context.Context, a Account, p proof, from From) (Outcome, error) {
	if !p.strong && a.Factors.Any() {
		return s.askSecond(ctx, a, p)
	}
	return s.complete(ctx, a, p, from)
}

// complete makes a sign-in. The one that the browser had makes room: one of the same
// account goes on under a new token, so that what it has open stays open.
func (s *Service) complete(ctx context.Context, a Account, p proof, from From) (Outcome, error) {
	if !s.cfg.Admits(a, from.Address) {
		s.refused(a, "network", from)
		return Outcome{}, ErrWrongNetwork
	}
	now := s.now()
	if err := s.store.EndSignIns(ctx, now.Add(-SignInLife)); err != nil {
		return Outcome{}, err
	}
	token, err := newToken()
	if err != nil {
		return Outcome{}, err
	}
	in := SignIn{
		TokenHash: hashToken(token), ID: newID("i_"), AccountID: a.ID, Created: now, Used: now, Proven: now,
		Strong: p.strong, Address: from.Address, Browser: cleanBrowser(from.Browser),
	}
	var old []byte
	before, err := s.Authenticate(ctx, from.Token)
	switch {
	case err == nil:
		old = before.SignIn.TokenHash
		if before.Account.ID == a.ID {
			in.ID = before.SignIn.ID
		}
	case !errors.Is(err, ErrNoSignIn):
		return Outcome{}, err
	}
	if err := s.store.CreateSignIn(ctx, in, a.Epoch, old); err != nil {
		return Outcome{}, err
	}
	a.LastSignIn = now
	s.note(EventSignIn, By{Actor: a.ID, Address: from.Address}, a.ID, "method", p.method, "sign_in", in.ID, "browser", in.Browser)
	return Outcome{Token: token, Me: Me{Account: a, SignIn: in, Address: from.Address}}, nil
}

// Authenticate returns who the token signs in, and notes that it was used. Errors
// are [ErrNoSignIn] for a token that is unknown, ended or too old, or faults of the
// store.
func (s *Service) Authenticate(ctx context.Context, token string) (Me, error) {
	if len(token) != base64.RawURLEncoding.EncodedLen(tokenSize) {
		return Me{}, ErrNoSignIn
	}
	in, a, err := s.store.SignIn(ctx, hashToken(token))
	if err != nil {
		return Me{}, err
	}
	return s.use(ctx, in, a)
}

// Review is Authenticate for a connection that the sign-in of that ID has open: it
// stays with the sign-in when that gets a new token.
func (s *Service) Review(ctx context.Context, id string) (Me, error) {
	in, a, err := s.store.SignInByID(ctx, id)
	if err != nil {
		return Me{}, err
	}
	return s.use(ctx, in, a)
}

func (s *Service) use(ctx context.Context, in SignIn, a Account) (Me, error) {
	now := s.now()
	if a.Disabled || !s.lives(in, a) {
		return Me{}, ErrNoSignIn
	}
	if now.Sub(in.Used) >= noteEvery {
		// A disk that is full locks nobody out. What is not noted is no use of the sign-in:
		// it ends the sooner.
		_ = s.store.UseSignIn(ctx, in.ID, now)
	}
	return Me{Account: a, SignIn: in}, nil
}

// lives reports whether the sign-in is neither too old nor unused for too long.
func (s *Service) lives(in SignIn, a Account) bool {
	now := s.now()
	return now.Sub(in.Created) < SignInLife && now.Sub(in.Used) < s.cfg.Idle(a)
}

// SignOut ends a sign-in.
func (s *Service) SignOut(ctx context.Context, me Me) error {
	if err := s.store.EndSignIn(ctx, me.SignIn.TokenHash); err != nil {
		return err
	}
	s.note(EventSignOut, me.by(), me.Account.ID, "sign_in", me.SignIn.ID)
	return nil
}

// SignIns returns the sign-ins of the person that are alive, the newest first.
func (s *Service) SignIns(ctx context.Context, me Me) ([]SignIn, error) {
	all, err := s.store.SignIns(ctx, me.Account.ID)
	if err != nil {
		return nil, err
	}
	var alive []SignIn
	for _, in := range all {
		if s.lives(in, me.Account) {
			alive = append(alive, in)
		}
	}
	return alive, nil
}

// EndSignIn ends one of the person's sign-ins, or fails with [ErrNoSignIn].
func (s *Service) EndSignIn(ctx context.Context, me Me, id string) error {
	if id == "" {
		return ErrNoSignIn
	}
	n, err := s.store.EndSignInsOf(ctx, me.Account.ID, id, nil)
	if err != nil {
		return err
	}
	if n == 0 {
		return ErrNoSignIn
	}
	s.note(EventSignInEnded, me.by(), me.Account.ID, "sign_in", id)
	return nil
}

// EndOtherSignIns ends all of the person's sign-ins but this one.
func (s *Service) EndOtherSignIns(ctx context.Context, me Me) error {
	n, err := s.store.EndSignInsOf(ctx, me.Account.ID, "", me.SignIn.TokenHash)
	if err == nil && n > 0 {
		s.note(EventSignInEnded, me.by(), me.Account.ID, "sign_ins", fmt.Sprint(n))
	}
	return err
}

func newToken() (string, error) {
	raw := make([]byte, tokenSize)
	if _, err := rand.Read(raw); err != nil {
		return "", fmt.Errorf("draw a token: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(raw), nil
}

func hashToken(token string) []byte {
	sum := sha256.Sum256([]byte(token))
	return sum[:]
}
