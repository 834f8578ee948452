// Package input turns a technician's events into this machine's input.
//
// An [Injector] is the thin, native part; the leaves below this folder implement
// it and pass the one contract suite in inputtest. [Desk] stands above it: it
// remembers what is held down, decides between physical keys and produced text,
// and lets everything go when the session ends.
package input

import "image"

// Button is a pointer button, numbered as MouseEvent.button is in the browser.
type Button int

// The pointer buttons, after https://www.w3.org/TR/uievents/#dom-mouseevent-button.
const (
	ButtonLeft Button = iota
	ButtonMiddle
	ButtonRight
	ButtonBack
	ButtonForward
)

// Injector makes input events as if they came from this machine's own devices.
// It is used by one goroutine at a time. Injected events are in effect, in order,
// when a method returns.
type Injector interface {
	// Move puts the pointer at p, in desktop pixels.
	Move(p image.Point) error
	// Button presses or lets go one button at the pointer's place. It returns ErrBusy
	// rather than press a button whose last release no program can have seen yet.
	Button(b Button, down bool) error
	// Wheel turns the wheels by notches: right and down are positive, as in
	// WheelEvent. Fractions are collected until they make a notch.
	Wheel(dx, dy float64) error
	// Key presses or lets go the physical key that KeyboardEvent.code names, such as
	// "KeyA" or "ShiftLeft" (https://www.w3.org/TR/uievents-code/). With Control, Alt or
	// Meta down it is the same key whether Caps Lock is on or off. It returns
	// ErrUnknownKey for a code that this machine has no key for.
	Key(code string, down bool) error
	// Produces returns the text that the physical key would make now, with the
	// machine's layout and locks and the modifiers that are down, or "" when it makes
	// none or that is not certain.
	Produces(code string) string
	// Text types text that no key of the layout need produce, whatever locks are on.
	// No modifier may be down.
	Text(text string) error
	// Close gives back what the Injector holds, and restores the keyboard layout
	// where it had to borrow keys.
	Close() error
}
