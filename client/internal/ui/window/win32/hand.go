package win32

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// freshPress is how old the person's press may be when the control says that it was pressed.
const freshPress = 500 * time.Millisecond

// origin is what Windows says of where the message comes from that is being handled.
type origin int

const (
	// originNone: a program posted it.
	originNone origin = iota
	originHardware
	originInjected
	// originSilent: this Windows is too old to say.
	originSilent
)

// evidence is what is known of a press.
type evidence struct {
	now time.Time
	// own is when a device was pressed last, and injected when a program last pressed or
	// moved something; zero for never.
	own, injected time.Time
	// at says that the own press was at the pressed control.
	at      bool
	message origin
}

// hand says whose hand it was. A program that injects without end cannot pass for the person;
// but neither can it make a stranger of them whose stop would count for nothing.
func (e evidence) hand() ui.Hand {
	recent := func(at time.Time) bool { return !at.IsZero() && e.now.Sub(at) <= freshPress }
	own := recent(e.own) && e.at && e.message != originNone
	switch {
	case e.message == originInjected, e.message == originSilent && recent(e.injected) && e.injected.After(e.own):
		return ui.ProgramHand
	case own && !recent(e.injected):
		return ui.OwnHand
	case !own && recent(e.injected):
		return ui.ProgramHand
	}
	return ui.UnknownHand
}
