package app

import (
	"errors"
	"image"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/input"
	fakeinput "github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/signaling"
)

// worker is a pair of hands with a machine under them, in a bubble of fake time.
type worker struct {
	*hands
	t        *testing.T
	gate     *consent.Gate
	machine  *machine
	injector *fakeinput.Injector // to be looked at while the hands rest

	mu   sync.Mutex
	told []string // as describe puts it
}

// placed returns the sight of a picture that does not move.
func placed(bounds image.Rectangle) *sight {
	s := &sight{}
	s.show(bounds, time.Now())
	return s
}

// withHands runs f with hands that may do everything.
func withHands(t *testing.T, f func(*worker)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		w := &worker{t: t, gate: consent.NewGate(), machine: &machine{}}
		injector, err := w.machine.openInjector()
		if err != nil {
			t.Fatal(err)
		}
		w.injector = w.machine.injectors[0]
		later := time.Now().Add(time.Hour)
		w.gate.SetGrant(viewAndControl, later)
		w.gate.Allow(viewAndControl, later)
		w.hands = newHands(w.gate, injector, placed(desktop), newTouch(), newYield(), &journal{}, func(_ signaling.ChannelID, m signaling.Message) {
			w.mu.Lock()
			defer w.mu.Unlock()
			w.told = append(w.told, describe(m)) // it is reused
		}, slog.New(slog.DiscardHandler))
		go w.run()
		f(w)
		w.close()
		w.gate.Revoke()
		w.machine.checkLeft(t)
	})
}

// gets hands a message over and waits for its effect.
func (w *worker) gets(messages ...signaling.Message) {
	for _, m := range messages {
		w.take(m)
	}
	synctest.Wait()
}

// wantLog compares what was done since the last call.
func (w *worker) wantLog(want ...string) {
	w.t.Helper()
	synctest.Wait()
	if d := cmp.Diff(want, w.machine.log()); d != "" {
		w.t.Error(d)
	}
}

// wantTold compares what the technician was told since the last call.
func (w *worker) wantTold(want ...signaling.Message) {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var wanted []string
	for _, m := range want {
		wanted = append(wanted, describe(m))
	}
	if d := cmp.Diff(wanted, w.told); d != "" {
		w.t.Error(d)
	}
	w.told = nil
}

func describe(m signaling.Message) string {
	if e, ok := m.(*signaling.Error); ok {
		return string(e.Code)
	}
	data, err := signaling.Encode(m)
	if err != nil {
		return err.Error()
	}
	return string(data)
}

func events(first uint64, held signaling.Held, list ...signaling.Event) *signaling.Input {
	return &signaling.Input{First: first, Events: list, Held: held}
}

func ack(n uint64) *signaling.InputAck { return &signaling.InputAck{Last: n} }

var missing = &signaling.Error{Code: signaling.CodeScopeMissing}

func TestEventsAreAppliedOnceAndInOrder(t *testing.T) {
	withHands(t, func(w *worker) {
		down, up := press("KeyA"), loosen("KeyA")
		w.gets(events(1, holding("KeyA"), down))
		w.wantLog("key KeyA down")
		w.wantTold(ack(1))
		// The ack was lost: the sender repeats, with one event more.
		w.gets(events(1, holding(), down, up))
		w.wantLog("key KeyA up")
		w.wantTold(ack(2))
		// All of it was there before.
		w.gets(events(1, holding(), down, up), events(2, holding(), up))
		w.wantLog()
		w.wantTold(ack(2), ack(2))
		// A gap: 3 is missing, then comes.
		w.gets(events(4, holding("KeyC"), press("KeyC")))
		w.wantLog()
		w.wantTold()
		w.gets(events(3, holding("KeyB", "KeyC"), press("KeyB"), press("KeyC")))
		w.wantLog("key KeyB down", "key KeyC down")
		w.wantTold(ack(4))
	})
}

