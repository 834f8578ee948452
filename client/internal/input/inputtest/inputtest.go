// Package inputtest is the contract of input.Injector as a test, which every leaf
// passes.
package inputtest

import (
	"errors"
	"fmt"
	"image"
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// Harness is a desktop with an American keyboard and an application that reads its
// input. The Injector ends with the test.
type Harness struct {
	Injector input.Injector
	// Size is that of the desktop, in pixels.
	Size image.Point
	// Codes are those of the keys that this machine has; all that have a name when it is nil.
	Codes []string
	// OwnLocks says that the desktop puts its locks back to what they were, as Wine puts them
	// to those of the desktop around it.
	OwnLocks bool
	// Pointer returns where the pointer is.
	Pointer func() image.Point
	// Keys returns the keys that are down, by their codes, in any order.
	Keys func() []string
	// Events returns what the application has seen since the last call, such as
	// "key KeyA down", "button 0 up" and, for each notch, "wheel right".
	Events func() []string
	// Typed returns all text that the application has read.
	Typed func() string
}

// Run tests what every Injector promises.
func Run(t *testing.T, newHarness func(t *testing.T) *Harness) {
	tests := []struct {
		name string
		test func(*testing.T, *Harness)
	}{
		{"the pointer moves", testMove},
		{"the pointer stays on the desktop", testClamp},
		{"every button is pressed and let go", testButtons},
		{"an unknown button is refused", testUnknownButton},
		{"the wheel turns in four directions", testWheel},
		{"fractions of a notch are collected", testWheelFractions},
		{"a wheel turned without end is bounded", testWheelBound},
		{"every key is pressed and let go", testKeys},
		{"several keys are held", testHeld},
		{"an unknown key is refused", testUnknownKey},
		{"a key pressed again repeats", testRepeat},
		{"a key that is up is let go without harm", testReleaseUp},
		{"what a key produces depends on the modifiers", testProduces},
		{"text of the layout is typed", testText},
		{"text beyond the layout is typed", testForeignText},
		{"text of many characters is typed", testManyCharacters},
		{"text is the same with Caps Lock", testCapsLock},
		{"a closed injector says so", testClosed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			t.Cleanup(func() {
				if err := h.Injector.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.test(t, h)
		})
	}
}

func check(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func (h *Harness) wantEvents(t *testing.T, want ...string) {
	t.Helper()
	if diff := cmp.Diff(want, h.Events()); diff != "" {
		t.Errorf("events (-want +got):\n%s", diff)
	}
}

func (h *Harness) wantKeys(t *testing.T, want ...string) {
	t.Helper()
	got := h.Keys()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("%v is down, want %v", got, want)
	}
}

func testMove(t *testing.T, h *Harness) {
	for _, p := range []image.Point{{0, 0}, {100, 50}, {101, 50}, {h.Size.X - 1, h.Size.Y - 1}} {
		check(t, h.Injector.Move(p))
		if got := h.Pointer(); got != p {
			t.Errorf("moved to %v, the pointer is at %v", p, got)
		}
	}
}

func testClamp(t *testing.T, h *Harness) {
	tests := []struct{ to, want image.Point }{
		{image.Pt(-5, 10), image.Pt(0, 10)},
		{image.Pt(10, -1<<30), image.Pt(10, 0)},
		{image.Pt(1<<40, 1<<40), h.Size.Sub(image.Pt(1, 1))},
		{h.Size, h.Size.Sub(image.Pt(1, 1))},
	}
	for _, test := range tests {
		check(t, h.Injector.Move(test.to))
		if got := h.Pointer(); got != test.want {
			t.Errorf("moved to %v, the pointer is at %v, want %v", test.to, got, test.want)
		}
	}
}

func testButtons(t *testing.T, h *Harness) {
	for b := input.ButtonLeft; b <= input.ButtonForward; b++ {
		check(t, h.Injector.Button(b, true))
		h.wantEvents(t, fmt.Sprintf("button %d down", b))
		check(t, h.Injector.Button(b, false))
		h.wantEvents(t, fmt.Sprintf("button %d up", b))
	}
}

func testUnknownButton(t *testing.T, h *Harness) {
	for _, b := range []input.Button{-1, 5, 99} {
		if err := h.Injector.Button(b, true); !errors.Is(err, input.ErrUnknownButton) {
			t.Errorf("button %d: %v", b, err)
		}
	}
	h.wantEvents(t)
}

func testWheel(t *testing.T, h *Harness) {
	check(t, h.Injector.Wheel(0, 1))
	h.wantEvents(t, "wheel down")
	check(t, h.Injector.Wheel(0, -2))
	h.wantEvents(t, "wheel up", "wheel up")
	check(t, h.Injector.Wheel(1, 0))
	h.wantEvents(t, "wheel right")
	check(t, h.Injector.Wheel(-1, 0))
	h.wantEvents(t, "wheel left")
}

func testWheelFractions(t *testing.T, h *Harness) {
	for range 9 {
		check(t, h.Injector.Wheel(0.05, 0.1))
	}
	h.wantEvents(t)
	check(t, h.Injector.Wheel(0.05, 0.1))
	h.wantEvents(t, "wheel down")
	check(t, h.Injector.Wheel(0.5, 1.5))
	h.wantEvents(t, "wheel right", "wheel down")
	check(t, h.Injector.Wheel(0, -0.5)) // takes back the half that was left
	h.wantEvents(t)
}

func testWheelBound(t *testing.T, h *Harness) {
	check(t, h.Injector.Wheel(0, 1e12))
	if n := len(h.Events()); n == 0 || n > 100 {
		t.Errorf("%d notches", n)
	}
	for _, d := range []float64{math.NaN(), math.Inf(1), math.Inf(-1)} {
		if err := h.Injector.Wheel(d, 0); err == nil {
			t.Errorf("a turn by %v was taken", d)
		}
		if err := h.Injector.Wheel(0, d); err == nil {
			t.Errorf("a turn by %v was taken", d)
		}
	}
	h.wantEvents(t)
}

func testKeys(t *testing.T, h *Harness) {
	codes := h.Codes
	if codes == nil {
		codes = keymap.Codes()
	}
	slices.Sort(codes)
	for _, code := range codes {
		check(t, h.Injector.Key(code, true))
		h.wantEvents(t, "key "+code+" down")
		h.wantKeys(t, code)
		check(t, h.Injector.Key(code, false))
		h.wantEvents(t, "key "+code+" up")
		h.wantKeys(t)
		if t.Failed() {
			t.Fatalf("at key %q", code)
		}
	}
}

func testHeld(t *testing.T, h *Harness) {
	for _, code := range []string{"ControlLeft", "ShiftLeft", "KeyA"} {
		check(t, h.Injector.Key(code, true))
	}
	h.wantKeys(t, "ControlLeft", "ShiftLeft", "KeyA")
	check(t, h.Injector.Key("ShiftLeft", false))
	h.wantKeys(t, "ControlLeft", "KeyA")
	check(t, h.Injector.Key("KeyA", false))
	check(t, h.Injector.Key("ControlLeft", false))
	h.wantKeys(t)
}

func testUnknownKey(t *testing.T, h *Harness) {
	for _, code := range []string{"", "keya", "Unidentified", "Power", strings.Repeat("A", 1000)} {
		for _, down := range []bool{true, false} {
			if err := h.Injector.Key(code, down); !errors.Is(err, input.ErrUnknownKey) {
				t.Errorf("key %q: %v", code, err)
			}
		}
	}
	h.wantEvents(t)
}

func testRepeat(t *testing.T, h *Harness) {
	for range 3 {
		check(t, h.Injector.Key("KeyX", true))
		h.wantKeys(t, "KeyX")
	}
	presses := 0
	for _, event := range h.Events() {
		if event == "key KeyX down" {
			presses++
		}
	}
	if presses != 3 {
		t.Errorf("%d presses, want 3", presses)
	}
	check(t, h.Injector.Key("KeyX", false))
	h.wantKeys(t)
	if got := h.Typed(); got != "xxx" {
		t.Errorf("typed %q, want xxx", got)
	}
}

func testReleaseUp(t *testing.T, h *Harness) {
	check(t, h.Injector.Key("KeyX", false))
	h.wantKeys(t)
	check(t, h.Injector.Key("KeyX", true))
	h.wantKeys(t, "KeyX")
	check(t, h.Injector.Key("KeyX", false))
	check(t, h.Injector.Key("KeyX", false))
	h.wantKeys(t)
}

func testProduces(t *testing.T, h *Harness) {
	tests := []struct {
		held, code, want string
	}{
		{"", "KeyA", "a"},
		{"", "Digit1", "1"},
		{"", "Space", " "},
		{"", "Enter", ""},
		{"", "ShiftLeft", ""},
		{"", "F1", ""},
		{"", "no key", ""},
		{"ShiftLeft", "KeyA", "A"},
		{"ShiftRight", "Digit1", "!"},
		{"ShiftLeft", "Space", " "},
		{"ControlLeft", "KeyA", ""},
		{"AltLeft", "KeyA", ""},
		{"MetaLeft", "KeyA", ""},
	}
	for _, test := range tests {
		if test.held != "" {
			check(t, h.Injector.Key(test.held, true))
		}
		if got := h.Injector.Produces(test.code); got != test.want {
			t.Errorf("%s with %q produces %q, want %q", test.code, test.held, got, test.want)
		}
		if test.held != "" {
			check(t, h.Injector.Key(test.held, false))
		}
	}
}

func (h *Harness) wantTyped(t *testing.T, text string) {
	t.Helper()
	before := h.Typed()
	check(t, h.Injector.Text(text))
	if got := strings.TrimPrefix(h.Typed(), before); got != text {
		t.Errorf("typed %q, want %q", got, text)
	}
	h.wantKeys(t)
}

func testText(t *testing.T, h *Harness) {
	h.wantTyped(t, "Hello, World! 0123456789")
	h.wantTyped(t, "`~!@#$%^&*()-_=+[{]}\\|;:'\",<.>/? ")
	h.wantTyped(t, "one\n\ttwo\n")
	h.wantTyped(t, "")
}

func testForeignText(t *testing.T, h *Harness) {
	h.wantTyped(t, "Größe: 5 € – „äöüÄÖÜß“")
	h.wantTyped(t, "ещё раз")
	h.wantTyped(t, "日本語")
	h.wantTyped(t, "😀👍🏽é")
}

func testManyCharacters(t *testing.T, h *Harness) {
	var text strings.Builder
	for r := rune(0x4e00); r < 0x4e00+60; r++ {
		text.WriteRune(r)
	}
	h.wantTyped(t, text.String()+"abc"+text.String())
}

func testCapsLock(t *testing.T, h *Harness) {
	toggle := func() {
		check(t, h.Injector.Key("CapsLock", true))
		check(t, h.Injector.Key("CapsLock", false))
	}
	toggle()
	t.Cleanup(toggle)
	if got := h.Injector.Produces("KeyA"); got != "A" {
		t.Errorf("with Caps Lock the key A produces %q", got)
	}
	if got := h.Injector.Produces("Digit1"); got != "" && got != "1" {
		t.Errorf("with Caps Lock the key 1 produces %q", got)
	}
	h.wantTyped(t, "Hello, Größe 1!")
	if got := h.Injector.Produces("KeyA"); got != "A" && !h.OwnLocks {
		t.Errorf("Caps Lock is off after text: the key A produces %q", got)
	}
}

func testClosed(t *testing.T, h *Harness) {
	check(t, h.Injector.Key("KeyA", true))
	check(t, h.Injector.Close())
	h.wantKeys(t)
	for name, err := range map[string]error{
		"move":   h.Injector.Move(image.Pt(1, 1)),
		"button": h.Injector.Button(input.ButtonLeft, true),
		"wheel":  h.Injector.Wheel(0, 1),
		"key":    h.Injector.Key("KeyA", true),
		"text":   h.Injector.Text("a"),
	} {
		if !errors.Is(err, input.ErrClosed) {
			t.Errorf("%s after close: %v", name, err)
		}
	}
	if got := h.Injector.Produces("KeyA"); got != "" {
		t.Errorf("a closed injector produces %q", got)
	}
}
