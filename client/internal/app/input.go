package app

import (
	"errors"
	"image"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/signaling"
)

const (
	// maxInbox is the number of input messages that wait. What does not fit is dropped:
	// events are repeated until they are acknowledged, places until the pointer rests.
	maxInbox = 64
	// complainEvery is the least time between two scope_missing.
	complainEvery = time.Second
	// maxTyped is the number of characters that are typed in one act. Taking control
	// back waits for an act.
	maxTyped = 8
)

// hands does what a technician's hands do, on one connection. Each single event is
// an act that the gate allows or not.
type hands struct {
	// Set at construction.
	gate    *consent.Gate
	desk    *input.Desk
	sight   *sight
	touch   *touch
	yield   *yield
	trail   trail // where the pointer was put
	journal *journal
	tell    func(signaling.ChannelID, signaling.Message) // keeps no message
	log     *slog.Logger
	inbox   chan signaling.Message
	release chan chan struct{}
	looks   chan struct{} // the picture may show something else; holds one
	quit    chan struct{}
	stopped chan struct{} // closed by run

	// awaited is the number of those who wait for the hands to rest. While there is one,
	// nothing is done.
	awaited atomic.Int32

	// Owned by run.
	seen       uint64 // the number of the view
	applied    uint64 // the number of the last event applied or refused
	sequence   uint64 // of the last place
	complained time.Time
	busy       bool // the last act found the desktop too busy
	acted      bool // and was one: the person's own input does not win
	late       late
	ack        signaling.InputAck // reused
	down       []input.Button     // reused
}

// newHands returns hands that rest. The caller runs run, and owns injector no more.
func newHands(gate *consent.Gate, injector input.Injector, sight *sight, touch *touch, yield *yield, journal *journal, tell func(signaling.ChannelID, signaling.Message), log *slog.Logger) *hands {
	return &hands{
		gate: gate, desk: input.NewDesk(injector), sight: sight, touch: touch, yield: yield, journal: journal, tell: tell, log: log,
		inbox:   make(chan signaling.Message, maxInbox),
		release: make(chan chan struct{}),
		looks:   make(chan struct{}, 1),
		quit:    make(chan struct{}),
		stopped: make(chan struct{}),
	}
}

// take hands over a message of the input or the pointer channel. It does not wait.
func (h *hands) take(m signaling.Message) {
	select {
	case h.inbox <- m:
	default:
	}
}

// letGo lets go of everything that is down, and returns when that is done, after one
// act at most. What came before and has not begun is dropped: what still matters is
// repeated.
func (h *hands) letGo() {
	h.awaited.Add(1)
	defer h.awaited.Add(-1)
	done := make(chan struct{})
	select {
	case h.release <- done:
		<-done
	case <-h.stopped:
	}
}

// look says that the picture may show something else. It does not wait.
func (h *hands) look() {
	select {
	case h.looks <- struct{}{}:
	default:
	}
}

// close lets go of everything, and gives the injector back, after one act at most. It
// is called once.
func (h *hands) close() {
	h.awaited.Add(1)
	close(h.quit)
	<-h.stopped
}

// run works until close.
func (h *hands) run() {
	defer close(h.stopped)
	silence := time.NewTimer(signaling.HoldFor)
	defer silence.Stop()
	for {
		select {
		case m := <-h.inbox:
			h.do(m)
			silence.Reset(signaling.HoldFor)
		case <-h.late.again:
			if m := h.late.take(); m != nil {
				h.do(m)
			}
		case <-silence.C:
			h.late.forget() // what came true after the silence would stay so
			h.rest(silence)
		case <-h.looks:
			h.follow()
		case done := <-h.release:
			h.forget()
			h.rest(silence)
			close(done)
		case <-h.quit:
			h.check(h.desk.Release())
			h.check(h.desk.Close())
			return
		}
	}
}

// rest lets go of everything. What the desktop did not answer to is tried again after
// the next silence.
func (h *hands) rest(silence *time.Timer) {
	if err := h.desk.Release(); err != nil {
		h.check(err)
		silence.Reset(signaling.HoldFor)
	}
}

// forget drops what waits, for its turn or for the desktop.
func (h *hands) forget() {
	for range len(h.inbox) {
		<-h.inbox
	}
	h.late.forget()
}

// follow lets go of the buttons when the picture shows something else: nothing is
// dragged from one picture to another.
func (h *hands) follow() {
	if number := h.sight.look().number; number != h.seen {
		h.seen = number
		h.check(h.desk.Lift())
	}
}

func (h *hands) do(m signaling.Message) {
	if h.awaited.Load() > 0 {
		return
	}
	h.follow()
	switch m := m.(type) {
	case *signaling.Input:
		h.input(m)
	case *signaling.Pointer:
		h.pointer(m)
	}
}

// input applies each event that is new, once and in order. Of a message that is
// interrupted the rest is neither done nor acknowledged; what the desktop is too busy
// for is tried again.
func (h *hands) input(m *signaling.Input) {
	if m.First > h.applied+1 {
		return // a gap: what is missing comes with the next message
	}
	before := h.applied
	refused := h.apply(m)
	if h.awaited.Load() > 0 || h.late.message == m && h.applied == before {
		return // nobody needs to know of every try
	}
	if last := m.First + uint64(len(m.Events)) - 1; last == h.applied {
		h.down = appendButtons(h.down[:0], m.Held.Buttons)
		h.check(h.desk.Keep(m.Held.Keys, h.down))
	}
	h.ack.Last = h.applied
	h.tell(signaling.ChannelInput, &h.ack)
	if refused {
		h.complain()
	}
}

