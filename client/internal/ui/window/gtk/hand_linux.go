package gtk

import (
	"strings"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// The kinds of events that hands make (gdk/gdkevents.h).
const (
	buttonPress   = 4
	buttonPress2  = 5
	buttonPress3  = 6
	buttonRelease = 7
	keyPress      = 8
	keyRelease    = 9
	touchBegin    = 37
	touchEnd      = 39
)

// hands follows whose hand it is. A press takes two events: one that goes down and one
// that comes up, and a program must have neither.
type hands struct {
	now    ui.Hand // of the event that is being handled, UnknownHand for none
	busy   bool    // with an event that a hand can make
	button ui.Hand // of the pointer's button that went down last
	key    ui.Hand // of the key that went down last
	last   ui.Hand // of the newest event that a hand can make
	lastAt time.Time
}

// event is called for each event before GTK sees it.
func (t *Toolkit) event(e *event, _ uintptr) uintptr {
	t.hand.busy = byHand(e.kind)
	if t.hand.busy {
		t.hand.now = t.hand.after(e.kind, t.maker(e))
		t.hand.last, t.hand.lastAt = t.hand.now, time.Now()
	}
	t.api.MainDoEvent(e)
	t.hand.now, t.hand.busy = ui.UnknownHand, false
	return 0
}

// byHand reports whether it is an event that presses something, or lets it go.
func byHand(kind int32) bool {
	switch kind {
	case buttonPress, buttonPress2, buttonPress3, buttonRelease, keyPress, keyRelease, touchBegin, touchEnd:
		return true
	}
	return false
}

// after returns whose press an event belongs to, made by that hand.
func (h *hands) after(kind int32, made ui.Hand) ui.Hand {
	switch kind {
	case buttonPress, buttonPress2, buttonPress3, touchBegin:
		h.button = made
		return made
	case keyPress:
		h.key = made
		return made
	case buttonRelease, touchEnd:
		return lesser(h.button, made)
	case keyRelease:
		return lesser(h.key, made)
	}
	return ui.UnknownHand
}

// maker returns whose hand made an event.
func (t *Toolkit) maker(e *event) ui.Hand {
	if e.sent != 0 {
		return ui.ProgramHand
	}
	device := t.api.SourceDevice(e)
	if device == 0 {
		return ui.UnknownHand
	}
	return ofDevice(t.api.DeviceName(device), t.wayland)
}

// ofDevice tells by the name that the X server gives its devices: each of those that XTEST
// moves carries its name, also when a program made it.
func ofDevice(name string, wayland bool) ui.Hand {
	switch {
	case strings.Contains(name, "XTEST"):
		return ui.ProgramHand
	case name == "" || strings.HasPrefix(name, "Virtual core "):
		return ui.UnknownHand
	case wayland:
		return ui.DeviceHand // the compositor's, which a portal moves too
	}
	return ui.OwnHand
}

// lesser returns the hand that may do less.
func lesser(a, b ui.Hand) ui.Hand {
	for _, hand := range []ui.Hand{ui.ProgramHand, ui.UnknownHand, ui.DeviceHand} {
		if a == hand || b == hand {
			return hand
		}
	}
	return ui.OwnHand
}