func TestHeldIsReconciled(t *testing.T) {
	withHands(t, func(w *worker) {
		w.gets(events(1, signaling.Held{Keys: []string{"ShiftLeft", "KeyA"}, Buttons: 1 | 2 | 4},
			press("ShiftLeft"), press("KeyA"),
			&signaling.ButtonEvent{Button: 0, Down: true}, &signaling.ButtonEvent{Button: 1, Down: true}, &signaling.ButtonEvent{Button: 2, Down: true}))
		w.machine.log()
		// Nothing new but what is still held: the right button (2 of MouseEvent.buttons).
		w.gets(events(6, signaling.Held{Keys: []string{"ShiftLeft"}, Buttons: 2}))
		w.wantLog("key KeyA up", "button 1 up", "button 0 up")
		if d := cmp.Diff([]input.Button{input.ButtonRight}, w.injector.Buttons()); d != "" {
			t.Error(d)
		}
		// A late message knows less than has been applied: its held does not count.
		w.gets(events(1, holding(), press("ShiftLeft")))
		w.wantLog()
		// Reconciling presses nothing.
		w.gets(events(6, holding("ShiftLeft", "KeyZ")))
		w.wantLog("button 2 up")
	})
}

func TestPlaces(t *testing.T) {
	withHands(t, func(w *worker) {
		at := func(sequence, after uint64, x, y int) *signaling.Pointer {
			return &signaling.Pointer{Sequence: sequence, After: after, X: x, Y: y}
		}
		w.gets(at(2, 0, 1, 2))
		w.wantLog("move 101 52")
		w.gets(at(1, 0, 9, 9), at(2, 0, 9, 9)) // older, repeated
		w.wantLog()
		w.gets(at(3, 1, 5, 5)) // from after a click that has not arrived
		w.wantLog()
		w.gets(events(1, signaling.Held{Buttons: 1}, &signaling.ButtonEvent{Button: 0, Down: true, X: 3, Y: 4}))
		w.wantLog("move 103 54", "button 0 down")
		w.gets(at(4, 0, 9, 9)) // from before the click
		w.wantLog()
		w.gets(at(5, 1, 60_000, 60_000)) // outside the picture
		w.wantLog("move 163 97")
		w.gets(events(2, signaling.Held{Buttons: 1}, &signaling.WheelEvent{DY: 2, X: 6, Y: 7}))
		w.wantLog("move 106 57", "wheel 0 2")
	})
}

// The technician aims at what they see. Where that is shown no more nothing is done, and
// everything is acknowledged.
func TestPlacesOfAnotherScreen(t *testing.T) {
	button := func(screen uint64, down bool) *signaling.ButtonEvent {
		return &signaling.ButtonEvent{Down: down, X: 3, Y: 4, Screen: screen}
	}
	withHands(t, func(w *worker) {
		w.gets(events(1, signaling.Held{Buttons: 1}, button(1, true)), &signaling.Pointer{Sequence: 1, After: 1, X: 5, Y: 5, Screen: 1})
		w.wantLog("move 103 54", "button 0 down", "move 105 55")
		// The picture shows something else: the button comes up where it is.
		w.sight.show(image.Rect(0, 0, 20, 20), time.Now())
		w.look()
		w.wantLog("button 0 up")
		// What was aimed at the screen before, and what is for one that is yet to come.
		w.gets(events(2, holding(), button(1, false), button(1, true), button(3, true), &signaling.WheelEvent{DY: 1, X: 3, Y: 4, Screen: 1}))
		w.gets(&signaling.Pointer{Sequence: 2, After: 5, X: 7, Y: 7, Screen: 1})
		w.wantLog()
		w.gets(events(6, signaling.Held{Buttons: 1}, button(2, true)))
		w.wantLog("move 3 4", "button 0 down")
		w.gets(events(7, holding(), button(1, false))) // a release counts, and does not move
		w.wantLog("button 0 up")
		w.gets(events(8, holding(), button(0, true), button(0, false))) // of a technician's side that knows no numbers
		w.wantLog("move 3 4", "button 0 down", "move 3 4", "button 0 up")
		w.wantTold(ack(1), ack(5), ack(6), ack(7), ack(9))
	})
}

