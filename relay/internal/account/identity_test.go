package account_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling/problem"
)

func known(subject string, roles ...account.Role) account.Identity {
	return account.Identity{Issuer: "https://id.example", Subject: subject, Name: "Kim.Lee@help.example", DisplayName: "Kim Lee", Roles: roles}
}

func TestTheFirstSignInAtAProviderMakesAnAccount(t *testing.T) {
	h := newHouse(t)
	out, err := h.SignInOpenID(t.Context(), known("1", account.RoleTechnician), here)
	must(t, err)
	me := h.me(t, out.Token)
	if a := me.Account; a.Name != "kim.lee" || a.DisplayName != "Kim Lee" || !a.OpenID || a.HasPassword || !a.Has(account.RoleTechnician) || me.SignIn.Strong {
		t.Errorf("signed in: %+v", me)
	}
	again, err := h.SignInOpenID(t.Context(), known("1", account.RoleAuditor), here)
	if err != nil || again.Me.Account.ID != me.Account.ID {
		t.Fatalf("the second time: %+v, %v", again, err)
	}
	if diff := cmp.Diff([]account.Role{account.RoleAuditor}, h.me(t, out.Token).Account.Roles); diff != "" {
		t.Errorf("the roles do not follow the groups:\n%s", diff)
	}
}

// Neither a name nor an address links anybody to an account that was there before.
func TestAProviderCannotTakeAnAccountOver(t *testing.T) {
	h := newHouse(t)
	mine := h.signIn(t, here).Me.Account
	who := known("1", account.RoleAdmin)
	who.Name, who.DisplayName = "ines", "Ines Okafor"
	out, err := h.SignInOpenID(t.Context(), who, here)
	if err != nil || out.Me.Account.ID == mine.ID || out.Me.Account.Name != "ines-2" {
		t.Errorf("SignInOpenID = %+v, %v", out.Me.Account, err)
	}
	other := who
	other.Issuer = "https://other.example"
	third, err := h.SignInOpenID(t.Context(), other, here)
	if err != nil || third.Me.Account.ID == out.Me.Account.ID {
		t.Errorf("the same subject elsewhere: %+v, %v", third.Me.Account, err)
	}
}

func TestNamesOfPeopleFromAProvider(t *testing.T) {
	h := newHouse(t)
	for i, c := range []struct{ given, want string }{
		{"", "person"}, {"", "person-2"}, {"Ünsal Ö@x", "nsal"}, {"a b<c>", "abc"}, {"日本", "person-3"},
		{"0123456789012345678901234567890123456789", "0123456789012345678901234567"},
	} {
		who := known(string(rune('a'+i)), account.RoleAuditor)
		who.Name, who.DisplayName = c.given, "\u202e"
		out, err := h.SignInOpenID(t.Context(), who, here)
		if err != nil || out.Me.Account.Name != c.want || out.Me.Account.DisplayName != c.want {
			t.Errorf("%q: %+v, %v", c.given, out.Me.Account, err)
		}
	}
}

func TestWhoHasNoRoleIsNotLetIn(t *testing.T) {
	h := newHouse(t)
	if out, err := h.SignInOpenID(t.Context(), known("1"), here); !errors.Is(err, account.ErrNotAllowed) || out.Token != "" {
		t.Errorf("a stranger without a role: %+v, %v", out, err)
	}
	if people, err := h.People(t.Context()); err != nil || len(people) != 1 {
		t.Errorf("an account was made: %+v, %v", people, err)
	}
	out, err := h.SignInOpenID(t.Context(), known("1", account.RoleTechnician), here)
	must(t, err)
	if _, err := h.SignInOpenID(t.Context(), known("1"), here); !errors.Is(err, account.ErrNotAllowed) {
		t.Errorf("who has lost the role: %v", err)
	}
	if _, err := h.Authenticate(t.Context(), out.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("their sign-in from before: %v", err)
	}
	must(t, h.Disable(t.Context(), account.CommandLine(), "kim.lee"))
	if _, err := h.SignInOpenID(t.Context(), known("1", account.RoleTechnician), here); !errors.Is(err, account.ErrNotAllowed) {
		t.Errorf("who is disabled: %v", err)
	}
}

// The provider decides who its people are: there is no other way in beside it.
func TestAccountsOfAProviderSignInThereOnly(t *testing.T) {
	h := newHouse(t)
	out, err := h.SignInOpenID(t.Context(), known("1", account.RoleTechnician), here)
	must(t, err)
	me := h.me(t, out.Token)
	for name, act := range map[string]func() error{
		"a link":     func() error { _, err := h.MakeLink(t.Context(), account.CommandLine(), me.Account.ID); return err },
		"a password": func() error { return h.SetPassword(t.Context(), account.CommandLine(), "kim.lee", password) },
		"their own":  func() error { return h.ChangePassword(t.Context(), me, "", password) },
		"other roles": func() error {
			_, err := h.Change(t.Context(), account.CommandLine(), me.Account.ID, account.Change{Roles: new([]account.Role{account.RoleAdmin})})
			return err
		},
	} {
		if err := act(); err == nil || problem.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.SignIn(t.Context(), "kim.lee", "", here); !errors.Is(err, account.ErrWrongPassword) {
		t.Errorf("without a password: %v", err)
	}
	device, _ := h.addPasskey(t, out.Token, "My laptop")
	if _, err := h.tryPasskey(t, device); !errors.Is(err, account.ErrWrongFactor) {
		t.Errorf("a passkey alone: %v", err)
	}
	step, err := h.SignInOpenID(t.Context(), known("1", account.RoleTechnician), here)
	if err != nil || step.Step == nil {
		t.Fatalf("the second factor was not asked for: %+v, %v", step, err)
	}
	if _, err := h.Second(t.Context(), step.Step.Token, account.Proof{Passkey: device.Get(t, step.Step.Passkey)}, here); err != nil {
		t.Errorf("Second = %v", err)
	}
	strong := known("1", account.RoleTechnician)
	strong.Strong = true
	if done, err := h.SignInOpenID(t.Context(), strong, here); err != nil || done.Token == "" || !h.me(t, done.Token).SignIn.Strong {
		t.Errorf("the provider has asked for more already: %+v, %v", done, err)
	}
}

func TestAStrongSignInAtAProviderIsEnough(t *testing.T) {
	h := newHouse(t)
	h.required = true
	for strong, want := range map[bool]bool{true: true, false: false} {
		who := known("1", account.RoleTechnician)
		who.Strong = strong
		out, err := h.SignInOpenID(t.Context(), who, here)
		if err != nil || h.MustEnrol(h.me(t, out.Token)) != !want {
			t.Errorf("strong %v: enough is not %v, %v", strong, want, err)
		}
	}
}
