package x11

import "github.com/lendhand/lendhand/client/internal/presence"

// tell tells of an event, by whose hand it is. A device that nobody knows is nobody's: it
// will be known in a moment.
func (w *Watch) tell(e event) {
	from, ok := w.device(e.device)
	switch {
	case !ok || from.master:
		return
	case from.injecting:
		if e.isPress() {
			w.hands.Injected()
		}
		return
	}
	key := presence.HeldKey{Device: uint32(e.device), Code: e.detail}
	switch e.kind {
	case kindKeyPress:
		r := w.roles[byte(e.detail)]
		w.hands.KeyDown(key, r.modifier, r.named)
	case kindKeyRelease:
		w.hands.KeyUp(key)
	case kindButtonPress, kindTouchBegin:
		w.hands.ButtonDown()
	case kindMotion, kindTouchUpdate:
		w.moved(e)
	}
}

// moved tells of a motion. The next one would be told after a while, and until then the
// server keeps them to itself: a mouse can move a thousand times a second.
func (w *Watch) moved(e event) {
	if e.still {
		return
	}
	w.hands.Moved()
	w.selectMotions(0)
	w.rest.Reset(presence.TouchEvery)
}