// While the monitors change, nobody knows where a place is.
func TestPlacesWhileTheMonitorsChange(t *testing.T) {
	withHands(t, func(w *worker) {
		press := func(n uint64) { w.gets(events(n, holding(), &signaling.ButtonEvent{Down: true, Screen: 1})) }
		w.sight.doubt()
		press(1)
		w.wantLog()
		w.sight.arrange(picture.Monitors{List: []capture.Monitor{{Bounds: desktop.Add(image.Pt(1, 0))}}})
		press(2)
		w.wantLog() // it moved: the next picture tells where it is
		w.sight.arrange(picture.Monitors{List: []capture.Monitor{{Bounds: desktop}}})
		press(3)
		w.wantLog("move 100 50", "button 0 down", "button 0 up")
	})
}

func TestPlacesThatNoMonitorShows(t *testing.T) {
	withHands(t, func(w *worker) {
		w.sight.arrange(picture.Monitors{Shown: capture.AllMonitors, List: []capture.Monitor{
			{ID: 0, Bounds: image.Rect(0, 0, 10, 10)}, {ID: 1, Bounds: image.Rect(10, 5, 20, 20)},
		}})
		w.sight.show(image.Rect(0, 0, 20, 20), time.Now())
		w.look()
		for n, c := range []struct {
			x, y int
			want []string
		}{
			{9, 9, []string{"move 9 9", "wheel 0 1"}},
			{10, 4, nil},
			{10, 5, []string{"move 10 5", "wheel 0 1"}},
			{9, 10, nil},
		} {
			w.gets(events(uint64(n+1), holding(), &signaling.WheelEvent{DY: 1, X: c.x, Y: c.y, Screen: 2}))
			w.wantLog(c.want...)
		}
	})
}

func TestText(t *testing.T) {
	withHands(t, func(w *worker) {
		text := strings.Repeat("ü😀", 10)
		w.gets(events(1, holding(), &signaling.TextEvent{Text: text}, &signaling.KeyEvent{Code: "KeyA", Down: true, Text: "ä"}))
		if got := w.machine.typed(); got != text+"ä" {
			t.Errorf("typed %q, want %q", got, text+"ä")
		}
	})
}

func TestSilenceLetsGo(t *testing.T) {
	withHands(t, func(w *worker) {
		w.gets(events(1, holding("ShiftLeft"), press("ShiftLeft")))
		w.wantLog("key ShiftLeft down")
		for range 10 { // the sender says every 500 ms that it is still there
			time.Sleep(500 * time.Millisecond)
			w.gets(events(2, holding("ShiftLeft")))
		}
		w.wantLog()
		time.Sleep(signaling.HoldFor - time.Millisecond)
		w.wantLog()
		time.Sleep(time.Millisecond)
		w.wantLog("key ShiftLeft up")
		// What was let go stays so, whatever the sender thinks.
		w.gets(events(2, holding("ShiftLeft")))
		w.wantLog()
	})
}

func TestWithoutControl(t *testing.T) {
	withHands(t, func(w *worker) {
		later := time.Now().Add(time.Hour)
		w.gets(events(1, holding("KeyA"), press("KeyA")))
		w.gate.Allow(onlyView, later)
		w.letGo()
		w.wantLog("key KeyA down", "key KeyA up")
		w.wantTold(ack(1))
		// Acknowledged, dropped, and complained about once a second at most.
		w.gets(events(2, holding("KeyB"), press("KeyB"), &signaling.TextEvent{Text: "secret"}), &signaling.Pointer{Sequence: 1, After: 3})
		w.wantTold(ack(3), missing)
		time.Sleep(time.Second)
		w.gets(&signaling.Pointer{Sequence: 2, After: 3})
		w.wantTold(missing)
		w.wantLog()
		// They are not kept for later.
		w.gate.Allow(viewAndControl, later)
		w.gets(events(2, holding("KeyB"), press("KeyB"), &signaling.TextEvent{Text: "secret"}))
		w.wantLog()
		w.gets(events(4, holding(), press("KeyC"), loosen("KeyC")))
		w.wantLog("key KeyC down", "key KeyC up")
	})
}