// apply does the events that are new, up to one that has to wait. It reports whether
// any was not allowed.
func (h *hands) apply(m *signaling.Input) (refused bool) {
	for i, e := range m.Events {
		if m.First+uint64(i) != h.applied+1 {
			continue
		}
		if h.awaited.Load() > 0 {
			return refused
		}
		allowed, done := h.try(m, e)
		if !done {
			return refused
		}
		h.late.since = time.Time{}
		refused = refused || !allowed
		h.applied++
	}
	return refused
}

// try does one event of a message. It is not done when it has to wait.
func (h *hands) try(m *signaling.Input, e signaling.Event) (allowed, done bool) {
	h.busy, h.acted = false, false
	if allowed = h.event(e); allowed && h.acted {
		h.touch.note()
		if !h.busy {
			h.journal.did(e)
		}
	}
	b, ok := e.(*signaling.ButtonEvent)
	switch {
	case !ok || !b.Down || !allowed:
		return allowed, true
	case h.busy:
		return allowed, !h.late.putOff(m, b.Button)
	}
	h.late.pressed(b.Button)
	return allowed, true
}

// event does one event, and reports whether it was allowed.
func (h *hands) event(e signaling.Event) bool {
	switch e := e.(type) {
	case *signaling.KeyEvent:
		return h.act(func() error { return h.desk.Key(e.Code, e.Down, e.Text) })
	case *signaling.ButtonEvent:
		return h.button(e)
	case *signaling.WheelEvent:
		return h.at(e.Screen, e.X, e.Y, func(p image.Point) error { return h.desk.Wheel(e.DX, e.DY, p) })
	case *signaling.TextEvent:
		return h.text([]rune(e.Text))
	}
	return true // unreachable: the decoder knows no other kind
}

// text types in short acts. What is left when somebody waits is never typed: a part of
// a text cannot be repeated.
func (h *hands) text(text []rune) bool {
	for len(text) > 0 && h.awaited.Load() == 0 {
		part := text[:min(len(text), maxTyped)]
		if !h.act(func() error { return h.desk.Text(string(part)) }) {
			return false
		}
		text = text[len(part):]
	}
	return true
}

// pointer moves the pointer, unless the place is older than what has been done.
func (h *hands) pointer(m *signaling.Pointer) {
	if m.Sequence <= h.sequence || m.After != h.applied {
		return
	}
	h.sequence = m.Sequence
	h.acted = false
	if !h.at(m.Screen, m.X, m.Y, h.desk.Move) {
		h.complain()
	} else if h.acted {
		h.journal.points(m.X, m.Y, event.Technician)
	}
}

// button presses or lets go a button. A release counts wherever it is: what is down
// comes up.
func (h *hands) button(e *signaling.ButtonEvent) bool {
	b := input.Button(e.Button)
	return h.act(func() error {
		p, ok := h.find(e.Screen, e.X, e.Y)
		switch {
		case ok:
			return h.desk.Button(b, e.Down, p)
		case !e.Down:
			return h.desk.Lift(b)
		}
		return nil
	})
}

// at does something at a place of the picture, if that is allowed now. It reports
// whether it is, also when nobody knows where the place is, and nothing is done.
func (h *hands) at(screen uint64, x, y int, f func(image.Point) error) bool {
	return h.act(func() error {
		if p, ok := h.find(screen, x, y); ok {
			return f(p)
		}
		return nil
	})
}

// find returns where on the desktop the pointer is to be put.
func (h *hands) find(screen uint64, x, y int) (image.Point, bool) {
	p, ok := h.sight.find(screen, x, y)
	if ok {
		h.trail.add(p)
	}
	return p, ok
}

// act does something that needs control, if that is allowed now. While the person's own
// input wins it is allowed, and not done: whoever sends it need not try again.
func (h *hands) act(f func() error) bool {
	return h.gate.Do(signaling.ScopeControl, func() {
		if h.yield.left() > 0 {
			return
		}
		h.acted = true
		err := f()
		h.busy = errors.Is(err, input.ErrBusy)
		h.check(err)
	})
}

// complain tells the technician that control is not allowed.
func (h *hands) complain() {
	if time.Since(h.complained) < complainEvery {
		return
	}
	h.complained = time.Now()
	h.tell(signaling.ChannelControl, &signaling.Error{
		Code:    signaling.CodeScopeMissing,
		Message: "Control is not allowed now.",
		Hint:    "Ask the person to allow it.",
	})
}

// check notes that something failed. What failed may name a key, and is not logged.
func (h *hands) check(err error) {
	if err != nil && !errors.Is(err, input.ErrUnknownKey) {
		h.log.Debug("input failed", "error", cause(err))
	}
}

// cause returns the innermost error, of several the first one's.
func cause(err error) error {
	for {
		next := errors.Unwrap(err)
		if several, ok := err.(interface{ Unwrap() []error }); ok && len(several.Unwrap()) > 0 {
			next = several.Unwrap()[0]
		}
		if next == nil {
			return err
		}
		err = next
	}
}

// appendButtons adds the buttons in a mask as MouseEvent.buttons is, which has them in
// another order than MouseEvent.button
// (https://www.w3.org/TR/uievents/#dom-mouseevent-buttons).
func appendButtons(list []input.Button, mask uint8) []input.Button {
	order := [...]input.Button{input.ButtonLeft, input.ButtonRight, input.ButtonMiddle, input.ButtonBack, input.ButtonForward}
	for bit, b := range order {
		if mask&(1<<bit) != 0 {
			list = append(list, b)
		}
	}
	return list
}
