package sendinput

import (
	"fmt"
	"image"

	"github.com/lendhand/lendhand/client/internal/input"
)

// What GetSystemMetrics is asked for (winuser.h).
const (
	metricSwapped = 23 // the person's main button is the right one
	metricLeft    = 76 // of all monitors together
	metricTop     = 77
	metricWidth   = 78
	metricHeight  = 79
)

// oneNotch is what Windows calls a wheel's notch.
const oneNotch = 120

// side is a button's events, and which of the two extra ones it is.
type side struct {
	down, up uint32
	data     int32
}

var sides = map[input.Button]side{
	input.ButtonLeft:    {down: mouseLeftDown, up: mouseLeftUp},
	input.ButtonMiddle:  {down: mouseMiddleDown, up: mouseMiddleUp},
	input.ButtonRight:   {down: mouseRightDown, up: mouseRightUp},
	input.ButtonBack:    {down: mouseXDown, up: mouseXUp, data: 1},
	input.ButtonForward: {down: mouseXDown, up: mouseXUp, data: 2},
}

// Move implements input.Injector. A point outside the desktop is brought to its edge.
func (i *Injector) Move(p image.Point) error {
	if i.closed {
		return input.ErrClosed
	}
	desktop := image.Rect(0, 0, metric(metricWidth), metric(metricHeight)).Add(image.Pt(metric(metricLeft), metric(metricTop)))
	if desktop.Empty() {
		return fmt.Errorf("move the pointer: a desktop of %v", desktop.Size())
	}
	x := share(p.X, desktop.Min.X, desktop.Max.X)
	y := share(p.Y, desktop.Min.Y, desktop.Max.Y)
	return send(mouseEvent(mouseMove|mouseAbsolute|mouseVirtualDesk, x, y, 0))
}

// Button implements input.Injector. The left button is the main one, wherever the person has it.
func (i *Injector) Button(b input.Button, down bool) error {
	if i.closed {
		return input.ErrClosed
	}
	s, ok := sides[swapped(b)]
	if !ok {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	if down {
		i.buttons[b] = true // also after a failure: it may be down
		i.ledger.Down(heldButton(b))
		return send(mouseEvent(s.down, 0, 0, s.data))
	}
	if err := send(mouseEvent(s.up, 0, 0, s.data)); err != nil {
		return fmt.Errorf("let go button %d: %w", b, err)
	}
	delete(i.buttons, b)
	i.ledger.Up(heldButton(b))
	return nil
}

// swapped returns the button that has b's meaning here.
func swapped(b input.Button) input.Button {
	if (b == input.ButtonLeft || b == input.ButtonRight) && metric(metricSwapped) != 0 {
		return input.ButtonLeft + input.ButtonRight - b
	}
	return b
}

// Wheel implements input.Injector.
func (i *Injector) Wheel(dx, dy float64) error {
	if i.closed {
		return input.ErrClosed
	}
	x, y, err := i.wheel.Turn(dx, dy)
	if err != nil {
		return err
	}
	events := append(notches(mouseHWheel, x), notches(mouseWheel, -y)...)
	if len(events) == 0 {
		return nil
	}
	return send(events...)
}

// notches are single ones: some programs take a turn by several for one.
func notches(flags uint32, n int) []event {
	step := int32(oneNotch)
	if n < 0 {
		step, n = -step, -n
	}
	var events []event
	for range n {
		events = append(events, mouseEvent(flags, 0, 0, step))
	}
	return events
}
