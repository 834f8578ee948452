package account_test

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"net/netip"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/signaling/problem"
)

// invite makes an account, aki, with a link and returns the link's token.
func (h *house) invite(t testing.TB) (account.Account, string) {
	t.Helper()
	a, link, err := h.Invite(t.Context(), account.CommandLine(), account.New{Name: "aki", Roles: []account.Role{account.RoleAdmin}})
	must(t, err)
	return a, tokenOf(t, link)
}

func tokenOf(t testing.TB, link string) string {
	t.Helper()
	token, ok := strings.CutPrefix(link, origin+"/welcome#")
	if !ok || len(token) != 43 {
		t.Fatalf("link %q", link)
	}
	return token
}

func TestInvitationsAndResets(t *testing.T) {
	h := newHouse(t)
	a, token := h.invite(t)
	l, who, err := h.OpenLink(t.Context(), token)
	if err != nil || l.Kind != account.LinkInvitation || who.ID != a.ID || who.HasPassword {
		t.Errorf("OpenLink = %+v, %+v, %v", l, who, err)
	}
	for _, weak := range []string{"", "short", "Password123!", "aki1234567"} {
		if out, err := h.UseLink(t.Context(), token, weak, here); err == nil || problem.Hint(err) == "" || out.Token != "" {
			t.Errorf("UseLink with %q = %v", weak, err)
		}
	}
	out, err := h.UseLink(t.Context(), token, password, here)
	if err != nil || !h.me(t, out.Token).Account.HasPassword {
		t.Errorf("UseLink = %+v, %v", out, err)
	}
	if _, err := h.UseLink(t.Context(), token, otherPassword, here); !errors.Is(err, account.ErrNoLink) {
		t.Errorf("the same link again: %v", err)
	}
	link, err := h.MakeLink(t.Context(), account.CommandLine(), a.ID)
	must(t, err)
	h.me(t, out.Token) // a link ends nothing until it is used
	if l, _, err := h.OpenLink(t.Context(), tokenOf(t, link)); err != nil || l.Kind != account.LinkReset {
		t.Errorf("OpenLink = %+v, %v", l, err)
	}
	if _, err := h.UseLink(t.Context(), tokenOf(t, link), otherPassword, account.From{}); err != nil {
		t.Errorf("UseLink = %v", err)
	}
	if _, err := h.Authenticate(t.Context(), out.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("a sign-in from before the reset: %v", err)
	}
}

func TestLinksThatDoNotWork(t *testing.T) {
	for name, spoil := range map[string]func(t *testing.T, h *house, a account.Account, token string) string{
		"unknown": func(*testing.T, *house, account.Account, string) string { return strings.Repeat("A", 43) },
		"empty":   func(*testing.T, *house, account.Account, string) string { return "" },
		"expired": func(_ *testing.T, h *house, _ account.Account, token string) string {
			h.clock.t = h.clock.t.Add(account.LinkLife)
			return token
		},
		"replaced": func(t *testing.T, h *house, a account.Account, token string) string {
			_, err := h.MakeLink(t.Context(), account.CommandLine(), a.ID)
			must(t, err)
			return token
		},
		"of a disabled account": func(t *testing.T, h *house, a account.Account, token string) string {
			must(t, h.Disable(t.Context(), account.CommandLine(), a.Name))
			return token
		},
		"overtaken by a new password": func(t *testing.T, h *house, a account.Account, token string) string {
			must(t, h.SetPassword(t.Context(), account.CommandLine(), a.Name, otherPassword))
			return token
		},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			a, token := h.invite(t)
			token = spoil(t, h, a, token)
			if _, who, err := h.OpenLink(t.Context(), token); !errors.Is(err, account.ErrNoLink) || who.ID != "" {
				t.Errorf("OpenLink = %+v, %v", who, err)
			}
			if out, err := h.UseLink(t.Context(), token, password, here); !errors.Is(err, account.ErrNoLink) || out.Token != "" {
				t.Errorf("UseLink = %+v, %v", out, err)
			}
		})
	}
}

func TestAResetDoesNotReplaceTheSecondFactor(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	_, recovery := h.addTOTP(t, in.Token)
	link, err := h.MakeLink(t.Context(), account.CommandLine(), in.Me.Account.ID)
	must(t, err)
	out, err := h.UseLink(t.Context(), tokenOf(t, link), otherPassword, here)
	if err != nil || out.Step == nil || out.Token != "" {
		t.Fatalf("UseLink = %+v, %v", out, err)
	}
	if _, err := h.Second(t.Context(), out.Step.Token, account.Proof{Recovery: recovery[0]}, here); err != nil {
		t.Errorf("Second = %v", err)
	}
}

