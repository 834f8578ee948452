package consent

import (
	"math/rand/v2"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

// granted returns a gate on which all scopes are granted and allowed for an hour.
func granted() *Gate {
	g := NewGate()
	later := time.Now().Add(time.Hour)
	all := signaling.NewScopes(signaling.AllScopes()...)
	g.SetGrant(all, later)
	g.Allow(all, later)
	return g
}

func TestTighten(t *testing.T) {
	g := granted()
	defer g.Revoke()
	g.Tighten(viewControl, time.Time{})
	now, grantable := g.Permissions()
	if d := cmp.Diff([]signaling.Scopes{viewControl, viewControl}, []signaling.Scopes{now, grantable}); d != "" {
		t.Error(d)
	}
	g.Tighten(view, time.Time{})
	g.Tighten(viewControl, time.Time{}) // gives nothing back
	if g.Do(signaling.ScopeControl, func() {}) {
		t.Error("control came back")
	}
	g.Allow(viewControl, time.Now().Add(time.Hour)) // nor can the person, or a grant
	g.SetGrant(viewControl, time.Now().Add(time.Hour))
	if now, grantable := g.Permissions(); now.Has(signaling.ScopeControl) || grantable.Has(signaling.ScopeControl) {
		t.Errorf("now %v, grantable %v", now, grantable)
	}
}

func TestTheEarliestEndCounts(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := granted()
		defer g.Revoke()
		start := time.Now()
		g.Tighten(viewControl, start.Add(10*time.Minute))
		g.Tighten(viewControl, start.Add(time.Minute))
		g.Tighten(viewControl, start.Add(10*time.Minute))
		g.Tighten(viewControl, time.Time{})
		<-g.Changes()
		if g.Over() {
			t.Error("over too early")
		}
		<-g.Changes()
		if got := time.Since(start); got != time.Minute || !g.Over() {
			t.Errorf("over after %v: %v", got, g.Over())
		}
		if g.Allows(signaling.ScopeView) {
			t.Error("view after the end")
		}
	})
}

func TestWordsFirst(t *testing.T) {
	g := granted()
	defer g.Revoke()
	if g.WordsWanted() {
		t.Error("nobody asked for words")
	}
	g.RequireWords()
	now, grantable := g.Permissions()
	if d := cmp.Diff([]signaling.Scopes{view, view}, []signaling.Scopes{now, grantable}); d != "" || !g.WordsWanted() {
		t.Error(d)
	}
	g.WordsSame()
	g.RequireWords() // they have been compared
	if !g.Allows(signaling.ScopeControl) || g.WordsWanted() {
		t.Error("control is still held back")
	}
}

// Whatever is said in whatever order, by a relay that means well or not, the
// permissions stay within the newest grant, the newest consent, and every limit.
func TestPermissionsNeverExceed(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		for range 200 {
			g := NewGate()
			m := model{limit: signaling.NewScopes(signaling.AllScopes()...)}
			for range 50 {
				m.change(g)
				m.check(t, g)
			}
			g.Revoke()
		}
	})
}

// model is the rule in the plainest words.
type model struct {
	grant, allowed terms
	limit          signaling.Scopes
	ends           time.Time
	wanted, same   bool
}

func (m *model) change(g *Gate) {
	s, until := someScopes(), time.Now().Add(time.Duration(rand.IntN(10)-2)*time.Second)
	switch rand.IntN(12) {
	case 0, 1, 2:
		m.grant = terms{s, until}
		g.SetGrant(s, until)
	case 3, 4, 5:
		m.allowed = terms{s, until}
		g.Allow(s, until)
	case 6:
		time.Sleep(time.Second)
	case 7:
		g.Suspend()
		g.Release()
		g.Pause()
		g.Unpause()
	case 8:
		m.limit = m.limit.Narrow(s)
		g.Tighten(s, time.Time{})
	case 9:
		all := signaling.NewScopes(signaling.AllScopes()...)
		until = time.Now().Add(time.Duration(rand.IntN(60)) * time.Second)
		if m.ends.IsZero() || until.Before(m.ends) {
			m.ends = until
		}
		g.Tighten(all, until)
	case 10:
		m.wanted = true
		g.RequireWords()
	case 11:
		m.same = true
		g.WordsSame()
	}
}

// someScopes is any of the 64 sets, most of them large.
func someScopes() signaling.Scopes {
	var s []signaling.Scope
	for _, scope := range signaling.AllScopes() {
		if rand.IntN(5) > 0 {
			s = append(s, scope)
		}
	}
	return signaling.NewScopes(s...)
}

func (m *model) permits(scope signaling.Scope) bool {
	at := time.Now()
	return m.grant.at(at).Has(scope) && m.allowed.at(at).Has(scope) && m.limit.Has(scope) &&
		(m.ends.IsZero() || at.Before(m.ends)) && (scope == signaling.ScopeView || !m.wanted || m.same)
}

func (m *model) check(t *testing.T, g *Gate) {
	t.Helper()
	now, grantable := g.Permissions()
	for _, scope := range signaling.AllScopes() {
		want := m.permits(scope)
		if done := g.Do(scope, func() {}); done != want || now.Has(scope) != want || g.Allows(scope) != want {
			t.Fatalf("%s: done %v, told %v, want %v", scope, done, now, want)
		}
	}
	if !now.Within(grantable) || !grantable.Within(m.limit) || !grantable.Within(m.grant.at(time.Now())) {
		t.Fatalf("now %v, grantable %v", now, grantable)
	}
}
