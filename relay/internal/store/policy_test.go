package store_test

import (
	"errors"
	"net/netip"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/relay/internal/account"
	"github.com/lendhand/lendhand/relay/internal/policy"
	"github.com/lendhand/lendhand/relay/internal/store"
	"github.com/lendhand/lendhand/signaling/problem"
)

func strict() policy.Policy {
	p := policy.New()
	p.Organisation.SecondFactor = policy.FactorRequired
	night := policy.Loosest()
	night.Networks = policy.NewNetworks(netip.MustParsePrefix("10.0.0.0/8"))
	night.LongestSession = time.Hour
	p.Groups = map[string]policy.Rules{"night": night}
	return p
}

func TestPolicyComesBack(t *testing.T) {
	dir := t.TempDir()
	s := open(t, dir)
	if p, err := s.Policy(t.Context()); err != nil || !cmp.Equal(policy.New(), p) {
		t.Errorf("before the first change: %+v, %v", p, err)
	}
	version, err := s.SavePolicy(t.Context(), strict(), "u_1")
	if err != nil || version != 2 {
		t.Fatalf("SavePolicy = %d, %v", version, err)
	}
	want := strict()
	want.Version = 2
	for name, s := range map[string]*store.Store{"this process": s, "another one": open(t, dir)} {
		p, err := s.Policy(t.Context())
		if diff := cmp.Diff(want, p); err != nil || diff != "" {
			t.Errorf("%s: %v\n%s", name, err, diff)
		}
	}
	back := policy.New()
	back.Version = 2
	if version, err := s.SavePolicy(t.Context(), back, "command line"); err != nil || version != 3 {
		t.Errorf("SavePolicy = %d, %v", version, err)
	}
	p, err := s.Policy(t.Context())
	if err != nil || p.Version != 3 || p.Organisation.SecondFactor != policy.FactorOptional || len(p.Groups) != 0 {
		t.Errorf("the newest: %+v, %v", p, err)
	}
}

func TestPoliciesMadeFromAnotherThanTheNewestAreRefused(t *testing.T) {
	s := open(t, t.TempDir())
	if _, err := s.SavePolicy(t.Context(), strict(), "u_1"); err != nil {
		t.Fatal(err)
	}
	for _, version := range []int64{-1, 0, 1, 3, 100} {
		p := policy.New()
		p.Version = version
		if got, err := s.SavePolicy(t.Context(), p, "u_2"); !errors.Is(err, policy.ErrConflict) || got != 0 {
			t.Errorf("made from %d: %d, %v", version, got, err)
		}
	}
	if p, err := s.Policy(t.Context()); err != nil || p.Organisation.SecondFactor != policy.FactorRequired {
		t.Errorf("Policy = %+v, %v", p, err)
	}
}

func TestOneOfManyChangesAtOnceWins(t *testing.T) {
	dir := t.TempDir()
	relay, command := open(t, dir), open(t, dir)
	var wait sync.WaitGroup
	results := make(chan error, 16)
	for range cap(results) / 2 {
		for _, s := range []*store.Store{relay, command} {
			wait.Go(func() {
				_, err := s.SavePolicy(t.Context(), strict(), "u_1")
				results <- err
			})
		}
	}
	wait.Wait()
	close(results)
	won := 0
	for err := range results {
		switch {
		case err == nil:
			won++
		case !errors.Is(err, policy.ErrConflict):
			t.Errorf("SavePolicy = %v", err)
		}
	}
	if won != 1 {
		t.Errorf("%d changes from the same version were taken", won)
	}
}

// Rules that this version does not know would be loosened by leaving them out.
func TestAPolicyOfALaterVersionIsNotRead(t *testing.T) {
	dir := t.TempDir()
	run(`INSERT INTO policies VALUES (2, '{"organisation": {"sandbox": "required"}}', 1, 'x')`)(t, dir)
	_, err := open(t, dir).Policy(t.Context())
	if err == nil || !strings.Contains(err.Error(), "sandbox") || !strings.Contains(problem.Hint(err), "later version") {
		t.Errorf("Policy = %v, hint %q", err, problem.Hint(err))
	}
}

func TestGroupsWithPeopleStay(t *testing.T) {
	s := open(t, t.TempDir())
	if _, err := s.SavePolicy(t.Context(), strict(), "u_1"); err != nil {
		t.Fatal(err)
	}
	ines := account.Account{ID: "u_ines", Name: "ines", DisplayName: "Ines", Roles: account.AllRoles(), Group: "night", Disabled: true, Created: time.Now()}
	if err := s.CreateAccount(t.Context(), ines, "$argon2id$", account.Identity{}); err != nil {
		t.Fatal(err)
	}
	renamed := strict()
	renamed.Version = 2
	renamed.Groups = map[string]policy.Rules{"evening": renamed.Groups["night"]}
	if _, err := s.SavePolicy(t.Context(), renamed, "u_1"); !errors.Is(err, policy.ErrGroupInUse) || !strings.Contains(err.Error(), `"night"`) {
		t.Errorf("SavePolicy = %v", err)
	}
	moved := func(a account.Account) (account.Account, error) { a.Group = ""; return a, nil }
	if _, _, err := s.ChangeAccount(t.Context(), ines.ID, moved, false); err != nil {
		t.Fatal(err)
	}
	if _, err := s.SavePolicy(t.Context(), renamed, "u_1"); err != nil {
		t.Errorf("SavePolicy = %v", err)
	}
}
