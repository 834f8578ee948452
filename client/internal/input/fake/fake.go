// Package fake is an input.Injector for tests: it notes what happens and what is
// held, and types with a keyboard of the test's choice.
package fake

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// Level is what a key produces plain, with Shift and with AltGr.
type Level [3]string

// Layout is a keyboard: what the keys that produce text produce.
type Layout map[string]Level

// Injector implements input.Injector. It is not safe for concurrent use.
type Injector struct {
	// Fail, when set, is returned by every method once.
	Fail error
	// Busy is how many presses of buttons are answered by input.ErrBusy from now on.
	Busy int

	layout  Layout
	size    image.Point
	pointer image.Point
	wheel   [2]float64
	keys    []string // in the order of pressing
	buttons []input.Button
	caps    bool
	log     []string
	typed   strings.Builder
	closed  bool
}

// New makes an injector for a desktop of this size.
func New(size image.Point, layout Layout) *Injector {
	return &Injector{layout: layout, size: size}
}

// US is the American layout. AltGr produces nothing.
func US() Layout {
	layout := Layout{}
	for c := 'a'; c <= 'z'; c++ {
		upper := strings.ToUpper(string(c))
		layout["Key"+upper] = Level{string(c), upper}
	}
	for n, shifted := range ")!@#$%^&*(" {
		layout[fmt.Sprintf("Digit%d", n)] = Level{fmt.Sprint(n), string(shifted)}
	}
	for code, level := range map[string]Level{
		"Minus": {"-", "_"}, "Equal": {"=", "+"}, "BracketLeft": {"[", "{"}, "BracketRight": {"]", "}"},
		"Backslash": {"\\", "|"}, "Semicolon": {";", ":"}, "Quote": {"'", "\""}, "Backquote": {"`", "~"},
		"Comma": {",", "<"}, "Period": {".", ">"}, "Slash": {"/", "?"}, "Space": {" ", " "},
	} {
		layout[code] = level
	}
	return layout
}

// Log returns what happened since it was called last, such as "key KeyA down",
// "button 0 up", "wheel 0 1", "move 3 4" and "text ä".
func (i *Injector) Log() []string {
	log := i.log
	i.log = nil
	return log
}

// Typed returns what an application would have read from the keyboard until now.
func (i *Injector) Typed() string { return i.typed.String() }

// Keys returns the keys that are down, in the order in which they were pressed.
func (i *Injector) Keys() []string { return slices.Clone(i.keys) }

// Buttons returns the buttons that are down, in the order in which they were pressed.
func (i *Injector) Buttons() []input.Button { return slices.Clone(i.buttons) }

// Pointer returns where the pointer is.
func (i *Injector) Pointer() image.Point { return i.pointer }

func (i *Injector) note(format string, args ...any) {
	i.log = append(i.log, fmt.Sprintf(format, args...))
}

func (i *Injector) usable() error {
	if i.closed {
		return input.ErrClosed
	}
	err := i.Fail
	i.Fail = nil
	return err
}

// Move implements input.Injector.
func (i *Injector) Move(p image.Point) error {
	if err := i.usable(); err != nil {
		return err
	}
	i.pointer = image.Pt(min(max(p.X, 0), i.size.X-1), min(max(p.Y, 0), i.size.Y-1))
	i.note("move %d %d", i.pointer.X, i.pointer.Y)
	return nil
}

// Button implements input.Injector.
func (i *Injector) Button(b input.Button, down bool) error {
	if err := i.usable(); err != nil {
		return err
	}
	if b < input.ButtonLeft || b > input.ButtonForward {
		return fmt.Errorf("button %d: %w", b, input.ErrUnknownButton)
	}
	if down && i.Busy > 0 {
		i.Busy--
		return fmt.Errorf("button %d: %w", b, input.ErrBusy)
	}
	i.buttons = slices.DeleteFunc(i.buttons, func(other input.Button) bool { return other == b })
	if down {
		i.buttons = append(i.buttons, b)
	}
	i.note("button %d %s", b, word(down))
	return nil
}

func word(down bool) string {
	if down {
		return "down"
	}
	return "up"
}

// Wheel implements input.Injector.
func (i *Injector) Wheel(dx, dy float64) error {
	if err := i.usable(); err != nil {
		return err
	}
	var whole [2]int
	for n, d := range [2]float64{dx, dy} {
		if math.IsNaN(d) || math.IsInf(d, 0) {
			return errors.New("wheel turned by what is no number")
		}
		const rounding = 1e-9
		sum := min(max(i.wheel[n]+d, -50), 50)
		whole[n] = int(sum + math.Copysign(rounding, sum))
		i.wheel[n] = sum - float64(whole[n])
	}
	if whole != [2]int{} {
		i.note("wheel %d %d", whole[0], whole[1])
	}
	return nil
}

// Key implements input.Injector.
func (i *Injector) Key(code string, down bool) error {
	if err := i.usable(); err != nil {
		return err
	}
	if _, ok := keymap.Evdev(code); !ok {
		return fmt.Errorf("key %q: %w", code, input.ErrUnknownKey)
	}
	i.note("key %s %s", code, word(down))
	if down {
		i.typed.WriteString(i.character(code))
		if code == "CapsLock" && !i.isDown(code) {
			i.caps = !i.caps
		}
	}
	if !down {
		i.keys = slices.DeleteFunc(i.keys, func(other string) bool { return other == code })
	} else if !i.isDown(code) {
		i.keys = append(i.keys, code)
	}
	return nil
}

// character returns what an application reads of the key.
func (i *Injector) character(code string) string {
	switch code {
	case "Enter":
		return "\n"
	case "Tab":
		return "\t"
	}
	return i.produces(code)
}

func (i *Injector) isDown(codes ...string) bool {
	return slices.ContainsFunc(codes, func(code string) bool { return slices.Contains(i.keys, code) })
}

// Produces implements input.Injector.
func (i *Injector) Produces(code string) string {
	if i.usable() != nil {
		return ""
	}
	return i.produces(code)
}

func (i *Injector) produces(code string) string {
	level := i.layout[code]
	altGr := i.isDown("AltRight")
	if i.isDown("ControlLeft", "ControlRight", "AltLeft", "MetaLeft", "MetaRight") {
		return ""
	}
	shift := i.isDown("ShiftLeft", "ShiftRight")
	if i.caps && strings.ToUpper(level[0]) == level[1] && level[0] != level[1] {
		shift = !shift
	}
	switch {
	case altGr:
		return level[2]
	case shift:
		return level[1]
	}
	return level[0]
}

// Text implements input.Injector. It refuses when a modifier is down.
func (i *Injector) Text(text string) error {
	if err := i.usable(); err != nil {
		return err
	}
	if i.isDown("ShiftLeft", "ShiftRight", "ControlLeft", "ControlRight", "AltLeft", "AltRight", "MetaLeft", "MetaRight") {
		return fmt.Errorf("text while %v is down", i.keys)
	}
	i.typed.WriteString(text)
	i.note("text %s", text)
	return nil
}

// Close implements input.Injector. Closing twice is harmless.
func (i *Injector) Close() error {
	i.closed = true
	i.keys, i.buttons = nil, nil
	return nil
}
