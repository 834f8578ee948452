// Package presencetest is a person at an X server without a screen, for tests: what they
// press comes from the server's own devices.
//
// XTEST lets a program speak for any device, which it does here, and which no technician's
// input does.
package presencetest

import (
	"testing"

	"github.com/jezek/xgb"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// Events of XInput 1, counted from the extension's first.
const (
	KeyPress      = 1
	KeyRelease    = 2
	ButtonPress   = 3
	ButtonRelease = 4
	Motion        = 5
)

// Keycodes of every Linux keyboard (evdev).
const (
	KeyControl = 37
	KeyAlt     = 64
	KeyEnd     = 115
)

// Person is at the display in $DISPLAY, an Xvfb.
type Person struct {
	// C is the connection that they are played on.
	C *xgb.Conn
	// Mouse and Keyboard are their devices.
	Mouse, Keyboard byte

	t      testing.TB
	opcode byte // of XTEST
	first  byte // event of XInput
}

// New returns a Person who is there until the test ends.
func New(t testing.TB) *Person {
	t.Helper()
	c, _ := xvfbtest.Connect(t)
	test, err := xdisplay.Use(c, "XTEST")
	if err != nil {
		t.Fatal(err)
	}
	input, err := xdisplay.Use(c, "XInputExtension")
	if err != nil {
		t.Fatal(err)
	}
	const mouse, keyboard = 6, 7 // after the two of all devices and those of XTEST
	return &Person{C: c, Mouse: mouse, Keyboard: keyboard, t: t, opcode: test.Opcode, first: input.FirstEvent}
}

// Down presses keys, by their keycodes, in that order.
func (p *Person) Down(keys ...byte) {
	p.t.Helper()
	for _, k := range keys {
		p.do(KeyPress, k, p.Keyboard)
	}
}

// Up lets go of keys.
func (p *Person) Up(keys ...byte) {
	p.t.Helper()
	for _, k := range keys {
		p.do(KeyRelease, k, p.Keyboard)
	}
}

// Click presses a button, and lets go of it.
func (p *Person) Click(button byte) {
	p.t.Helper()
	p.do(ButtonPress, button, p.Mouse)
	p.do(ButtonRelease, button, p.Mouse)
}

// Move moves the mouse by so many pixels.
func (p *Person) Move(x, y int32) {
	p.t.Helper()
	const relative = 1
	p.do(Motion, relative, p.Mouse, x, y)
}

// StopKey presses Ctrl+Alt+End, and lets go of it.
func (p *Person) StopKey() {
	p.t.Helper()
	p.Down(KeyControl, KeyAlt, KeyEnd)
	p.Up(KeyEnd, KeyAlt, KeyControl)
}

func (p *Person) do(kind, detail, device byte, axes ...int32) {
	p.t.Helper()
	cookie := p.C.NewCookie(true, false)
	p.C.NewRequest(p.Request(kind, detail, device, axes...), cookie)
	if err := cookie.Check(); err != nil {
		p.t.Fatalf("as the person: %v", err)
	}
}

// Request makes the XTestFakeInput of a device's event: an event as long as every one, and
// where there are axes another one with them.
func (p *Person) Request(kind, detail, device byte, axes ...int32) []byte {
	const valuator, more = 0, 0x80
	b := make([]byte, 36, 68)
	b[0], b[1], b[2] = p.opcode, 2, 9
	b[4], b[5], b[35] = p.first+kind, detail, device
	if len(axes) == 0 {
		return b
	}
	values := make([]byte, 32)
	values[0], values[1], values[6] = p.first+valuator, device, byte(len(axes))
	for n, v := range axes {
		xgb.Put32(values[8+4*n:], uint32(v)) //nolint:gosec // its bits
	}
	b[2], b[35] = 17, device|more
	return append(b, values...)
}
