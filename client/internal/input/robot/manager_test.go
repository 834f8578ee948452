package robot_test

import (
	"errors"
	"fmt"
	"image"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/robot"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// manager is a window manager that sees each click before the window under it does,
// as those do that raise the window: the server holds the pointer's events up until
// the manager has passed on the press. This one does so when the test says.
type manager struct {
	t *testing.T
	c *xgb.Conn
}

func newManager(t *testing.T) *manager {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	err := xproto.GrabButtonChecked(c, false, screen.Root, xproto.EventMaskButtonPress,
		xproto.GrabModeSync, xproto.GrabModeAsync, xproto.WindowNone, xproto.CursorNone,
		xproto.ButtonIndexAny, xproto.ModMaskAny).Check()
	if err != nil {
		t.Fatal(err)
	}
	return &manager{t: t, c: c}
}

// passOn lets the press go to the window, and what came after it up to the next press.
func (m *manager) passOn() {
	m.t.Helper()
	if err := xproto.AllowEventsChecked(m.c, xproto.AllowReplayPointer, xproto.TimeCurrentTime).Check(); err != nil {
		m.t.Fatal(err)
	}
}

// TestDoubleClickUnderASlowManager: the second press comes before the manager has
// passed on the first, and the window sees both clicks all the same.
func TestDoubleClickUnderASlowManager(t *testing.T) {
	tests := []struct {
		button  input.Button
		mapping []byte
	}{
		{input.ButtonLeft, nil},
		{input.ButtonMiddle, nil},
		{input.ButtonRight, nil},
		{input.ButtonBack, nil},
		{input.ButtonForward, nil},
		{input.ButtonLeft, []byte{3, 2, 1}}, // of a left-handed person
	}
	for _, test := range tests {
		t.Run(fmt.Sprintf("button %d mapped by %v", test.button, test.mapping), func(t *testing.T) {
			xvfbtest.Start(t, size)
			r, err := robot.New()
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				if err := r.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			w := newWindow(t)
			w.mapButtons(test.mapping...)
			testDoubleClick(t, input.NewDesk(r), test.button, w, newManager(t))
		})
	}
}

func testDoubleClick(t *testing.T, d *input.Desk, b input.Button, w *window, m *manager) {
	act := func(down bool) error { return d.Button(b, down, image.Pt(30, 40)) }
	if err := errors.Join(act(true), act(false)); err != nil {
		t.Fatal(err)
	}
	if err := act(true); !errors.Is(err, input.ErrBusy) {
		t.Errorf("the second press, while the first is held up: %v", err)
	}
	if _, held := d.Held(); len(held) > 0 {
		t.Errorf("%v counts as held: it was not pressed", held)
	}
	m.passOn()
	first := w.events()
	if err := errors.Join(act(true), act(false)); err != nil {
		t.Errorf("the second click, after that: %v", err)
	}
	m.passOn()
	if len(first) != 2 {
		t.Fatalf("the first click: %v", first)
	}
	if diff := cmp.Diff(first, w.events()); diff != "" {
		t.Errorf("the clicks differ (-first +second):\n%s", diff)
	}
}

// mapButtons gives the first buttons other numbers, as xmodmap does.
func (w *window) mapButtons(numbers ...byte) {
	w.t.Helper()
	now, err := xproto.GetPointerMapping(w.c).Reply()
	if err != nil {
		w.t.Fatal(err)
	}
	all := slices.Concat(numbers, now.Map[len(numbers):])
	reply, err := xproto.SetPointerMapping(w.c, byte(len(all)), all).Reply()
	if err != nil || reply.Status != xproto.MappingStatusSuccess {
		w.t.Fatalf("map the buttons to %v: %v, %v", all, reply, err)
	}
}
