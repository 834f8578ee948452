package x11

import (
	"image"
	"log/slog"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/presence"
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

// person presses keys on the keyboard of an X server without a screen. XTEST lets a
// program speak for a device that is not its own, which no technician's input does.
type person struct {
	t        testing.TB
	c        *xgb.Conn
	opcode   byte // of XTEST
	first    byte // event of XInput
	keyboard byte
	mouse    byte
}

// Events of XInput 1.
const deviceKeyPress, deviceKeyRelease, deviceButtonPress, deviceButtonRelease, deviceMotion = 1, 2, 3, 4, 5

func newPerson(t testing.TB, w *Watch) *person {
	t.Helper()
	c, _ := xvfbtest.Connect(t)
	test, err := xdisplay.Use(c, "XTEST")
	if err != nil {
		t.Fatal(err)
	}
	old, err := xdisplay.Use(c, extensionName)
	if err != nil {
		t.Fatal(err)
	}
	const mouse, keyboard = 6, 7
	for _, id := range []uint16{mouse, keyboard} {
		if d, ok := w.devices[id]; !ok || d.injecting || d.master {
			t.Fatalf("device %d is %+v", id, d)
		}
	}
	return &person{t: t, c: c, opcode: test.Opcode, first: old.FirstEvent, keyboard: keyboard, mouse: mouse}
}

func (p *person) does(kind, detail, device byte, axes ...int32) {
	p.t.Helper()
	cookie := p.c.NewCookie(true, false)
	p.c.NewRequest(p.request(kind, detail, device, axes...), cookie)
	if err := cookie.Check(); err != nil {
		p.t.Fatalf("as the person: %v", err)
	}
}

// request makes an XTestFakeInput for a device.
func (p *person) request(kind, detail, device byte, axes ...int32) []byte {
	const valuator = 0
	b := make([]byte, 36, 68)
	b[0], b[1], b[2] = p.opcode, 2, 9
	b[4], b[5], b[35] = p.first+kind, detail, device
	if len(axes) > 0 {
		more := make([]byte, 32)
		more[0], more[1], more[6] = p.first+valuator, device, byte(len(axes))
		for n, v := range axes {
			xgb.Put32(more[8+4*n:], uint32(v))
		}
		b[2], b[35] = 17, device|0x80
		b = append(b, more...)
	}
	return b
}

func (p *person) down(keys ...byte) {
	p.t.Helper()
	for _, k := range keys {
		p.does(deviceKeyPress, k, p.keyboard)
	}
}

func (p *person) up(keys ...byte) {
	p.t.Helper()
	for _, k := range keys {
		p.does(deviceKeyRelease, k, p.keyboard)
	}
}

// ear is who is told.
type ear struct{ touched, stopped chan time.Time }

func open(t testing.TB, key string) (*Watch, *ear) {
	t.Helper()
	k, err := presence.ParseKey(key)
	if err != nil {
		t.Fatal(err)
	}
	const room = 1000
	e := &ear{make(chan time.Time, room), make(chan time.Time, room)}
	w, err := Open(presence.Config{
		Key: k, Log: slog.New(slog.DiscardHandler),
		Touched: func() { e.touched <- time.Now() },
		Stop:    func() { e.stopped <- time.Now() },
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
		"key": func() { p.down(keyA); p.up(keyA) },
		"button": func() {
			p.does(deviceButtonPress, buttonLeft, p.mouse)
			p.does(deviceButtonRelease, buttonLeft, p.mouse)
		},
		"motion": func() { p.does(deviceMotion, 1, p.mouse, 3, 2) },
	} {
		quiet(t, "before the "+name, e.touched)
		act()
		told(t, name, e.touched)
		time.Sleep(presence.TouchEvery)
	}
	for len(e.touched) > 0 {
		<-e.touched
	}
	p.does(deviceMotion, 1, p.mouse, 0, 0)
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
		{"pressed", func(p *person, _ func(byte, byte)) { p.down(keyControl, keyAlt, keyEnd) }, true},
		{"on the number pad", func(p *person, _ func(byte, byte)) { p.down(keyAlt, keyControl, keyPadEnd) }, true},
		{"with the keys on the right", func(p *person, _ func(byte, byte)) { p.down(keyControlRight, keyAltGr, keyEnd) }, true},
		{"with another key down", func(p *person, _ func(byte, byte)) { p.down(keyA, keyControl, keyAlt, keyEnd) }, true},
		{"without Alt", func(p *person, _ func(byte, byte)) { p.down(keyControl, keyEnd) }, false},
		{"after Alt", func(p *person, _ func(byte, byte)) { p.down(keyControl, keyAlt); p.up(keyAlt); p.down(keyEnd) }, false},
		{"one of two Controls stays", func(p *person, _ func(byte, byte)) {
			p.down(keyControl, keyControlRight, keyAlt)
			p.up(keyControl)
			p.down(keyEnd)
		}, true},
		{"all by a program", func(_ *person, inject func(byte, byte)) {
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyPress, keyAlt)
			inject(xproto.KeyPress, keyEnd)
		}, false},
		{"the modifiers by a program", func(p *person, inject func(byte, byte)) {
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyPress, keyAlt)
			p.down(keyEnd)
		}, false},
		{"the key by a program", func(p *person, inject func(byte, byte)) {
			p.down(keyControl, keyAlt)
			inject(xproto.KeyPress, keyEnd)
		}, false},
		{"the modifiers let go by a program", func(p *person, inject func(byte, byte)) {
			p.down(keyControl, keyAlt)
			inject(xproto.KeyPress, keyControl)
			inject(xproto.KeyRelease, keyControl)
			inject(xproto.KeyRelease, keyAlt)
			p.down(keyEnd)
		}, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w, e := open(t, "Ctrl+Alt+End")
			p, inject := newPerson(t, w), injecter(t)
			defer func() {
				for _, key := range []byte{keyA, keyControl, keyControlRight, keyAlt, keyAltGr, keyEnd, keyPadEnd} {
					p.up(key)
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