func TestSomebodyInvitedCannotSignInYet(t *testing.T) {
	h := newHouse(t)
	h.invite(t)
	for _, guess := range []string{"", password, "aki"} {
		if _, err := h.SignIn(t.Context(), "aki", guess, here); !errors.Is(err, account.ErrWrongPassword) {
			t.Errorf("SignIn with %q = %v", guess, err)
		}
	}
}

func TestTheLastAdminStays(t *testing.T) {
	roles := []account.Role{account.RoleAuditor}
	for name, c := range map[string]struct {
		change account.Change
		want   error
	}{
		"disabled":         {account.Change{Disabled: new(true)}, account.ErrLastAdmin},
		"another role":     {account.Change{Roles: &roles}, account.ErrLastAdmin},
		"another name":     {account.Change{DisplayName: new("Aki Tanaka")}, nil},
		"one role more":    {account.Change{Roles: new([]account.Role{account.RoleAdmin, account.RoleAuditor})}, nil},
		"not disabled":     {account.Change{Disabled: new(false)}, nil},
		"into a group":     {account.Change{Group: new("second line")}, nil},
		"both at once":     {account.Change{Disabled: new(true), Roles: &roles}, account.ErrLastAdmin},
		"nothing is asked": {account.Change{}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			h := newHouse(t)
			boss := h.add(t, "boss", account.RoleAdmin)
			h.invite(t) // an admin who cannot sign in yet is none
			off := h.add(t, "off", account.RoleAdmin)
			must(t, h.Disable(t.Context(), account.CommandLine(), "off"))
			if _, err := h.Change(t.Context(), account.By{Actor: boss.ID}, boss.ID, c.change); !errors.Is(err, c.want) {
				t.Errorf("Change = %v, want %v", err, c.want)
			}
			if c.want == nil {
				return
			}
			_, err := h.Change(t.Context(), account.By{Actor: boss.ID}, off.ID, account.Change{Disabled: new(false)})
			must(t, err)
			if _, err := h.Change(t.Context(), account.By{Actor: boss.ID}, boss.ID, c.change); err != nil {
				t.Errorf("though there is another: %v", err)
			}
		})
	}
}

