//go:build linux

package app

import (
	"image"
	"math/bits"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/presence/presencetest"
	"github.com/lendhand/lendhand/client/internal/presence/x11"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
	"github.com/lendhand/lendhand/signaling"
)

// onDisplay is a world whose host is controlled for real, on an X server without a screen,
// by a technician who does a thousand things a second.
type onDisplay struct {
	*world
	tech  *technician
	human *presencetest.Person
	look  presence.Watch // sees what is injected, as any program would
	last  atomic.Int64   // when something was injected last, in nanoseconds of the Unix epoch
}

// noting notes when it injects.
type noting struct {
	input.Injector
	last *atomic.Int64
}

func (n noting) note(err error) error {
	n.last.Store(time.Now().UnixNano())
	return err
}
func (n noting) Move(p image.Point) error               { return n.note(n.Injector.Move(p)) }
func (n noting) Key(code string, down bool) error       { return n.note(n.Injector.Key(code, down)) }
func (n noting) Button(b input.Button, down bool) error { return n.note(n.Injector.Button(b, down)) }
func (n noting) Wheel(dx, dy float64) error             { return n.note(n.Injector.Wheel(dx, dy)) }
func (n noting) Text(text string) error                 { return n.note(n.Injector.Text(text)) }

func newOnDisplay(t *testing.T) *onDisplay {
	t.Helper()
	xvfbtest.Start(t, image.Pt(320, 240))
	w := newRelayWorld(t, Limits{})
	d := &onDisplay{world: w}
	w.more = func(c *Config) {
		c.OpenInjector = func() (input.Injector, error) {
			r, err := robot.New()
			return noting{r, &d.last}, err
		}
		c.OpenPresence = func(c presence.Config) (presence.Watch, error) { return x11.Open(c) }
	}
	w.startHost()
	nothing := func() {}
	look, err := x11.Open(presence.Config{Key: presence.DefaultKey(), Touched: nothing, Stop: nothing, Lost: nothing, Log: w.app.config.Log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = look.Close() })
	d.tech, d.human, d.look = w.session(viewAndControl, viewAndControl), presencetest.New(t), look
	return d
}

// flood has the technician press a key a thousand times a second until the test ends, as
// browsers do: what is not acknowledged comes again.
func (d *onDisplay) flood() {
	done, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		tick := time.NewTicker(time.Millisecond)
		defer tick.Stop()
		for applied := uint64(0); ; {
			select {
			case <-done:
				return
			case m := <-d.tech.Messages:
				if ack, ok := m.Message.(*signaling.InputAck); ok {
					applied = ack.Last
				}
			case <-tick.C:
				d.tech.Try(signaling.ChannelInput, events(applied+1, holding(), press("KeyA"), loosen("KeyA")))
			}
		}
	}()
	d.t.Cleanup(func() { close(done); <-ended })
}

// injected returns when something was injected last.
func (d *onDisplay) injected() time.Time { return time.Unix(0, d.last.Load()) }

// wait waits until something is injected.
func (d *onDisplay) wait() {
	d.t.Helper()
	before := d.injected()
	eventually(d.t, "something is injected", func() bool { return d.injected().After(before) })
}

// The person's key stops what a technician does, whatever else is going on, at once.
// When the end is seen, nothing comes after it.
func TestStopKeyOnADisplay(t *testing.T) {
	for _, c := range []struct {
		name string
		then func(*onDisplay)
	}{
		{name: "in a flood of keys"},
		{name: "while a program has the keyboard to itself", then: func(d *onDisplay) {
			c, screen := xvfbtest.Connect(d.t)
			if _, err := xproto.GrabKeyboard(c, true, screen.Root, 0, xproto.GrabModeAsync, xproto.GrabModeAsync).Reply(); err != nil {
				d.t.Fatal(err)
			}
		}},
		{name: "while a question is open", then: func(d *onDisplay) {
			d.tech.send(&signaling.Ask{Ask: viewAndControl})
			receive(d.t, "request", d.person.requests)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			// A busy machine may hold up anybody once, and nobody three times.
			for try := 1; stopped(t, c.then) > stopWithin; try++ {
				if try == 3 {
					t.Fatalf("from the key to the last event it is never less than %s", stopWithin)
				}
			}
		})
	}
}

// stopWithin is how long something may still happen after the key that stops.
const stopWithin = 100 * time.Millisecond

// stopped has the person stop a session in which a technician types, and something else may
// go on, and returns how long that went on after the key.
func stopped(t *testing.T, then func(*onDisplay)) (took time.Duration) {
	t.Run("once", func(t *testing.T) {
		d := newOnDisplay(t)
		d.flood()
		d.wait()
		if then != nil {
			then(d)
		}
		pressed := time.Now()
		d.human.StopKey()
		if ended := d.person.waitPhase(t, ui.Ended); ended.Reason != signaling.EndHostStopped {
			t.Errorf("ended with %q", ended.Reason)
		}
		last := d.injected()
		took = max(0, last.Sub(pressed))
		t.Logf("from the key to the last event: %s", took)
		time.Sleep(300 * time.Millisecond)
		if now := d.injected(); now != last {
			t.Errorf("something was injected %s after the end", now.Sub(last))
		}
		if n := down(t, d.human.C); n > 0 {
			t.Errorf("%d keys are down", n)
		}
	})
	return took
}

// What is pressed while a question is open reaches nobody, and what came before it and was
// not done is gone: when the person has answered, nothing of it is made up for.
func TestAQuestionOnADisplay(t *testing.T) {
	d := newOnDisplay(t)
	d.tech.types(1, holding("ShiftLeft"), press("ShiftLeft"))
	d.tech.send(&signaling.Ask{Ask: viewAndControl})
	receive(t, "request", d.person.requests)
	opened := time.Now()
	if n := down(t, d.human.C); n > 0 {
		t.Errorf("%d keys are down when the question is seen", n)
	}
	pointer := func() (at image.Point) {
		p, err := xproto.QueryPointer(d.human.C, xproto.Setup(d.human.C).DefaultScreen(d.human.C).Root).Reply()
		if err != nil {
			t.Fatal(err)
		}
		return image.Pt(int(p.RootX), int(p.RootY))
	}
	before := pointer()
	for n := range uint64(300) {
		d.tech.types(2+3*n, holding(), press("Enter"), loosen("Enter"), &signaling.ButtonEvent{Down: true, Screen: 1, X: 7, Y: 7})
		d.tech.Send(signaling.ChannelPointer, &signaling.Pointer{Sequence: n + 1, After: 4 + 3*n, Screen: 1, X: 9, Y: 9})
	}
	if hand, at := d.look.Last(); hand != ui.ProgramHand || at.After(opened) {
		t.Errorf("something was pressed %s after the question was seen", at.Sub(opened))
	}
	if last := d.injected(); last.After(opened) {
		t.Errorf("something was done %s after the question was seen", last.Sub(opened))
	}
	if at := pointer(); at != before {
		t.Errorf("the pointer went from %s to %s", before, at)
	}
	d.person.answers <- viewAndControl
	d.tech.waitScopes(viewAndControl)
	if last := d.injected(); last.After(opened) {
		t.Error("what was refused was done after the answer")
	}
	d.tech.types(902, holding(), press("KeyA"), loosen("KeyA"))
	if last := d.injected(); last.Before(opened) {
		t.Error("nothing is done after the answer")
	}
}

// down returns how many keys are down.
func down(t *testing.T, c *xgb.Conn) (n int) {
	t.Helper()
	keys, err := xproto.QueryKeymap(c).Reply()
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range keys.Keys {
		n += bits.OnesCount8(part)
	}
	return n
}
