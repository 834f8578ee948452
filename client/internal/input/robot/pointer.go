package robot

import (
	"fmt"
	"image"
	"math"

	"github.com/go-vgo/robotgo"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
)

// robotgo's names of the buttons that it knows. Any other name is its left button.
var buttonNames = map[input.Button]string{
	input.ButtonLeft:   "left",
	input.ButtonMiddle: "center",
	input.ButtonRight:  "right",
}

// X11's numbers of the buttons. 4 to 7 are the wheels.
var buttonNumbers = map[input.Button]byte{
	input.ButtonLeft:    1,
	input.ButtonMiddle:  2,
	input.ButtonRight:   3,
	input.ButtonBack:    8,
	input.ButtonForward: 9,
}

// Move implements input.Injector. A point outside the desktop is brought to its
// edge.
func (r *Robot) Move(p image.Point) error {
	desktop, err := r.desktop()
	if err != nil {
		return err
	}
	x := min(max(p.X, desktop.Min.X), desktop.Max.X-1)
	y := min(max(p.Y, desktop.Min.Y), desktop.Max.Y-1)
	robotgo.Move(x, y)
	return nil
}

// Button implements input.Injector.
func (r *Robot) Button(b input.Button, down bool) error {
	if _, err := r.desktop(); err != nil {
		return err
	}
	number, ok := buttonNumbers[b]
	if !ok {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	if !down {
		r.rising.letGo(number)
		return r.toggle(b, false)
	}
	if err := r.rising.wait(number); err != nil {
		return fmt.Errorf("button %d: %w", b, err)
	}
	return r.toggle(b, true)
}

func (r *Robot) toggle(b input.Button, down bool) error {
	if name, ok := buttonNames[b]; ok {
		return robotgo.Toggle(name, map[bool]string{true: "down", false: "up"}[down])
	}
	if down {
		return r.fake(xproto.ButtonPress, buttonNumbers[b])
	}
	return r.fake(xproto.ButtonRelease, buttonNumbers[b])
}

// Wheel implements input.Injector. robotgo's directions are the opposite ones: its
// positive ones are up and left.
func (r *Robot) Wheel(dx, dy float64) error {
	if _, err := r.desktop(); err != nil {
		return err
	}
	x, y, err := r.wheel.turn(dx, dy)
	if err != nil || x == 0 && y == 0 {
		return err
	}
	const noDelay = 0
	robotgo.Scroll(-x, -y, noDelay)
	return nil
}

// maxNotches bounds one turn: nobody turns a wheel further in one go, and each
// notch is an event in the queue of an application.
const maxNotches = 50

// wheel collects fractions of notches.
type wheel struct {
	x, y float64
}

func (w *wheel) turn(dx, dy float64) (x, y int, err error) {
	if !finite(dx) || !finite(dy) {
		return 0, 0, fmt.Errorf("wheel turned by %v, %v notches", dx, dy)
	}
	w.x, x = notches(w.x + dx)
	w.y, y = notches(w.y + dy)
	return x, y, nil
}

func finite(v float64) bool { return !math.IsNaN(v) && !math.IsInf(v, 0) }

// notches splits v into what is left over and whole notches. Ten tenths are one,
// although their floating-point sum is a little less.
func notches(v float64) (rest float64, whole int) {
	const rounding = 1e-9
	v = min(max(v, -maxNotches), maxNotches)
	n := math.Trunc(v + math.Copysign(rounding, v))
	return v - n, int(n)
}
