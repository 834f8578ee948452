package store_test

import (
	"context"
	"crypto/sha256"
	"errors"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/relay/internal/account"
)

var noon = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const hash = "$argon2id$v=19$m=8,t=1,p=1$c2FsdA$aGFzaA"

func ines() account.Account {
	return account.Account{
		ID: "u_1", Name: "ines", DisplayName: "Ines Okafor",
		Roles: []account.Role{account.RoleTechnician, account.RoleAdmin}, Created: noon, HasPassword: true,
	}
}

func TestAccountsComeBack(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.CreateAccount(t.Context(), ines(), hash, account.Identity{}); err != nil {
		t.Fatal(err)
	}
	got, gotHash, err := s.AccountByName(t.Context(), "ines")
	if diff := cmp.Diff(ines(), got); err != nil || gotHash != hash || diff != "" {
		t.Errorf("AccountByName: %v, %q\n%s", err, gotHash, diff)
	}
	other := account.Account{ID: "u_2", Name: "aki", DisplayName: "Aki", Roles: []account.Role{account.RoleAuditor}, Created: noon, HasPassword: true}
	if err := s.CreateAccount(t.Context(), other, hash, account.Identity{}); err != nil {
		t.Fatal(err)
	}
	all, err := s.Accounts(t.Context())
	if diff := cmp.Diff([]account.Account{other, ines()}, all); err != nil || diff != "" {
		t.Errorf("Accounts: %v\n%s", err, diff)
	}
}

func TestAccountsThatAreNotThere(t *testing.T) {
	s := open(t, t.TempDir())
	if err := s.CreateAccount(t.Context(), ines(), hash, account.Identity{}); err != nil {
		t.Fatal(err)
	}
	twin := ines()
	twin.ID = "u_2"
	if err := s.CreateAccount(t.Context(), twin, hash, account.Identity{}); !errors.Is(err, account.ErrNameTaken) {
		t.Errorf("a second account of the name: %v", err)
	}
	if _, _, err := s.AccountByName(t.Context(), "nobody"); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("AccountByName = %v", err)
	}
	if err := s.SetPassword(t.Context(), "u_9", hash, nil); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("SetPassword = %v", err)
	}
	if err := changeTo(t.Context(), s, account.Account{ID: "u_9"}); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("ChangeAccount = %v", err)
	}
}

func changeTo(ctx context.Context, s account.Store, a account.Account) error {
	_, _, err := s.ChangeAccount(ctx, a.ID, func(account.Account) (account.Account, error) { return a, nil }, false)
	return err
}

func barred() account.Account {
	a := ines()
	a.Disabled = true
	return a
}

func token(text string) []byte {
	sum := sha256.Sum256([]byte(text))
	return sum[:]
}

func TestSignInsComeAndGo(t *testing.T) {
	ctx := t.Context()
	for name, c := range map[string]struct {
		end  func(s account.Store) error
		gone bool
	}{
		"nothing happens":    {func(account.Store) error { return nil }, false},
		"signed out":         {func(s account.Store) error { return s.EndSignIn(ctx, token("one")) }, true},
		"another signed out": {func(s account.Store) error { return s.EndSignIn(ctx, token("two")) }, false},
		"new password":       {func(s account.Store) error { return s.SetPassword(ctx, "u_1", hash+"x", nil) }, true},
		"disabled":           {func(s account.Store) error { return changeTo(ctx, s, barred()) }, true},
		"too old":            {func(s account.Store) error { return s.EndSignIns(ctx, noon.Add(1)) }, true},
		"not old":            {func(s account.Store) error { return s.EndSignIns(ctx, noon) }, false},
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			in := account.SignIn{TokenHash: token("one"), ID: "i_1", AccountID: "u_1", Created: noon, Used: noon, Proven: noon}
			if err := errors.Join(s.CreateAccount(ctx, ines(), hash, account.Identity{}), s.CreateSignIn(ctx, in, 0, nil),
				s.UseSignIn(ctx, in.ID, noon.Add(1)), s.UseSignIn(ctx, in.ID, noon)); err != nil {
				t.Fatal(err)
			}
			if err := c.end(s); err != nil {
				t.Fatal(err)
			}
			in.Used = noon.Add(1) // the later of the two
			got, who, err := s.SignIn(ctx, in.TokenHash)
			if c.gone {
				if !errors.Is(err, account.ErrNoSignIn) {
					t.Errorf("SignIn = %v, %v", got, err)
				}
				return
			}
			want := ines()
			want.LastSignIn = noon
			if diff := cmp.Diff(in, got, cmpopts.EquateComparable(netip.Addr{})) + cmp.Diff(want, who); err != nil || diff != "" {
				t.Errorf("SignIn: %v\n%s", err, diff)
			}
		})
	}
}

func TestNoSignInWithAPasswordThatWasReplaced(t *testing.T) {
	ctx := t.Context()
	for name, change := range map[string]func(s account.Store) error{
		"replaced": func(s account.Store) error { return s.SetPassword(ctx, "u_1", hash+"x", nil) },
		"disabled": func(s account.Store) error { return changeTo(ctx, s, barred()) },
	} {
		t.Run(name, func(t *testing.T) {
			s := open(t, t.TempDir())
			if err := errors.Join(s.CreateAccount(ctx, ines(), hash, account.Identity{}), change(s)); err != nil {
				t.Fatal(err)
			}
			in := account.SignIn{TokenHash: token("one"), ID: "i_1", AccountID: "u_1", Created: noon, Used: noon, Proven: noon}
			if err := s.CreateSignIn(ctx, in, 0, nil); !errors.Is(err, account.ErrNoAccount) {
				t.Errorf("CreateSignIn = %v", err)
			}
		})
	}
}
