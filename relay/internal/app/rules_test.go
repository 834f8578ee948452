package app

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/netip"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// memory is a store of people and of one policy.
type memory struct {
	accounts []account.Account
	policy   policy.Policy
	fail     error
}

func (m *memory) Accounts(context.Context) ([]account.Account, error) { return m.accounts, m.fail }

func (m *memory) AccountByID(_ context.Context, id string) (account.Account, string, error) {
	for _, a := range m.accounts {
		if a.ID == id {
			return a, "", m.fail
		}
	}
	return account.Account{}, "", account.ErrNoAccount
}

func (m *memory) Policy(context.Context) (policy.Policy, error) { return m.policy, m.fail }

func (m *memory) SavePolicy(context.Context, policy.Policy, string) (int64, error) {
	return 0, errors.ErrUnsupported
}

func newRules(t *testing.T, m *memory) *rules {
	t.Helper()
	book, err := policy.Open(t.Context(), m)
	if err != nil {
		t.Fatal(err)
	}
	r, err := openRules(t.Context(), book, m, slog.New(slog.DiscardHandler))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// subsets lists every set of scopes that has view.
func subsets() []signaling.Scopes {
	list := []signaling.Scopes{{signaling.ScopeView}}
	for _, s := range signaling.AllScopes()[1:] {
		for _, set := range slices.Clone(list) {
			list = append(list, append(slices.Clone(set), s))
		}
	}
	return list
}

// Whatever the role, the policy, the group's rules and what is asked: nobody gets a
// scope that they may not have, and a technician all of those that they may.
func TestEveryRoleScopePolicyAndGroup(t *testing.T) {
	roles := [][]account.Role{
		nil, {account.RoleAuditor}, {account.RoleAdmin}, {account.RoleAuditor, account.RoleAdmin},
		{account.RoleTechnician}, {account.RoleTechnician, account.RoleAuditor, account.RoleAdmin},
	}
	for _, organisation := range subsets() {
		for _, group := range subsets() {
			p := policy.New()
			p.Organisation.Scopes = organisation
			rules := policy.Loosest()
			rules.Scopes = group
			p.Groups = map[string]policy.Rules{"g": rules}
			for _, in := range []string{"", "g", "unknown"} {
				for _, has := range roles {
					for _, disabled := range []bool{false, true} {
						a := account.Account{Roles: has, Group: in, Disabled: disabled}
						got := limits(memberOf(a), p.Effective(in)).Scopes
						may := func(s signaling.Scope) bool {
							return slices.Contains(has, account.RoleTechnician) && !disabled &&
								slices.Contains(organisation, s) && (in != "g" || slices.Contains(group, s))
						}
						for _, s := range signaling.AllScopes() {
							if slices.Contains(got, s) != may(s) {
								t.Fatalf("%v in %q, disabled %v, organisation %v, group %v: %v", has, in, disabled, organisation, group, got)
							}
						}
					}
				}
			}
		}
	}
}

func TestLimitsAreTheRules(t *testing.T) {
	m := &memory{accounts: []account.Account{{ID: "u_1", Roles: []account.Role{account.RoleTechnician}, Group: "g"}}, policy: policy.New()}
	group := policy.Loosest()
	group.RecordingSlow, group.RetentionDays = signaling.SlowKeep, 365
	group.LongestSession, group.VerifyWords, group.Recording = time.Hour, policy.WordsRequired, policy.RecordingRequired
	m.policy.Groups = map[string]policy.Rules{"g": group}
	want := broker.Limits{
		Scopes: signaling.NewScopes(signaling.AllScopes()...), Longest: time.Hour, ConfirmEvery: 30 * time.Minute,
		VerifyWords: true, Recording: broker.RecordingRequired,
		Copy: signaling.CopySummary, Slow: signaling.SlowKeep, Retention: 365,
	}
	r := newRules(t, m)
	if diff := cmp.Diff(want, r.Limits("u_1")); diff != "" {
		t.Error(diff)
	}
	for _, id := range []string{"u_2", ""} {
		if diff := cmp.Diff(broker.Limits{}, r.Limits(id)); diff != "" {
			t.Errorf("who is nobody may something:\n%s", diff)
		}
	}
	// Younger than the last refresh.
	m.accounts = append(m.accounts, account.Account{ID: "u_2", Roles: []account.Role{account.RoleTechnician}})
	if got := r.Limits("u_2"); got.VerifyWords || !got.Scopes.Has(signaling.ScopeControl) {
		t.Errorf("a new technician: %+v", got)
	}
	m.accounts, m.fail = append(m.accounts, account.Account{ID: "u_3", Roles: []account.Role{account.RoleTechnician}}), errors.New("gone")
	if got := r.Limits("u_3"); len(got.Scopes) != 0 {
		t.Errorf("a technician who cannot be looked up: %+v", got)
	}
}

func TestRefreshTellsWhatMatters(t *testing.T) {
	tech := account.Account{ID: "u_1", Roles: []account.Role{account.RoleTechnician}}
	m := &memory{accounts: []account.Account{tech}, policy: policy.New()}
	r := newRules(t, m)
	for _, step := range []struct {
		name   string
		change func()
		want   bool
	}{
		{"nothing", func() {}, false},
		{"another name", func() { m.accounts[0].DisplayName = "Ines" }, false},
		{"another group", func() { m.accounts[0].Group = "g" }, true},
		{"no technician any more", func() { m.accounts[0].Roles = []account.Role{account.RoleAuditor} }, true},
		{"a technician again", func() { m.accounts[0].Roles = tech.Roles }, true},
		{"disabled", func() { m.accounts[0].Disabled = true }, true},
		{"another account", func() { m.accounts = append(m.accounts, account.Account{ID: "u_2"}) }, true},
		{"a policy", func() { m.policy.Version++ }, true},
		{"nothing more", func() {}, false},
	} {
		step.change()
		if changed, err := r.Refresh(t.Context()); changed != step.want || err != nil {
			t.Errorf("%s: %v, %v", step.name, changed, err)
		}
	}
	m.fail = errors.New("gone")
	if changed, err := r.Refresh(t.Context()); changed || !errors.Is(err, m.fail) {
		t.Errorf("a store that fails: %v, %v", changed, err)
	}
	if m.fail = nil; r.Limits("u_1").Scopes != nil {
		t.Error("who was disabled may something after a store failed")
	}
}

func TestWhoIsAdmittedFromWhere(t *testing.T) {
	m := &memory{policy: policy.New()}
	m.policy.Organisation.Networks = policy.NewNetworks(netip.MustParsePrefix("10.0.0.0/8"))
	m.policy.Organisation.SecondFactor, m.policy.Organisation.Idle = policy.FactorRequired, time.Hour
	group := policy.Loosest()
	group.Networks, group.Idle = policy.NewNetworks(netip.MustParsePrefix("10.1.0.0/16")), 10*time.Minute
	m.policy.Groups = map[string]policy.Rules{"g": group}
	r := newRules(t, m)
	tech, both := []account.Role{account.RoleTechnician}, []account.Role{account.RoleTechnician, account.RoleAdmin}
	for _, c := range []struct {
		roles []account.Role
		group string
		addr  string
		want  bool
	}{
		{tech, "", "10.2.0.1", true},
		{tech, "", "192.0.2.1", false},
		{tech, "g", "10.1.0.1", true},
		{tech, "g", "10.2.0.1", false},
		{both, "g", "192.0.2.1", true}, // to the work of an administrator
		{[]account.Role{account.RoleAuditor}, "g", "192.0.2.1", true},
	} {
		a := account.Account{Roles: c.roles, Group: c.group}
		if got := r.admits(a, netip.MustParseAddr(c.addr)); got != c.want {
			t.Errorf("%s from %s: %v", fmt.Sprint(c.roles, c.group), c.addr, got)
		}
	}
	in := account.Account{Roles: tech, Group: "g"}
	if !r.secondFactorRequired(in) || r.idle(in) != 10*time.Minute || r.idle(account.Account{}) != time.Hour {
		t.Errorf("factor %v, idle %v and %v", r.secondFactorRequired(in), r.idle(in), r.idle(account.Account{}))
	}
}

// An administrator moves somebody to a strict group, then loosens the one that they
// were in: at no moment may they do what neither group allowed them while in it.
func TestWhoeverMovesIsNeverUnderTheLooserRules(t *testing.T) {
	strict := policy.Loosest()
	strict.Scopes = signaling.Scopes{signaling.ScopeView}
	p := policy.New()
	p.Groups = map[string]policy.Rules{"old": strict, "new": strict}
	m := &memory{policy: p, accounts: []account.Account{{ID: "u_1", Group: "old", Roles: []account.Role{account.RoleTechnician}}}}
	r := newRules(t, m)
	m.accounts = []account.Account{{ID: "u_1", Group: "new", Roles: []account.Role{account.RoleTechnician}}}
	m.policy.Version++
	m.policy.Groups = map[string]policy.Rules{"old": policy.Loosest(), "new": strict}
	if _, err := r.Book.Refresh(t.Context()); err != nil { // as when it is put in force
		t.Fatal(err)
	}
	for _, when := range []string{"before the refresh", "after it"} {
		if got := r.Limits("u_1").Scopes; !slices.Equal(got, strict.Scopes) {
			t.Errorf("%s: %v", when, got)
		}
		if _, err := r.Refresh(t.Context()); err != nil {
			t.Fatal(err)
		}
	}
}
