package consent

import (
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

var (
	nothing     = signaling.Scopes(nil)
	view        = signaling.NewScopes(signaling.ScopeView)
	viewControl = signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
)

func TestPermissions(t *testing.T) {
	type rules func(g *Gate, soon time.Time)
	for _, c := range []struct {
		name           string
		rules          rules
		now, grantable signaling.Scopes
	}{
		{"nothing said", func(*Gate, time.Time) {}, nothing, nothing},
		{"consent without grant", func(g *Gate, soon time.Time) { g.Allow(viewControl, soon) }, nothing, nothing},
		{"grant without consent", func(g *Gate, soon time.Time) { g.SetGrant(viewControl, soon) }, nothing, viewControl},
		{"both", func(g *Gate, soon time.Time) { g.SetGrant(viewControl, soon); g.Allow(viewControl, soon) }, viewControl, viewControl},
		{"the person allows less", func(g *Gate, soon time.Time) { g.SetGrant(viewControl, soon); g.Allow(view, soon) }, view, viewControl},
		{"the grant allows less", func(g *Gate, soon time.Time) { g.SetGrant(view, soon); g.Allow(viewControl, soon) }, view, view},
		{"suspended", func(g *Gate, soon time.Time) { g.SetGrant(viewControl, soon); g.Allow(viewControl, soon); g.Suspend() }, view, viewControl},
		{"released", func(g *Gate, soon time.Time) {
			g.SetGrant(viewControl, soon)
			g.Allow(viewControl, soon)
			g.Suspend()
			g.Release()
		}, viewControl, viewControl},
		{"revoked", func(g *Gate, soon time.Time) { g.SetGrant(viewControl, soon); g.Allow(viewControl, soon); g.Revoke() }, nothing, nothing},
		{"allowed again after the end", func(g *Gate, soon time.Time) {
			g.Revoke()
			g.SetGrant(viewControl, soon)
			g.Allow(viewControl, soon)
		}, nothing, nothing},
	} {
		t.Run(c.name, func(t *testing.T) {
			g := NewGate()
			defer g.Revoke()
			c.rules(g, time.Now().Add(time.Hour))
			now, grantable := g.Permissions()
			if d := cmp.Diff(len(c.now), len(now)); d != "" || !now.Within(c.now) {
				t.Errorf("now: got %v, want %v", now, c.now)
			}
			if len(grantable) != len(c.grantable) || !grantable.Within(c.grantable) {
				t.Errorf("grantable: got %v, want %v", grantable, c.grantable)
			}
		})
	}
}

// While the technician is away nothing is done, though it stays permitted.
func TestAway(t *testing.T) {
	g := NewGate()
	defer g.Revoke()
	later := time.Now().Add(time.Hour)
	g.SetGrant(viewControl, later)
	g.Allow(viewControl, later)
	for _, away := range []bool{true, false} {
		if g.Return(); away {
			g.Leave()
		}
		if g.Away() != away {
			t.Errorf("away: got %v, want %v", !away, away)
		}
		for _, scope := range signaling.AllScopes() {
			want := !away && viewControl.Has(scope)
			if done := g.Do(scope, func() {}); done != want || g.Allows(scope) != done {
				t.Errorf("%s is done: %v, while away: %v", scope, done, away)
			}
		}
		if now, _ := g.Permissions(); !viewControl.Within(now) {
			t.Errorf("away: %v, permitted: %v", away, now)
		}
	}
}

// A pause of the person's holds everything back, and takes nothing away. What was seen
// before its end stays hidden.
func TestPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		g := NewGate()
		defer g.Revoke()
		later := time.Now().Add(time.Hour)
		g.SetGrant(viewControl, later)
		g.Allow(viewControl, later)
		g.Unpause() // of nothing
		if before := time.Now().Add(-time.Second); g.Hides(before) || g.Holds() || g.Paused() {
			t.Error("held back before any pause")
		}
		g.Pause()
		during := time.Now()
		time.Sleep(time.Second)
		for _, scope := range signaling.AllScopes() {
			if g.Do(scope, func() {}) || g.Allows(scope) {
				t.Errorf("%s is done in a pause", scope)
			}
			if got, want := g.Permits(scope), viewControl.Has(scope); got != want {
				t.Errorf("%s is permitted: %v, want %v", scope, got, want)
			}
		}
		if now, _ := g.Permissions(); !viewControl.Within(now) {
			t.Errorf("a pause leaves %v", now)
		}
		if !g.Hides(time.Now()) || !g.Holds() || !g.Paused() || g.Away() {
			t.Error("not held back")
		}
		g.Unpause()
		if !g.Hides(during) || g.Hides(time.Now()) || g.Holds() || g.Paused() {
			t.Error("after the pause, what is from then is to be hidden, and nothing else")
		}
		if !g.Do(signaling.ScopeControl, func() {}) {
			t.Error("control did not come back")
		}
		g.Pause()
		g.Suspend()
		g.Release() // a question in a pause ends nothing
		if g.Allows(signaling.ScopeView) {
			t.Error("a question has ended the pause")
		}
	})
}

