package app

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakeinput "github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/signaling"
)

// busyFor has the desktop refuse this many presses of buttons from now on.
func (w *worker) busyFor(presses int) {
	w.machine.with(func(i *fakeinput.Injector) { i.Busy = presses })
}

// wantDone compares what was done since the last call, but for where the pointer was.
func (w *worker) wantDone(want ...string) {
	w.t.Helper()
	var got []string
	for _, line := range w.machine.log() {
		if !strings.HasPrefix(line, "move ") {
			got = append(got, line)
		}
	}
	if d := cmp.Diff(want, got); d != "" {
		w.t.Error(d)
	}
}

var (
	clickDown = &signaling.ButtonEvent{Down: true}
	clickUp   = &signaling.ButtonEvent{}
)

// What the desktop is too busy for is done a moment later, once, and in its turn.
func TestBusyDesktop(t *testing.T) {
	withHands(t, func(w *worker) {
		w.gets(events(1, holding(), clickDown, clickUp))
		w.wantDone("button 0 down", "button 0 up")
		w.wantTold(ack(2))
		w.busyFor(10)
		w.gets(events(3, holding(), press("KeyA"), loosen("KeyA"), clickDown, clickUp, press("KeyB"), loosen("KeyB")))
		w.wantDone("key KeyA down", "key KeyA up")
		w.wantTold(ack(4)) // what has been done, and not with every try
		w.gets(events(5, signaling.Held{Buttons: 1}, clickDown))
		w.wantTold()
		time.Sleep(20 * retryEvery)
		w.wantDone("button 0 down")
		w.wantTold(ack(5))
		w.gets(events(6, holding(), clickUp, press("KeyB"), loosen("KeyB")))
		w.wantDone("button 0 up", "key KeyB down", "key KeyB up")
		w.wantTold(ack(8))
		time.Sleep(time.Second)
		w.wantDone()
		w.wantTold()
	})
}

// Nobody has to wait for a busy desktop to have everything let go, and nothing of what
// waited comes true later. What the sender repeats does.
func TestLettingGoOfWhatWaits(t *testing.T) {
	withHands(t, func(w *worker) {
		w.busyFor(10)
		message := events(1, signaling.Held{Keys: []string{"ShiftLeft"}, Buttons: 1}, press("ShiftLeft"), clickDown)
		w.gets(message)
		began := time.Now()
		w.letGo()
		if waited := time.Since(began); waited > 0 {
			t.Errorf("waited %v", waited)
		}
		w.wantDone("key ShiftLeft down", "key ShiftLeft up")
		w.busyFor(0)
		time.Sleep(patience)
		w.wantDone()
		w.gets(message)
		w.wantDone("button 0 down")
		w.wantTold(ack(1), ack(2))
	})
}

// Control that is taken back meanwhile is asked for at every try.
func TestControlIsTakenBackFromWhatWaits(t *testing.T) {
	withHands(t, func(w *worker) {
		w.busyFor(10)
		w.gets(events(1, signaling.Held{Buttons: 1}, clickDown))
		w.gate.Allow(onlyView, time.Now().Add(time.Hour))
		w.busyFor(0)
		time.Sleep(patience)
		w.wantDone()
		w.wantTold(ack(1), missing)
	})
}

// A button that the person holds down themselves does not hold up everything else: it
// is waited for once, until it was found up.
func TestPatienceEnds(t *testing.T) {
	withHands(t, func(w *worker) {
		w.busyFor(1 << 30)
		w.gets(events(1, holding(), clickDown, clickUp, press("KeyA"), loosen("KeyA")))
		time.Sleep(patience - retryEvery)
		w.wantDone()
		w.wantTold()
		time.Sleep(2 * retryEvery)
		w.wantDone("key KeyA down", "key KeyA up")
		w.wantTold(ack(4))
		// It is tried again, but not waited for.
		w.gets(events(5, holding(), clickDown, clickUp, clickDown, clickUp, press("KeyB"), loosen("KeyB")))
		w.wantDone("key KeyB down", "key KeyB up")
		w.wantTold(ack(10))
		w.busyFor(0)
		w.gets(events(11, holding(), clickDown, clickUp))
		w.wantDone("button 0 down", "button 0 up")
		w.wantTold(ack(12))
		// It was up, and the next one is tried as long as the first.
		w.busyFor(1 << 30)
		w.gets(events(13, holding(), clickDown, clickUp))
		time.Sleep(patience / 2)
		w.busyFor(0)
		time.Sleep(2 * retryEvery)
		w.wantDone("button 0 down", "button 0 up")
		w.wantTold(ack(14))
	})
}

// What waits is not pressed after a silence has let everything go: nothing would let it
// go again.
func TestSilenceForgetsWhatWaits(t *testing.T) {
	withHands(t, func(w *worker) {
		var list []signaling.Event
		for button := range 5 { // each has its patience
			list = append(list, &signaling.ButtonEvent{Button: button, Down: true})
		}
		w.busyFor(1 << 30)
		w.gets(events(1, signaling.Held{Buttons: 31}, list...))
		time.Sleep(signaling.HoldFor + patience/4)
		w.busyFor(0)
		time.Sleep(time.Minute)
		w.wantDone()
		if n := w.machine.held(); n > 0 {
			t.Errorf("%d down after a minute of silence", n)
		}
	})
}

// A desktop that does not answer when everything is let go is asked until it does.
func TestReleaseIsTriedAgain(t *testing.T) {
	withHands(t, func(w *worker) {
		w.gets(events(1, signaling.Held{Buttons: 1}, clickDown))
		w.wantDone("button 0 down")
		w.machine.with(func(i *fakeinput.Injector) { i.Fail = capture.ErrNoDisplay })
		w.letGo()
		w.wantDone()
		time.Sleep(signaling.HoldFor + time.Second)
		w.wantDone("button 0 up")
	})
}