func TestClosedHandsRest(t *testing.T) {
	var m machine
	injector, err := m.openInjector()
	if err != nil {
		t.Fatal(err)
	}
	gate := consent.NewGate()
	defer gate.Revoke()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(viewAndControl, later)
	gate.Allow(viewAndControl, later)
	acked := make(chan struct{}, 1)
	h := newHands(gate, injector, placed(image.Rect(0, 0, 64, 48)), newTouch(), newYield(), &journal{}, func(signaling.ChannelID, signaling.Message) { acked <- struct{}{} }, slog.New(slog.DiscardHandler))
	go h.run()
	h.take(events(1, signaling.Held{Keys: []string{"ControlLeft"}, Buttons: 1},
		press("ControlLeft"), &signaling.ButtonEvent{Button: 0, Down: true}))
	<-acked
	if m.held() != 2 {
		t.Fatal("nothing is down")
	}
	h.close()
	m.checkLeft(t)
	h.letGo() // after the end, it returns
}

// Whoever wants the hands to rest waits for one act, not for all that was sent.
func TestLettingGoDoesNotWaitForTheRest(t *testing.T) {
	const act = 10 * time.Millisecond
	for _, c := range []struct {
		name  string
		inbox int // messages after the one under way
		rest  func(*hands)
	}{
		{"let go", 0, (*hands).letGo},
		{"let go, with more in the inbox", maxInbox, (*hands).letGo},
		{"closed", maxInbox, (*hands).close},
	} {
		t.Run(c.name, func(t *testing.T) {
			withHands(t, func(w *worker) {
				injector, err := w.machine.openInjector()
				if err != nil {
					t.Fatal(err)
				}
				w.machine.slow = act
				busy := newHands(w.gate, injector, w.sight, newTouch(), newYield(), &journal{}, w.tell, w.log)
				go busy.run()
				busy.take(events(1, holding(), longTexts(100)...))
				time.Sleep(5*act + act/2)
				for range c.inbox {
					busy.take(events(1, holding(), longTexts(100)...))
				}
				began := time.Now()
				c.rest(busy)
				if d := time.Since(began); d > 4*act {
					t.Errorf("waited %v, as long as %d acts", d, d/act)
				}
				done := w.machine.acts.Load()
				time.Sleep(time.Second)
				if n := w.machine.acts.Load() - done; n > 0 {
					t.Errorf("%d acts afterwards", n)
				}
				if w.wantTold(); c.inbox == 0 {
					busy.take(events(2, holding(), press("KeyA"), loosen("KeyA"))) // it had not begun
					time.Sleep(2 * act)
					w.wantTold(ack(3))
				}
				if !busy.closed() {
					busy.close()
				}
			})
		})
	}
}

func (h *hands) closed() bool {
	select {
	case <-h.stopped:
		return true
	default:
		return false
	}
}

// longTexts are n events of 30 acts each.
func longTexts(n int) (list []signaling.Event) {
	for range n {
		list = append(list, &signaling.TextEvent{Text: strings.Repeat("x", 30*maxTyped)})
	}
	return list
}

// A flood is dropped rather than kept: whoever sends it repeats what matters.
func TestFloodIsBounded(t *testing.T) {
	withHands(t, func(w *worker) {
		resting := newHands(w.gate, nil, w.sight, newTouch(), newYield(), &journal{}, w.tell, w.log)
		for range 10 * maxInbox {
			resting.take(&signaling.Pointer{})
		}
		if n := len(resting.inbox); n != maxInbox {
			t.Errorf("%d messages wait, want %d", n, maxInbox)
		}
	})
}

func TestCauseNamesNoKey(t *testing.T) {
	broken := errors.New("no connection")
	if got := cause(errors.Join(wrapped{`key "KeyA"`, broken}, errors.New("more"))); got.Error() != broken.Error() {
		t.Errorf("got %v", got)
	}
}

type wrapped struct {
	what string
	err  error
}

func (w wrapped) Error() string { return w.what + ": " + w.err.Error() }
func (w wrapped) Unwrap() error { return w.err }
