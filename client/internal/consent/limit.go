package consent

import (
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// limit is what was taken away for the whole session, by the relay or by this
// machine's own settings. It only ever becomes narrower.
type limit struct {
	scopes signaling.Scopes
	until  time.Time // zero: without an end
	// wordsWanted leaves nothing but viewing until wordsSame.
	wordsWanted, wordsSame bool
}

func unlimited() limit { return limit{scopes: signaling.NewScopes(signaling.AllScopes()...)} }

// permits is asked for every frame, and allocates nothing.
func (l *limit) permits(scope signaling.Scope, at time.Time) bool {
	switch {
	case !l.until.IsZero() && !at.Before(l.until):
		return false
	case l.wordsWanted && !l.wordsSame && scope != signaling.ScopeView:
		return false
	}
	return l.scopes.Has(scope)
}

// Tighten leaves no more than the given scopes, and nothing after until; zero is no
// end. What was taken away before stays so.
func (g *Gate) Tighten(scopes signaling.Scopes, until time.Time) {
	g.change(func() {
		g.limit.scopes = g.limit.scopes.Narrow(scopes)
		if !until.IsZero() && (g.limit.until.IsZero() || until.Before(g.limit.until)) {
			g.limit.until = until
		}
	})
}

// RequireWords leaves nothing but viewing until WordsSame.
func (g *Gate) RequireWords() { g.change(func() { g.limit.wordsWanted = true }) }

// WordsSame notes that the person has compared the words, and that they are the same.
func (g *Gate) WordsSame() { g.change(func() { g.limit.wordsSame = true }) }

// WordsWanted reports whether the words must still be compared before more than
// viewing is allowed.
func (g *Gate) WordsWanted() bool {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.limit.wordsWanted && !g.limit.wordsSame
}

// Limit returns the scopes that were not taken away, and when the session ends at the
// latest; zero: without an end.
func (g *Gate) Limit() (scopes signaling.Scopes, until time.Time) {
	g.mu.RLock()
	defer g.mu.RUnlock()
	return g.limit.scopes, g.limit.until
}

// Over reports whether the session has lasted as long as it may.
func (g *Gate) Over() bool {
	_, until := g.Limit()
	return !until.IsZero() && !time.Now().Before(until)
}