func TestChangesThatAreRefused(t *testing.T) {
	h := newHouse(t)
	id := h.signIn(t, here).Me.Account.ID
	for name, c := range map[string]account.Change{
		"no roles":        {Roles: new([]account.Role{})},
		"no such role":    {Roles: new([]account.Role{"root"})},
		"a name reversed": {DisplayName: new("Ines\u202e")},
		"no name":         {DisplayName: new("")},
		"a group of 65":   {Group: new(strings.Repeat("g", 65))},
		"a second line":   {Group: new("a\nb")},
	} {
		if _, err := h.Change(t.Context(), account.CommandLine(), id, c); err == nil || problem.Hint(err) == "" {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := h.Change(t.Context(), account.CommandLine(), "u_9", account.Change{}); !errors.Is(err, account.ErrNoAccount) {
		t.Errorf("nobody: %v", err)
	}
}

func TestSignInsAreListedAndEnded(t *testing.T) {
	h := newHouse(t)
	one := h.signIn(t, here)
	h.clock.t = h.clock.t.Add(time.Minute)
	two := h.signIn(t, account.From{Address: netip.MustParseAddr("2001:db8::7"), Browser: "curl/8.5.0\u202e\n" + strings.Repeat("x", 200)})
	h.add(t, "aki", account.RoleAuditor)
	other, err := h.SignIn(t.Context(), "aki", password, here)
	must(t, err)

	list, err := h.SignIns(t.Context(), h.me(t, one.Token))
	if err != nil || len(list) != 2 || list[0].ID != two.Me.SignIn.ID || list[1].ID != one.Me.SignIn.ID {
		t.Fatalf("SignIns = %+v, %v", list, err)
	}
	if list[1].Browser != "Firefox 151 on Linux" || list[1].Address != here.Address || !strings.HasPrefix(list[0].Browser, "curl/8.5.0x") || len(list[0].Browser) != 60 {
		t.Errorf("they are told apart as %+v", list)
	}
	people, err := h.People(t.Context())
	if err != nil || len(people) != 2 || people[1].SignIns != 2 || !people[1].LastSignIn.Equal(h.clock.t) {
		t.Errorf("People = %+v, %v", people, err)
	}
	for _, id := range []string{"", "i_9", other.Me.SignIn.ID} {
		if err := h.EndSignIn(t.Context(), h.me(t, one.Token), id); !errors.Is(err, account.ErrNoSignIn) {
			t.Errorf("EndSignIn(%q) = %v", id, err)
		}
	}
	must(t, h.EndOtherSignIns(t.Context(), h.me(t, one.Token)))
	if _, err := h.Authenticate(t.Context(), two.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("the other: %v", err)
	}
	must(t, h.EndSignIn(t.Context(), h.me(t, one.Token), one.Me.SignIn.ID))
	if _, err := h.Authenticate(t.Context(), one.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("the own: %v", err)
	}
	h.me(t, other.Token)
}

func TestSomebodyElseAtTheSameBrowser(t *testing.T) {
	h := newHouse(t)
	h.add(t, "aki", account.RoleAuditor)
	ines := h.signIn(t, here)
	from := here
	from.Token = ines.Token
	aki, err := h.SignIn(t.Context(), "aki", password, from)
	if err != nil || aki.Me.SignIn.ID == ines.Me.SignIn.ID {
		t.Errorf("SignIn = %+v, %v", aki, err)
	}
	if _, err := h.Authenticate(t.Context(), ines.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("a sign-in that nobody can end any more: %v", err)
	}
}

func TestChangingTheOwnPassword(t *testing.T) {
	h := newHouse(t)
	in, other := h.signIn(t, here), h.signIn(t, here)
	me := h.me(t, in.Token)
	for name, c := range map[string]struct {
		old, new string
		want     string
	}{
		"a wrong one":       {"wrong horse", otherPassword, account.ErrWrongPassword.Error()},
		"an enormous one":   {strings.Repeat("x", 1<<20), otherPassword, account.ErrWrongPassword.Error()},
		"the same":          {password, password, "that you have"},
		"a short one":       {password, "short", "too short"},
		"a common one":      {password, "Password123!", "easy to guess"},
		"the person's name": {password, "InesOkafor1", "easy to guess"},
	} {
		if err := h.ChangePassword(t.Context(), me, c.old, c.new); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s: %v", name, err)
		}
	}
	must(t, h.ChangePassword(t.Context(), me, password, otherPassword))
	h.me(t, in.Token)
	if _, err := h.Authenticate(t.Context(), other.Token); !errors.Is(err, account.ErrNoSignIn) {
		t.Errorf("the other sign-in: %v", err)
	}
	var tooMany *account.TooManyError
	for range 50 {
		if err := h.ChangePassword(t.Context(), me, password, otherPassword+"!"); errors.As(err, &tooMany) {
			return
		}
	}
	t.Error("the old password can be guessed without a wait")
}

func TestTheJournalHearsOfEverything(t *testing.T) {
	h := newHouse(t)
	ctx, by := t.Context(), account.CommandLine()
	var in account.Outcome
	var me account.Me
	for _, step := range []struct {
		name string
		act  func() error
		want []account.EventKind
	}{
		{"new", func() error { h.add(t, "aki", account.RoleAuditor); return nil }, []account.EventKind{"account_created", "account_created"}},
		{"refused", func() error {
			_, err := h.SignIn(ctx, "ines", "wrong horse", here)
			return unless(err, account.ErrWrongPassword)
		}, []account.EventKind{"sign_in_refused"}},
		{"sign in", func() (err error) { in, err = h.SignIn(ctx, "ines", password, here); me = in.Me; return err }, []account.EventKind{"sign_in"}},
		{"change", func() error { _, err := h.Change(ctx, by, me.Account.ID, account.Change{Group: new("x")}); return err }, []account.EventKind{"account_changed"}},
		{"no change", func() error { _, err := h.Change(ctx, by, me.Account.ID, account.Change{Group: new("x")}); return err }, nil},
		{"program", func() error { h.addTOTP(t, in.Token); return nil }, []account.EventKind{"factor_added", "factor_added"}},
		{"away", func() error { return h.RemoveTOTP(ctx, h.me(t, in.Token)) }, []account.EventKind{"factor_removed"}},
		{"password", func() error { return h.ChangePassword(ctx, h.me(t, in.Token), password, otherPassword) }, []account.EventKind{"password_changed"}},
		{"link", func() error { _, err := h.MakeLink(ctx, by, me.Account.ID); return err }, []account.EventKind{"link_made"}},
		{"end", func() error { return h.EndSignInsOf(ctx, by, me.Account.ID) }, []account.EventKind{"sign_in_ended"}},
		{"again", func() (err error) {
			if in, err = h.SignIn(ctx, "ines", otherPassword, here); err == nil {
				h.addTOTP(t, in.Token)
			}
			return err
		}, []account.EventKind{"sign_in", "factor_added", "factor_added"}},
		{"factors", func() error { _, err := h.RemoveFactors(ctx, by, me.Account.ID); return err }, []account.EventKind{"factor_removed"}},
		{"no factors", func() error { _, err := h.RemoveFactors(ctx, by, me.Account.ID); return err }, []account.EventKind{"sign_in_ended"}},
		{"photo", func() error { return h.SetPhoto(ctx, me, portrait(t)) }, []account.EventKind{"account_changed"}},
		{"no photo any more", func() error { return h.RemovePhoto(ctx, by, me.Account.ID) }, []account.EventKind{"account_changed"}},
		{"no photo", func() error { return h.RemovePhoto(ctx, by, me.Account.ID) }, nil},
		{"disable", func() error { return h.Disable(ctx, by, "ines") }, []account.EventKind{"account_changed"}},
	} {
		must(t, step.act())
		if diff := cmp.Diff(step.want, h.kinds()); diff != "" {
			t.Errorf("%s:\n%s", step.name, diff)
		}
	}
}

// portrait is a file that somebody chooses.
func portrait(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	must(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 8, 8))))
	return file.Bytes()
}

