package win32

import "time"

// guardEvery is how often the bars are looked at, and patience how much longer a bar may be
// wrong than right.
const (
	guardEvery = 250 * time.Millisecond
	patience   = 2 * time.Second
)

// condition is how a bar was found.
type condition struct {
	// gone: the window is no more.
	gone bool
	// hidden, disabled, away (not where it belongs), low (not before all others by its
	// nature), seeThrough, cut (not its whole rectangle is shown), altered (its controls are
	// not as they were written), covered (something else is on it).
	hidden, disabled, away, low, seeThrough, cut, altered, covered bool
}

func (c condition) sound() bool { return c == condition{} }

// verdict is what to do about a bar.
type verdict int

const (
	leave verdict = iota
	mend
	lost
)

// guard remembers how a bar has been.
type guard struct {
	looked time.Time     // zero before the first look
	debt   time.Duration // how much longer it was wrong than right
}

// check judges what was found. A program that covers the bar again and again runs up a debt
// as one does that leaves it covered: the bar has to be right for as long as it was wrong.
func (g *guard) check(now time.Time, c condition) verdict {
	passed := guardEvery
	if !g.looked.IsZero() {
		// A machine that slept has not shown a covered bar all the time.
		passed = min(now.Sub(g.looked), 2*guardEvery)
	}
	g.looked = now
	if c.gone {
		return lost
	}
	if c.sound() {
		g.debt = max(0, g.debt-passed)
		return leave
	}
	if g.debt += passed; g.debt > patience {
		return lost
	}
	return mend
}

// other is a window above the bar.
type other struct {
	ours, visible, cloaked bool
	// faint is a window of which nothing is drawn.
	faint bool
	// meets says that it has a pixel in common with the bar.
	meets bool
}

func (o other) covers() bool { return o.visible && o.meets && !o.ours && !o.cloaked && !o.faint }
