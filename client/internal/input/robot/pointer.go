package robot

import (
	"errors"
	"fmt"
	"image"

	"github.com/go-vgo/robotgo"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
)

// X11's numbers of the buttons. 4 to 7 are the wheels.
var buttonNumbers = map[input.Button]byte{
	input.ButtonLeft:    1,
	input.ButtonMiddle:  2,
	input.ButtonRight:   3,
	input.ButtonBack:    8,
	input.ButtonForward: 9,
}

// X11's numbers of the wheels' directions, which are buttons.
const (
	wheelUp, wheelDown    = 4, 5
	wheelLeft, wheelRight = 6, 7
)

// Move implements input.Injector. A point outside the desktop is brought to its
// edge.
func (r *Robot) Move(p image.Point) error {
	return r.act(func(desktop image.Rectangle) error {
		x := min(max(p.X, desktop.Min.X), desktop.Max.X-1)
		y := min(max(p.Y, desktop.Min.Y), desktop.Max.Y-1)
		if untrusted.Load() {
			const absolute = 0
			return r.fakeAt(xproto.MotionNotify, absolute, image.Pt(x, y))
		}
		return throughXlib(func() { robotgo.Move(x, y) })
	})
}

// Button implements input.Injector.
func (r *Robot) Button(b input.Button, down bool) error {
	return r.act(func(image.Rectangle) error { return r.button(b, down) })
}

func (r *Robot) button(b input.Button, down bool) error {
	number, ok := buttonNumbers[b]
	if !ok {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	if !down {
		r.rising.letGo(number)
		return r.fake(xproto.ButtonRelease, number)
	}
	if err := r.rising.wait(number); err != nil {
		return fmt.Errorf("button %d: %w", b, err)
	}
	return r.fake(xproto.ButtonPress, number)
}

// Wheel implements input.Injector.
func (r *Robot) Wheel(dx, dy float64) error {
	return r.act(func(image.Rectangle) error {
		x, y, err := r.wheel.Turn(dx, dy)
		if err != nil {
			return err
		}
		if err := r.notch(x, wheelLeft, wheelRight); err != nil {
			return err
		}
		return r.notch(y, wheelUp, wheelDown)
	})
}

// notch turns one wheel, back when n is negative.
func (r *Robot) notch(n int, back, forth byte) error {
	button := forth
	if n < 0 {
		button, n = back, -n
	}
	for range n {
		if err := errors.Join(r.fake(xproto.ButtonPress, button), r.fake(xproto.ButtonRelease, button)); err != nil {
			return fmt.Errorf("turn the wheel: %w", err)
		}
	}
	return nil
}
