package x11

import (
	"image"
	"log/slog"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/presence/presencetest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// within is how long anything may take; soon, how long is waited for what must not come.
const (
	within = 10 * time.Second
	soon   = 150 * time.Millisecond
)

// Keycodes of every Linux keyboard (evdev).
const (
	keyA, keyControl, keyControlRight, keyAlt, keyAltGr = 38, 37, 105, 64, 108
	keyEnd, keyPadEnd                                   = 115, 87
	buttonLeft                                          = 1
)

// person is at the keyboard, with what the tests of a watch look at.
type person struct {
	*presencetest.Person
	t testing.TB
}

func newPerson(t testing.TB, w *Watch) *person {
	t.Helper()
	p := presencetest.New(t)
	for _, id := range []byte{p.Mouse, p.Keyboard} {
		if d, ok := w.device(uint16(id)); !ok || d.injecting || d.master || d.off {
			t.Fatalf("device %d is %+v", id, d)
		}
	}
	return &person{p, t}
}

// ear is who is told.
type ear struct{ touched, stopped, lost chan time.Time }

func open(t testing.TB, key string) (*Watch, *ear) {
	t.Helper()
	k, err := presence.ParseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	const room = 1000
	e := &ear{make(chan time.Time, room), make(chan time.Time, room), make(chan time.Time, room)}
	w, err := Open(presence.Config{
		Key: k, Log: slog.New(slog.DiscardHandler),
		Touched: func() { e.touched <- time.Now() },
		Stop:    func() { e.stopped <- time.Now() },
		Lost:    func() { e.lost <- time.Now() },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
	})
	return w, e
}

func told(t testing.TB, what string, from <-chan time.Time) time.Time {
	t.Helper()
	select {
	case at := <-from:
		return at
	case <-time.After(within):
		t.Fatalf("nobody was told: %s", what)
		panic("unreachable")
	}
}

func quiet(t testing.TB, what string, from <-chan time.Time) {
	t.Helper()
	select {
	case <-from:
		t.Errorf("told without reason: %s", what)
	case <-time.After(soon):
	}
}

func TestThePersonsOwnHand(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	w, e := open(t, "Ctrl+Alt+End")
	p := newPerson(t, w)
	for name, act := range map[string]func(){
		"key":    func() { p.Down(keyA); p.Up(keyA) },
		"button": func() { p.Click(buttonLeft) },
		"motion": func() { p.Move(3, 2) },
	} {
		quiet(t, "before the "+name, e.touched)
		act()
		told(t, name, e.touched)
		time.Sleep(presence.TouchEvery)
	}
	for len(e.touched) > 0 {
		<-e.touched
	}
	p.Move(0, 0)
	quiet(t, "a motion of nothing", e.touched)
	if hand, at := w.Last(); hand != ui.OwnHand || time.Since(at) > within {
		t.Errorf("the last press was by %d at %s", hand, at)
	}
}

func TestWhatIsInjectedIsNotThePersons(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	w, e := open(t, "Ctrl+Alt+End")
	injector, err := robot.New()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = injector.Close() }()
	desk := input.NewDesk(injector)
	c, screen := xvfbtest.Connect(t)
	for _, act := range []func() error{
		func() error { return desk.Move(image.Pt(20, 30)) },
		func() error { return desk.Button(input.ButtonLeft, true, image.Pt(40, 50)) },
		func() error { return desk.Wheel(0, 1, image.Pt(40, 50)) },
		func() error { return desk.Key("ControlLeft", true, "") },
		func() error { return desk.Key("AltLeft", true, "") },
		func() error { return desk.Key("End", true, "") },
		desk.Release,
		func() error { return desk.Text("aé→漢") },
		func() error {
			return xproto.WarpPointerChecked(c, 0, screen.Root, 0, 0, 0, 0, 100, 100).Check()
		},
	} {
		if err := act(); err != nil {
			t.Fatal(err)
		}
	}
	quiet(t, "touched", e.touched)
	quiet(t, "stop", e.stopped)
	if hand, _ := w.Last(); hand != ui.ProgramHand {
		t.Errorf("the last press was by %d", hand)
	}
}

func TestStopKey(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	for _, c := range []struct {
		name string
		do   func(p *person, inject func(kind, detail byte))
		want bool
	}{
		{"pressed", func(p *person, _ func(byte, byte)) { p.Down(keyControl, keyAlt, keyEnd) }, true},
		{"on the number pad", func(p *person, _ func(byte, byte)) { p.Down(keyAlt, keyControl, keyPadEnd) }, true},
		{"with the keys on the right", func(p *person, _ func(byte, byte)) { p.Down(keyControlRight, keyAltGr, keyEnd) }, true},
		{"with another key down", func(p *person, _ func(byte, byte)) { p.Down(keyA, keyControl, keyAlt, keyEnd) }, true},
		{"without Alt", func(p *person, _ func(byte, byte)) { p.Down(keyControl, keyEnd) }, false},
		{"after Alt", func(p *person, _ func(byte, byte)) { p.Down(keyControl, keyAlt); p.Up(keyAlt); p.Down(keyEnd) }, false},
		{"one of two Controls stays", func(p *person, _ func(byte, byte)) {
			p.Down(keyControl, keyControlRight, keyAlt)
			p.Up(keyControl)
			p.Down(keyEnd)
		}, true},
		{"all by a program", func(_ *person, inject func(byte, byte)) {
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyPress, keyAlt)
			inject(xproto.KeyPress, keyEnd)
		}, false},
		{"the modifiers by a program", func(p *person, inject func(byte, byte)) {
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyPress, keyAlt)
			p.Down(keyEnd)
		}, false},
		{"the key by a program", func(p *person, inject func(byte, byte)) {
			p.Down(keyControl, keyAlt)
			inject(xproto.KeyPress, keyEnd)
		}, false},
		{"the modifiers let go by a program", func(p *person, inject func(byte, byte)) {
			p.Down(keyControl, keyAlt)
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyRelease, keyControl)
			inject(xproto.KeyRelease, keyAlt)
			p.Down(keyEnd)
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, e := open(t, "Ctrl+Alt+End")
			p, inject := newPerson(t, w), injecter(t)
			defer func() {
				for _, key := range []byte{keyA, keyControl, keyControlRight, keyAlt, keyAltGr, keyEnd, keyPadEnd} {
					p.Up(key)
					inject(xproto.KeyRelease, key)
				}
			}()
			c.do(p, inject)
			if c.want {
				told(t, "stop", e.stopped)
			} else {
				quiet(t, "stop", e.stopped)
			}
		})
	}
}

// injecter returns what injects as programs do.
func injecter(t testing.TB) func(kind, detail byte) {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	if _, err := xdisplay.Use(c, "XTEST"); err != nil {
		t.Fatal(err)
	}
	return func(kind, detail byte) {
		t.Helper()
		if err := xtest.FakeInputChecked(c, kind, detail, 0, screen.Root, 0, 0, 0).Check(); err != nil {
			t.Fatal(err)
		}
	}
}