// Whatever was under way when the person paused has ended when Pause returns, and no
// other act of any kind begins.
func TestNoActAfterPause(t *testing.T) {
	g := granted()
	defer g.Revoke()
	var paused atomic.Bool
	var late, acts atomic.Int64
	stop := make(chan struct{})
	var hands sync.WaitGroup
	for _, scope := range viewControl {
		hands.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
				}
				g.Do(scope, func() {
					acts.Add(1)
					time.Sleep(time.Duration(rand.IntN(50)) * time.Microsecond)
					if paused.Load() {
						late.Add(1)
					}
				})
				time.Sleep(500 * time.Microsecond)
			}
		})
	}
	for range 1000 {
		time.Sleep(time.Duration(rand.IntN(200)) * time.Microsecond)
		g.Pause()
		paused.Store(true)
		time.Sleep(100 * time.Microsecond)
		paused.Store(false)
		g.Unpause()
	}
	close(stop)
	hands.Wait()
	if late.Load() > 0 || acts.Load() < 1000 {
		t.Errorf("%d of %d acts in a pause", late.Load(), acts.Load())
	}
}

func TestTermsRunOut(t *testing.T) {
	for _, c := range []struct {
		name           string
		grant, consent time.Duration
	}{
		{"the grant first", time.Minute, time.Hour},
		{"the consent first", time.Hour, time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				g := NewGate()
				defer g.Revoke()
				g.SetGrant(viewControl, time.Now().Add(c.grant))
				g.Allow(viewControl, time.Now().Add(c.consent))
				<-g.Changes()
				start := time.Now()
				<-g.Changes()
				if got := time.Since(start); got != time.Minute {
					t.Errorf("told after %v, want 1m", got)
				}
				if !g.Expired() {
					t.Error("not expired")
				}
				if g.Do(signaling.ScopeView, func() { t.Error("an act ran") }) {
					t.Error("view is still allowed")
				}
			})
		})
	}
}

// An act that was under way when the person said no has ended when Revoke returns,
// and no other one starts.
func TestNoActAfterRevoke(t *testing.T) {
	const rounds = 1000
	for range rounds {
		g := NewGate()
		soon := time.Now().Add(time.Hour)
		g.SetGrant(viewControl, soon)
		g.Allow(viewControl, soon)

		var over atomic.Bool
		var late atomic.Int64
		stop := make(chan struct{})
		var hands sync.WaitGroup
		for range 2 {
			hands.Go(func() {
				for {
					select {
					case <-stop:
						return
					default:
					}
					g.Do(signaling.ScopeControl, func() {
						time.Sleep(200 * time.Microsecond) // a slow injector
						if over.Load() {
							late.Add(1)
						}
					})
					time.Sleep(time.Millisecond)
				}
			})
		}
		time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
		if rand.IntN(2) == 0 {
			g.Revoke()
		} else {
			g.Allow(view, soon)
		}
		over.Store(true)
		time.Sleep(time.Millisecond)
		close(stop)
		hands.Wait()
		if n := late.Load(); n > 0 {
			t.Fatalf("%d acts after the person took control back", n)
		}
	}
}

// Before a recording that must be has begun, everything is held back: what was taken until
// then, too.
func TestAwait(t *testing.T) {
	g, later := NewGate(), time.Now().Add(time.Hour)
	defer g.Revoke()
	g.SetGrant(viewControl, later)
	g.Allow(viewControl, later)
	g.Await(true)
	during := time.Now()
	if g.Paused() || !g.Holds() || !g.Hides(during) || g.Allows(signaling.ScopeControl) || g.Do(signaling.ScopeView, func() {}) {
		t.Error("something is shown, or can be done")
	}
	if g.Await(false); g.Holds() || !g.Hides(during) || g.Hides(time.Now()) || !g.Allows(signaling.ScopeControl) {
		t.Error("it holds on, or what it hid is shown")
	}
}

// A recording that must be, and is not kept up, holds back as much as the person's pause; the
// end of one is not the end of the other.
func TestStall(t *testing.T) {
	g, later := NewGate(), time.Now().Add(time.Hour)
	defer g.Revoke()
	g.SetGrant(viewControl, later)
	g.Allow(viewControl, later)
	g.Stall(true)
	during := time.Now()
	if !g.Paused() || g.PausedByPerson() || !g.Holds() || g.Allows(signaling.ScopeView) || !g.Permits(signaling.ScopeView) {
		t.Error("a stall is no pause")
	}
	g.Pause()
	g.Stall(false)
	if !g.Paused() || !g.PausedByPerson() || g.Allows(signaling.ScopeView) {
		t.Error("the end of a stall ends the person's pause")
	}
	g.Stall(true)
	g.Unpause()
	if !g.Paused() || g.PausedByPerson() {
		t.Error("the end of the person's pause ends a stall")
	}
	g.Stall(false)
	if g.Paused() || !g.Allows(signaling.ScopeView) || !g.Hides(during) || g.Hides(time.Now()) {
		t.Error("a stall goes on, or what it hid is shown")
	}
}