// unless returns nil for the error that was wanted.
func unless(err, want error) error {
	if errors.Is(err, want) {
		return nil
	}
	return fmt.Errorf("want %w, got %w", want, err)
}

func TestTheJournalHoldsNoSecret(t *testing.T) {
	h := newHouse(t)
	in := h.signIn(t, here)
	secret, recovery := h.addTOTP(t, in.Token)
	_, err := h.SignIn(t.Context(), "a password in the wrong place", password, here)
	must(t, unless(err, account.ErrWrongPassword))
	_, token := h.invite(t)
	text := fmt.Sprintf("%+v", h.events)
	for _, hidden := range append(recovery, secret, token, in.Token, password, "in the wrong place") {
		if strings.Contains(text, hidden) {
			t.Errorf("the journal has %q", hidden)
		}
	}
}

// An unknown name takes as long as a known one; so does an account without a
// password, and one that is disabled. Medians, taken in turns.
func TestUnknownNamesTakeTheirTime(t *testing.T) {
	h := newHouse(t)
	slow, err := account.NewService(account.Config{
		Store: h.db, Cost: account.Cost{Memory: 4 << 10, Passes: 2, Threads: 1}, PublicURL: &url.URL{Scheme: "https", Host: "help.example"},
	})
	must(t, err)
	ctx, by, roles := t.Context(), account.CommandLine(), []account.Role{account.RoleAuditor}
	for _, name := range []string{"known", "disabled"} {
		_, err = slow.Create(ctx, by, account.New{Name: name, Roles: roles, Password: password})
		must(t, err)
	}
	must(t, slow.Disable(ctx, by, "disabled"))
	_, _, err = slow.Invite(ctx, by, account.New{Name: "invited", Roles: roles})
	must(t, err)
	names := []string{"known", "unknown", "invited", "disabled"}
	times := make(map[string][]time.Duration)
	for i := range 10 { // the throttle lets ten through
		for n, name := range names {
			begin := time.Now()
			_, err := slow.SignIn(ctx, name, "wrong horse", account.From{Address: elsewhere(len(names)*i + n)})
			times[name] = append(times[name], time.Since(begin))
			must(t, unless(err, account.ErrWrongPassword))
		}
	}
	median := func(name string) float64 {
		slices.Sort(times[name])
		return times[name][len(times[name])/2].Seconds()
	}
	for _, name := range names[1:] {
		if known, other := median("known"), median(name); other < known*0.6 || other > known*1.7 {
			t.Errorf("a known name takes %.4f s, one that is %s %.4f s", known, name, other)
		}
	}
}

// BenchmarkSignIn is what a password costs the relay as it is delivered: sign-ins a
// second are what two of these take at a time.
func BenchmarkSignIn(b *testing.B) {
	h := newHouse(b)
	s, err := account.NewService(account.Config{Store: h.db})
	must(b, err)
	_, err = s.Create(b.Context(), account.CommandLine(), account.New{Name: "aki", Roles: []account.Role{account.RoleAuditor}, Password: password})
	must(b, err)
	b.RunParallel(func(pb *testing.PB) {
		for pb.Next() {
			if _, err := s.SignIn(b.Context(), "aki", password, here); err != nil {
				b.Error(err)
			}
		}
	})
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "sign-ins/s")
}

// Two who change an account at once do not undo each other: one who is barred stays
// barred.
func TestChangesAtTheSameTimeBothHold(t *testing.T) {
	h := newHouse(t)
	id := h.signIn(t, here).Me.Account.ID
	for range 10 {
		_, err := h.Change(t.Context(), account.CommandLine(), id, account.Change{Disabled: new(false), Group: new("")})
		must(t, err)
		var running sync.WaitGroup
		for _, c := range []account.Change{{Disabled: new(true)}, {Group: new("second line")}, {DisplayName: new("Ines O.")}} {
			running.Go(func() {
				if _, err := h.Change(t.Context(), account.CommandLine(), id, c); err != nil {
					t.Error(err)
				}
			})
		}
		running.Wait()
		if a, err := h.ByID(t.Context(), id); err != nil || !a.Disabled || a.Group != "second line" || a.DisplayName != "Ines O." {
			t.Fatalf("left of three changes: %+v, %v", a, err)
		}
	}
}
