package app

import (
	"image"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// watched is the person's own hands, which the test moves.
type watched struct {
	presence.Config
	tells  bool
	hand   ui.Hand // pressed something last, at
	at     time.Time
	closed atomic.Bool
}

func (w *watched) Tells() bool                { return w.tells }
func (w *watched) Last() (ui.Hand, time.Time) { return w.hand, w.at }
func (w *watched) Close() error               { w.closed.Store(true); return nil }

// opening is what opens them.
func (w *watched) open(c presence.Config) (presence.Watch, error) {
	w.Config = c
	return w, nil
}

// withOwnHands runs a session in which the technician has control, over the hands of
// somebody who is there.
func withOwnHands(t *testing.T, f func(t *testing.T, p *play, w *worker, own *watched)) {
	t.Helper()
	withSession(t, func(t *testing.T, p *play) {
		own := &watched{tells: true}
		p.session.config.OpenPresence = own.open
		p.runs(request("r_1", 60), viewAndControl)
		w := &worker{t: t, gate: p.session.gate, machine: &machine{}}
		injector, err := w.machine.openInjector()
		if err != nil {
			t.Fatal(err)
		}
		w.injector = w.machine.injectors[0]
		w.hands = newHands(p.session.gate, injector, placed(image.Rect(0, 0, 64, 48)), p.session.touch, p.session.own.yield, p.session.journal,
			func(_ signaling.ChannelID, m signaling.Message) {
				w.mu.Lock()
				defer w.mu.Unlock()
				w.told = append(w.told, describe(m))
			}, slog.New(slog.DiscardHandler))
		p.session.own.hands.Store(w.hands)
		go w.run()
		f(t, p, w, own)
		w.close()
		w.machine.checkLeft(t)
	})
}

// What the technician does while the person uses the machine is acknowledged, and has no
// effect, also not later. What they held is up at once.
func TestThePersonsOwnInputWins(t *testing.T) {
	withOwnHands(t, func(t *testing.T, p *play, w *worker, own *watched) {
		w.gets(events(1, holding("ShiftLeft"), press("ShiftLeft")))
		w.wantLog("key ShiftLeft down")
		own.Touched()
		w.wantLog("key ShiftLeft up")
		w.wantTold(ack(1))
		w.gets(
			events(2, holding("ShiftLeft", "KeyA"), press("KeyA")),
			events(3, holding("ShiftLeft", "KeyA"), &signaling.TextEvent{Text: "no"}),
			&signaling.Pointer{Sequence: 1, After: 3, Screen: 1, X: 4, Y: 4},
		)
		w.wantTold(ack(2), ack(3))
		time.Sleep(yieldFor - time.Millisecond)
		w.gets(events(4, holding("KeyA"), press("KeyB")))
		w.wantLog()
		if left := p.session.touch.settling(); left > time.Millisecond {
			t.Errorf("what had no effect may still be on its way to the terminal for %s", left)
		}
		time.Sleep(time.Millisecond)
		w.gets(events(5, holding("KeyC"), press("KeyC")))
		w.wantLog("key KeyC down")
	})
}

// The two seconds count from when they rest.
func TestTheTwoSecondsBeginAnew(t *testing.T) {
	withOwnHands(t, func(t *testing.T, p *play, w *worker, own *watched) {
		first := uint64(1)
		for range 30 {
			own.Touched()
			time.Sleep(presence.TouchEvery)
			w.gets(events(first, holding(), press("KeyA"), loosen("KeyA")))
			first += 2
		}
		w.wantLog()
		time.Sleep(yieldFor)
		w.gets(events(first, holding(), press("KeyA")))
		w.wantLog("key KeyA down", "key KeyA up")
	})
}

// Both sides are told, once each way.
func TestWhoIsToldOfTheirOwnInput(t *testing.T) {
	withOwnHands(t, func(t *testing.T, p *play, _ *worker, own *watched) {
		shown := func() (list []bool) {
			synctest.Wait()
			for len(p.person.states) > 0 {
				list = append(list, (<-p.person.states).Yielding)
			}
			return list
		}
		shown()
		for range 20 {
			own.Touched()
			time.Sleep(presence.TouchEvery)
		}
		if d := cmp.Diff([]bool{true}, shown()); d != "" {
			t.Errorf("while they do: %s", d)
		}
		time.Sleep(yieldFor)
		if d := cmp.Diff([]bool{false}, shown()); d != "" {
			t.Errorf("after they have: %s", d)
		}
		p.orders(ui.AllowView())
		shown()
		own.Touched()
		if got := shown(); slices.Contains(got, true) {
			t.Error("input waits that is not allowed anyway")
		}
	})
}

// A program that the technician has started can type into the person's terminal. Where the
// system tells that it was a program, nothing of it allows anything; what takes away counts.
func TestAProgramsWordAllowsNothing(t *testing.T) {
	withProgram := func(t *testing.T, f func(p *play, press func(ui.Hand))) {
		withSession(t, func(t *testing.T, p *play) {
			own := &watched{tells: true}
			p.session.config.OpenPresence = own.open
			p.runs(request("r_1", 60), viewAndControl)
			receive(t, "request", p.person.requests)
			f(p, func(hand ui.Hand) { own.hand, own.at = hand, time.Now() })
		})
	}
	t.Run("control", func(t *testing.T) {
		withProgram(t, func(p *play, press func(ui.Hand)) {
			press(ui.ProgramHand)
			p.orders(ui.AllowView())
			p.orders(ui.AllowControl())
			if d := cmp.Diff(onlyView, p.now()); d != "" || !p.hasSaid("technician's own word") {
				t.Errorf("a program's word: %s", d)
			}
			press(ui.OwnHand)
			p.orders(ui.AllowControl())
			if d := cmp.Diff(viewAndControl, p.now()); d != "" {
				t.Errorf("the person's: %s", d)
			}
			p.orders(ui.AllowView())
			press(ui.ProgramHand)
			time.Sleep(settle)
			p.orders(ui.AllowControl())
			if d := cmp.Diff(viewAndControl, p.now()); d != "" {
				t.Errorf("after a while: %s", d)
			}
		})
	})
	t.Run("the end of a pause", func(t *testing.T) {
		withProgram(t, func(p *play, press func(ui.Hand)) {
			p.orders(ui.Pause{})
			press(ui.ProgramHand)
			p.orders(ui.Unpause{})
			if !p.session.gate.Paused() {
				t.Error("a program has ended the pause")
			}
			time.Sleep(settle)
			p.orders(ui.Unpause{})
			if p.session.gate.Paused() {
				t.Error("the person cannot end it")
			}
		})
	})
	t.Run("a question", func(t *testing.T) {
		withProgram(t, func(p *play, press func(ui.Hand)) {
			p.orders(ui.AllowView())
			p.take()
			p.says(request("r_2", 60))
			press(ui.ProgramHand)
			p.person.answers <- viewAndControl
			want := []signaling.Message{&signaling.Refuse{RequestID: "r_2", Reason: signaling.EndNoAnswer}}
			if d := cmp.Diff(want, p.take()); d != "" || p.now().Has(signaling.ScopeControl) {
				t.Error(d)
			}
		})
	})
	t.Run("what this program presses for the technician", func(t *testing.T) {
		withProgram(t, func(p *play, press func(ui.Hand)) {
			p.orders(ui.AllowView())
			press(ui.ProgramHand)
			p.presses()
			p.orders(ui.AllowControl())
			if d := cmp.Diff(viewAndControl, p.now()); d != "" {
				t.Error(d)
			}
		})
	})
}

// A watch that has ended by itself takes control with it, is begun again, and not for ever.
func TestTheWatchIsLost(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		own, opened := &watched{tells: true}, 0
		p.session.config.OpenPresence = func(c presence.Config) (presence.Watch, error) { opened++; return own.open(c) }
		p.runs(request("r_1", 60), viewAndControl)
		for n := range maxCuts + 2 {
			p.orders(ui.AllowControl())
			own.Lost()
			synctest.Wait()
			if d := cmp.Diff(onlyView, p.now()); d != "" {
				t.Errorf("after it was lost: %s", d)
			}
			if want := min(n+2, maxCuts+1); opened != want || !own.closed.Load() {
				t.Errorf("opened %d times, want %d; closed is %v", opened, want, own.closed.Load())
			}
			if n == 0 && !p.hasSaid("kept this one from seeing") {
				t.Error("the person is not told")
			}
			if n == maxCuts {
				break // there is none left to be lost
			}
		}
		p.orders(ui.AllowControl())
		if !p.now().Has(signaling.ScopeControl) {
			t.Error("the person cannot give control again")
		}
	})
}

