package consent

import (
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Gate decides what a technician may do now. A new Gate allows nothing, and a
// revoked one never allows anything again. Its methods may be called from any
// goroutine, but not from inside an act that runs in Do.
type Gate struct {
	changed chan struct{} // capacity 1: a change that nobody has looked at yet

	// mu is held for reading while an act runs, and for writing while the rules
	// change: a change waits for running acts and holds back new ones.
	mu sync.RWMutex

	// guarded by mu
	grant   terms
	allowed terms
	limit   limit
	// suspended is set while a question is open, paused while the person wants it, stalled
	// while a recording that must be is not kept up, awaiting before it has begun, away while
	// nobody is there.
	suspended, paused, stalled, awaiting, away bool
	unpaused                                   time.Time // when the newest pause ended
	revoked                                    bool
	expiry                                     *time.Timer
}

// terms are scopes that hold until a moment.
type terms struct {
	scopes signaling.Scopes
	until  time.Time
}

func (t terms) at(now time.Time) signaling.Scopes {
	if !now.Before(t.until) {
		return nil
	}
	return t.scopes
}

// NewGate returns a Gate that allows nothing yet. Call Revoke when it is no longer
// needed.
func NewGate() *Gate { return &Gate{changed: make(chan struct{}, 1), limit: unlimited()} }

// Allow replaces what the person allows, from now until then.
func (g *Gate) Allow(scopes signaling.Scopes, until time.Time) {
	g.change(func() { g.allowed = terms{scopes, until} })
}

// SetGrant replaces the relay's grant. The caller has verified it.
func (g *Gate) SetGrant(scopes signaling.Scopes, until time.Time) {
	g.change(func() { g.grant = terms{scopes, until} })
}

// Suspend leaves nothing but viewing until Release: while the person is being asked
// something, the technician's hands must not be able to answer.
func (g *Gate) Suspend() { g.change(func() { g.suspended = true }) }

// Release ends a Suspend.
func (g *Gate) Release() { g.change(func() { g.suspended = false }) }

// Leave holds everything back until Return: the technician is not there, and what
// comes over a connection that is given up for broken must have no effect. What is
// permitted stays so.
func (g *Gate) Leave() { g.change(func() { g.away = true }) }

// Return ends a Leave.
func (g *Gate) Return() { g.change(func() { g.away = false }) }

// Pause holds everything back until Unpause, viewing too, at the person's wish. What is
// permitted stays so.
func (g *Gate) Pause() { g.change(func() { g.paused = true }) }

// Unpause ends a Pause. What was seen before it stays held back: see Hides.
func (g *Gate) Unpause() {
	g.change(func() {
		if g.paused {
			g.paused, g.unpaused = false, time.Now()
		}
	})
}

// Stall is a pause that the person neither begins nor ends: without the recording that must
// be, nothing is seen or done.
func (g *Gate) Stall(on bool) {
	g.change(func() {
		if g.stalled && !on {
			g.unpaused = time.Now()
		}
		g.stalled = on
	})
}

// Await holds everything back while it is on, before anything is seen: the recording that
// must be is not known to be taken. It is no pause that anybody is told of.
func (g *Gate) Await(on bool) {
	g.change(func() {
		if g.awaiting && !on {
			g.unpaused = time.Now()
		}
		g.awaiting = on
	})
}

// Paused reports whether the session is paused, by the person or by Stall.
func (g *Gate) Paused() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.paused || g.stalled
}

// PausedByPerson reports whether the person has paused the session.
func (g *Gate) PausedByPerson() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.paused
}

// Hides reports whether a picture that was taken at a time is held back: because somebody
// is away, because the person has paused the session, or because it is from before the end
// of a pause.
func (g *Gate) Hides(taken time.Time) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.holds() || taken.Before(g.unpaused)
}

// Holds reports whether everything is held back, for whatever reason.
func (g *Gate) Holds() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.holds()
}

// holds is called with mu held.
func (g *Gate) holds() bool { return g.away || g.paused || g.stalled || g.awaiting }

// Away reports whether everything is held back by Leave.
func (g *Gate) Away() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.away
}

// Revoke forbids everything for good.
func (g *Gate) Revoke() { g.change(func() { g.revoked = true }) }

// Changes tells that the permissions may have changed, by a call or by the clock.
// Changes that come faster than they are received are told once.
func (g *Gate) Changes() <-chan struct{} { return g.changed }

// Permissions returns what is allowed now, and what the person could allow under
// the present grant. Both are empty after the grant has run out.
func (g *Gate) Permissions() (now, grantable signaling.Scopes) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.permissions(time.Now())
}

// Expired reports whether a grant or the person's word was given and has run out.
func (g *Gate) Expired() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	now := time.Now()
	return ranOut(g.grant, now) || ranOut(g.allowed, now)
}

func ranOut(t terms, now time.Time) bool { return !t.until.IsZero() && !now.Before(t.until) }

// Allows reports whether scope is allowed and not held back now. For what takes long: what takes no
// longer than a moment asks by Do, so that it has ended when a change returns.
func (g *Gate) Allows(scope signaling.Scope) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.allows(scope)
}

// Permits reports whether scope is allowed, be it held back or not.
func (g *Gate) Permits(scope signaling.Scope) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.permits(scope, time.Now())
}

// Do runs act if scope is allowed and not held back, and reports whether it did. Changes of the rules
// wait until act has returned, so act must be short and wait for no network.
func (g *Gate) Do(scope signaling.Scope, act func()) bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	if !g.allows(scope) {
		return false
	}
	act()
	return true
}

// allows is called with mu held. It is asked for every frame, and allocates nothing.
func (g *Gate) allows(scope signaling.Scope) bool {
	return g.permits(scope, time.Now()) && !g.holds()
}

// permissions is called with mu held.
func (g *Gate) permissions(at time.Time) (now, grantable signaling.Scopes) {
	if g.revoked {
		return nil, nil
	}
	now, grantable = signaling.Scopes{}, signaling.Scopes{}
	for _, scope := range g.grant.at(at) {
		if !g.limit.permits(scope, at) {
			continue
		}
		grantable = append(grantable, scope)
		if g.permits(scope, at) {
			now = append(now, scope)
		}
	}
	return now, grantable
}

// permits is the rule for each scope. It is called with mu held.
func (g *Gate) permits(scope signaling.Scope, at time.Time) bool {
	if g.revoked || g.suspended && scope != signaling.ScopeView {
		return false
	}
	return g.grant.at(at).Has(scope) && g.allowed.at(at).Has(scope) && g.limit.permits(scope, at)
}

// change alters the rules while no act runs.
func (g *Gate) change(alter func()) {
	g.mu.Lock()
	defer g.mu.Unlock()
	alter()
	g.watchClock()
	g.notify()
}

// watchClock arranges for a notification when the next term runs out. It is called
// with mu held.
func (g *Gate) watchClock() {
	if g.expiry != nil {
		g.expiry.Stop()
		g.expiry = nil
	}
	if g.revoked {
		return
	}
	var next time.Time
	for _, until := range []time.Time{g.grant.until, g.allowed.until, g.limit.until} {
		if !until.IsZero() && (next.IsZero() || until.Before(next)) {
			next = until
		}
	}
	if left := time.Until(next); left > 0 {
		g.expiry = time.AfterFunc(left, g.notify)
	}
}

func (g *Gate) notify() {
	select {
	case g.changed <- struct{}{}:
	default:
	}
}
