package xvfbtest

import (
	"image"
	"testing"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"github.com/jezek/xgb/xtest"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// Keys by the symbols that X knows them by (keysymdef.h). A letter is its own symbol.
const (
	KeyTab    = 0xff09
	KeyReturn = 0xff0d
	KeyEscape = 0xff1b
	KeySpace  = 0x20
	KeyShift  = 0xffe1
)

// Hand moves the pointer and presses keys of one display. Only one goroutine may use it.
type Hand struct {
	t    testing.TB
	c    *xgb.Conn
	root xproto.Window
	keys map[xproto.Keysym]byte
}

// NewHand returns the hand for the server in $DISPLAY. It ends with the test.
func NewHand(t testing.TB) *Hand {
	t.Helper()
	c, screen := Connect(t)
	if _, err := xdisplay.Use(c, "XTEST"); err != nil {
		t.Fatal(err)
	}
	h := &Hand{t: t, c: c, root: screen.Root, keys: make(map[xproto.Keysym]byte)}
	setup := xproto.Setup(c)
	count := byte(setup.MaxKeycode - setup.MinKeycode + 1)
	reply, err := xproto.GetKeyboardMapping(c, setup.MinKeycode, count).Reply()
	if err != nil {
		t.Fatal(err)
	}
	for n := int(count) - 1; n >= 0; n-- {
		h.keys[reply.Keysyms[n*int(reply.KeysymsPerKeycode)]] = byte(setup.MinKeycode) + byte(n)
	}
	return h
}

// Where returns where the pointer is.
func (h *Hand) Where() image.Point {
	h.t.Helper()
	reply, err := xproto.QueryPointer(h.c, h.root).Reply()
	if err != nil {
		h.t.Fatal(err)
	}
	return image.Pt(int(reply.RootX), int(reply.RootY))
}

// Move moves the pointer.
func (h *Hand) Move(to image.Point) {
	h.t.Helper()
	h.fake(xproto.MotionNotify, 0, to)
}

// Click moves the pointer, and presses and lets go its first button.
func (h *Hand) Click(at image.Point) {
	h.t.Helper()
	h.Move(at)
	h.Button(true)
	h.Button(false)
}

// Button presses the pointer's first button, or lets it go.
func (h *Hand) Button(down bool) {
	h.t.Helper()
	kind := byte(xproto.ButtonRelease)
	if down {
		kind = xproto.ButtonPress
	}
	h.fake(kind, 1, image.Point{})
}

// Tap presses keys one after the other, and lets each go.
func (h *Hand) Tap(keys ...xproto.Keysym) {
	h.t.Helper()
	for _, key := range keys {
		h.Key(key, true)
		h.Key(key, false)
	}
}

// Key presses a key, or lets it go.
func (h *Hand) Key(key xproto.Keysym, down bool) {
	h.t.Helper()
	code, ok := h.keys[key]
	if !ok {
		h.t.Fatalf("the keyboard has no key for %#x", key)
	}
	kind := byte(xproto.KeyRelease)
	if down {
		kind = xproto.KeyPress
	}
	h.fake(kind, code, image.Point{})
}

// Type types small letters, digits and spaces.
func (h *Hand) Type(text string) {
	h.t.Helper()
	for _, letter := range text {
		h.Tap(xproto.Keysym(letter))
	}
}

func (h *Hand) fake(kind, detail byte, at image.Point) {
	h.t.Helper()
	const now = 0
	err := xtest.FakeInputChecked(h.c, kind, detail, now, h.root, int16(at.X), int16(at.Y), 0).Check()
	if err != nil {
		h.t.Fatalf("inject: %v", err)
	}
}