// The watch is over with the session, by whatever way it ends.
func TestTheWatchEnds(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		own := &watched{tells: true}
		p.session.config.OpenPresence = own.open
		p.runs(request("r_1", 60), onlyView)
		if own.closed.Load() || own.Key != presence.DefaultKey() {
			t.Errorf("closed is %v, the key %s", own.closed.Load(), own.Key)
		}
		p.says(&signaling.Ended{Reason: signaling.EndRevoked})
		if synctest.Wait(); !own.closed.Load() {
			t.Error("the watch goes on after the session")
		}
	})
}

// A system that cannot tell is not believed, and the person knows that the key does
// nothing.
func TestNobodyIsWatched(t *testing.T) {
	for name, open := range map[string]func(presence.Config) (presence.Watch, error){
		"it cannot tell":    (&watched{}).open,
		"it cannot be open": func(presence.Config) (presence.Watch, error) { return nil, presence.ErrMissing },
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.session.config.OpenPresence = open
				p.runs(request("r_1", 60), viewAndControl)
				synctest.Wait()
				if said := <-p.person.said; said != "Ctrl+Alt+End does not stop the session on this desktop. Stop it here, in this program." {
					t.Errorf("said %q", said)
				}
			})
		})
	}
}

// The key works while the person's own window is stuck, with a question open or in a pause:
// what follows of it for the technician's hands waits for no window.
func TestTheStopKeyWaitsForNoWindow(t *testing.T) {
	for name, first := range map[string]func(p *play){
		"while it runs":        func(*play) {},
		"in a pause":           func(p *play) { p.orders(ui.Pause{}) },
		"with a question open": func(p *play) { p.says(request("r_2", 60)) },
		"as they use it":       func(p *play) { p.session.own.touch() },
		"after it was stopped": func(p *play) { p.orders(ui.Stop{}) },
	} {
		t.Run(name, func(t *testing.T) {
			withOwnHands(t, func(t *testing.T, p *play, w *worker, own *watched) {
				w.gets(events(1, holding("ShiftLeft"), press("ShiftLeft")))
				first(p)
				stuck, free := make(chan struct{}), make(chan struct{})
				p.session.mail <- func() { close(stuck); <-free } // as a window does that hangs
				<-stuck
				own.Stop()
				if p.now() != nil {
					t.Errorf("allowed: %v", p.now())
				}
				if w.machine.held() > 0 {
					t.Error("something is down")
				}
				w.machine.log()
				w.gets(events(2, holding("KeyA"), press("KeyA")))
				w.wantLog()
				close(free)
				synctest.Wait()
				if p.session.reason != signaling.EndHostStopped {
					t.Errorf("the session ended with %q", p.session.reason)
				}
			})
		})
	}
}
