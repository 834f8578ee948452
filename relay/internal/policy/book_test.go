package policy

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling/problem"
)

func read(t *testing.T, name string) string {
	t.Helper()
	text, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

// shelf is a store in memory.
type shelf struct {
	policy Policy
	fail   error
}

func (s *shelf) Policy(context.Context) (Policy, error) { return s.policy, s.fail }

func (s *shelf) SavePolicy(_ context.Context, p Policy, _ string) (int64, error) {
	if s.fail != nil {
		return 0, s.fail
	}
	if p.Version != s.policy.Version {
		return 0, ErrConflict
	}
	p.Version++
	s.policy = p
	return p.Version, nil
}

func strict() Policy {
	p := New()
	p.Organisation.SecondFactor = FactorRequired
	return p
}

func TestBookReplaces(t *testing.T) {
	s := &shelf{policy: New()}
	b, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(New(), b.Current()); diff != "" {
		t.Error(diff)
	}
	p, err := b.Replace(t.Context(), strict(), "u_1")
	if err != nil || p.Version != 2 || !cmp.Equal(b.Current(), p) || b.Effective("x").SecondFactor != FactorRequired {
		t.Errorf("Replace = %+v, %v; current %+v", p, err, b.Current())
	}
	if _, err := b.Replace(t.Context(), New(), "u_1"); !errors.Is(err, ErrConflict) || problem.Hint(err) == "" {
		t.Errorf("an old version: %v", err)
	}
	if diff := cmp.Diff(p, b.Current()); diff != "" {
		t.Error(diff)
	}
}

func TestBookRefreshes(t *testing.T) {
	s := &shelf{policy: New()}
	b, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	if changed, err := b.Refresh(t.Context()); changed || err != nil {
		t.Errorf("Refresh = %v, %v", changed, err)
	}
	if _, err := s.SavePolicy(t.Context(), strict(), "command line"); err != nil {
		t.Fatal(err)
	}
	if changed, err := b.Refresh(t.Context()); !changed || err != nil || b.Current().Version != 2 {
		t.Errorf("Refresh = %v, %v; current %+v", changed, err, b.Current())
	}
	// What was read before and arrives late.
	s.policy = New()
	if changed, err := b.Refresh(t.Context()); changed || err != nil || b.Effective("").SecondFactor != FactorRequired {
		t.Errorf("an older policy: %v, %v; current %+v", changed, err, b.Current())
	}
}

func TestBookKeepsWhatItHasWhenTheStoreFails(t *testing.T) {
	s := &shelf{policy: strict()}
	b, err := Open(t.Context(), s)
	if err != nil {
		t.Fatal(err)
	}
	s.fail = errors.New("gone")
	_, refreshErr := b.Refresh(t.Context())
	_, replaceErr := b.Replace(t.Context(), New(), "u_1")
	_, openErr := Open(t.Context(), s)
	for _, err := range []error{refreshErr, replaceErr, openErr} {
		if !errors.Is(err, s.fail) {
			t.Errorf("error %v", err)
		}
	}
	if b.Effective("").SecondFactor != FactorRequired {
		t.Error("the policy is forgotten")
	}
}
