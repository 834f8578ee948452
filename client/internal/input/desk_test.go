package input_test

import (
	"errors"
	"image"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/input/fake"
)

var size = image.Pt(640, 480)

// desk is a Desk over a fake, with short names for what a technician does.
type desk struct {
	*input.Desk
	t *testing.T
	i *fake.Injector
}

func newDesk(t *testing.T, layout fake.Layout) *desk {
	i := fake.New(size, layout)
	d := &desk{Desk: input.NewDesk(i), t: t, i: i}
	t.Cleanup(func() {
		if err := d.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return d
}

func (d *desk) down(code, text string) {
	d.t.Helper()
	if err := d.Key(code, true, text); err != nil {
		d.t.Errorf("%s down: %v", code, err)
	}
}

func (d *desk) up(code string) {
	d.t.Helper()
	if err := d.Key(code, false, ""); err != nil {
		d.t.Errorf("%s up: %v", code, err)
	}
}

func (d *desk) wantLog(want ...string) {
	d.t.Helper()
	if diff := cmp.Diff(want, d.i.Log()); diff != "" {
		d.t.Errorf("events (-want +got):\n%s", diff)
	}
}

func (d *desk) wantHeld(codes []string, buttons []input.Button) {
	d.t.Helper()
	gotCodes, gotButtons := d.Held()
	if diff := cmp.Diff(codes, gotCodes, cmpopts.EquateEmpty()); diff != "" {
		d.t.Errorf("keys held (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(buttons, gotButtons, cmpopts.EquateEmpty()); diff != "" {
		d.t.Errorf("buttons held (-want +got):\n%s", diff)
	}
}

// german has its letters elsewhere, and AltGr.
func german() fake.Layout {
	layout := fake.US()
	layout["KeyY"], layout["KeyZ"] = fake.Level{"z", "Z"}, fake.Level{"y", "Y"}
	layout["KeyQ"] = fake.Level{"q", "Q", "@"}
	return layout
}

func TestKey(t *testing.T) {
	tests := []struct {
		name   string
		layout fake.Layout
		do     func(*desk)
		want   []string
	}{
		{"the key that produces the text is pressed", fake.US(), func(d *desk) {
			d.down("KeyA", "a")
			d.up("KeyA")
		}, []string{"key KeyA down", "key KeyA up"}},
		{"with Shift too", fake.US(), func(d *desk) {
			d.down("ShiftLeft", "")
			d.down("KeyA", "A")
			d.up("KeyA")
			d.up("ShiftLeft")
		}, []string{"key ShiftLeft down", "key KeyA down", "key KeyA up", "key ShiftLeft up"}},
		{"text of another layout is typed and its release does nothing", german(), func(d *desk) {
			d.down("KeyY", "y")
			d.up("KeyY")
		}, []string{"text y"}},
		{"modifiers are lifted around typed text", german(), func(d *desk) {
			d.down("ShiftLeft", "")
			d.down("KeyY", "Y")
			d.up("KeyY")
			d.up("ShiftLeft")
		}, []string{
			"key ShiftLeft down", "key ShiftLeft up", "text Y", "key ShiftLeft down", "key ShiftLeft up",
		}},
		{"AltGr presses the key that has the text", german(), func(d *desk) {
			d.down("AltRight", "")
			d.down("KeyQ", "@")
		}, []string{"key AltRight down", "key KeyQ down"}},
		{"AltGr as browsers on Windows send it", fake.US(), func(d *desk) {
			d.down("ControlLeft", "")
			d.down("AltRight", "")
			d.down("KeyQ", "@")
		}, []string{
			"key ControlLeft down", "key AltRight down",
			"key AltRight up", "key ControlLeft up", "text @", "key ControlLeft down", "key AltRight down",
		}},
		{"a shortcut is the physical key", german(), func(d *desk) {
			d.down("ControlLeft", "")
			d.down("KeyY", "y")
			d.up("KeyY")
		}, []string{"key ControlLeft down", "key KeyY down", "key KeyY up"}},
		{"so it is with Alt", german(), func(d *desk) {
			d.down("AltLeft", "")
			d.down("KeyY", "y")
		}, []string{"key AltLeft down", "key KeyY down"}},
		{"and with Meta, AltGr or not", german(), func(d *desk) {
			d.down("MetaLeft", "")
			d.down("AltRight", "")
			d.down("KeyY", "y")
		}, []string{"key MetaLeft down", "key AltRight down", "key KeyY down"}},
		{"a key repeats", fake.US(), func(d *desk) {
			d.down("KeyA", "a")
			d.down("KeyA", "a")
			d.up("KeyA")
		}, []string{"key KeyA down", "key KeyA down", "key KeyA up"}},
		{"typed text repeats", german(), func(d *desk) {
			d.down("KeyY", "y")
			d.down("KeyY", "y")
			d.up("KeyY")
		}, []string{"text y", "text y"}},
		{"a key that is down repeats as itself when Shift goes up", fake.US(), func(d *desk) {
			d.down("ShiftLeft", "")
			d.down("KeyA", "A")
			d.up("ShiftLeft")
			d.down("KeyA", "A")
			d.up("KeyA")
		}, []string{
			"key ShiftLeft down", "key KeyA down", "key ShiftLeft up", "key KeyA down", "key KeyA up",
		}},
		{"a key without text is pressed", german(), func(d *desk) {
			d.down("ArrowUp", "")
			d.up("ArrowUp")
		}, []string{"key ArrowUp down", "key ArrowUp up"}},
		{"the name of a key is no text", german(), func(d *desk) {
			d.down("Enter", "Enter")
			d.down("Backspace", "\b")
		}, []string{"key Enter down", "key Backspace down"}},
		{"an unknown key with text is typed", fake.US(), func(d *desk) {
			d.down("", "é")
			d.up("")
			d.down("Unidentified", "👩‍👩‍👧")
			d.up("Unidentified")
		}, []string{"text é", "text 👩‍👩‍👧"}},
		{"a key that is up is not let go", fake.US(), func(d *desk) {
			d.up("KeyA")
			d.up("no key")
		}, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := newDesk(t, test.layout)
			test.do(d)
			d.wantLog(test.want...)
		})
	}
}

func TestUnknownKey(t *testing.T) {
	d := newDesk(t, fake.US())
	if err := d.Key("Unidentified", true, ""); !errors.Is(err, input.ErrUnknownKey) {
		t.Errorf("an unknown key: %v", err)
	}
	if err := d.Key("Unidentified", true, "Dead"); !errors.Is(err, input.ErrUnknownKey) {
		t.Errorf("an unknown key with a name: %v", err)
	}
	d.wantLog()
	d.wantHeld(nil, nil)
}

func TestText(t *testing.T) {
	d := newDesk(t, fake.US())
	d.down("ControlLeft", "")
	d.down("ShiftRight", "")
	if err := d.Text("Grüße"); err != nil {
		t.Error(err)
	}
	d.wantLog("key ControlLeft down", "key ShiftRight down", "key ShiftRight up", "key ControlLeft up",
		"text Grüße", "key ControlLeft down", "key ShiftRight down")
	d.wantHeld([]string{"ControlLeft", "ShiftRight"}, nil)
}

func TestPointer(t *testing.T) {
	d := newDesk(t, fake.US())
	for _, err := range []error{
		d.Move(image.Pt(1, 2)),
		d.Button(input.ButtonLeft, true, image.Pt(3, 4)),
		d.Button(input.ButtonLeft, true, image.Pt(5, 6)),
		d.Button(input.ButtonRight, false, image.Pt(7, 8)),
		d.Button(input.ButtonLeft, false, image.Pt(9, 9)),
		d.Wheel(0, 2, image.Pt(10, 11)),
	} {
		if err != nil {
			t.Error(err)
		}
	}
	d.wantLog("move 1 2", "move 3 4", "button 0 down", "move 5 6", "move 7 8",
		"move 9 9", "button 0 up", "move 10 11", "wheel 0 2")
	if err := d.Button(7, true, image.Pt(0, 0)); !errors.Is(err, input.ErrUnknownButton) {
		t.Errorf("button 7: %v", err)
	}
	d.wantHeld(nil, nil)
}

// A press that the desktop was too busy for is tried again by who gave it, and counts as
// held when it has happened.
func TestButtonsOfABusyDesktop(t *testing.T) {
	d := newDesk(t, fake.US())
	d.i.Busy = 1
	at := image.Pt(1, 2)
	if err := d.Button(input.ButtonLeft, true, at); !errors.Is(err, input.ErrBusy) {
		t.Errorf("the first try: %v", err)
	}
	d.wantHeld(nil, nil)
	if err := errors.Join(d.Button(input.ButtonLeft, true, at), d.Button(input.ButtonLeft, false, at)); err != nil {
		t.Error(err)
	}
	d.wantLog("move 1 2", "move 1 2", "button 0 down", "move 1 2", "button 0 up")
}

// holdAll presses two keys, one that is typed, and two buttons.
func (d *desk) holdAll() {
	d.t.Helper()
	d.down("ControlLeft", "")
	d.down("KeyY", "z")
	d.up("ControlLeft")
	d.down("ShiftLeft", "")
	d.down("KeyE", "É") // typed
	for _, b := range []input.Button{input.ButtonRight, input.ButtonLeft} {
		if err := d.Button(b, true, image.Pt(1, 1)); err != nil {
			d.t.Error(err)
		}
	}
	d.i.Log()
	d.wantHeld([]string{"KeyY", "ShiftLeft"}, []input.Button{input.ButtonRight, input.ButtonLeft})
}

func TestRelease(t *testing.T) {
	d := newDesk(t, fake.US())
	d.holdAll()
	if err := d.Release(); err != nil {
		t.Error(err)
	}
	d.wantLog("key ShiftLeft up", "key KeyY up", "button 0 up", "button 2 up")
	d.wantHeld(nil, nil)
	if err := d.Release(); err != nil {
		t.Error(err)
	}
	d.wantLog()
}

func TestKeep(t *testing.T) {
	d := newDesk(t, fake.US())
	d.holdAll()
	if err := d.Keep([]string{"ShiftLeft", "KeyA"}, []input.Button{input.ButtonLeft, input.ButtonBack}); err != nil {
		t.Error(err)
	}
	d.wantLog("key KeyY up", "button 2 up")
	d.wantHeld([]string{"ShiftLeft"}, []input.Button{input.ButtonLeft})
	d.down("KeyE", "É")
	d.wantLog("key ShiftLeft up", "text É", "key ShiftLeft down")
	if err := d.Keep(nil, nil); err != nil {
		t.Error(err)
	}
	d.wantLog("key ShiftLeft up", "button 0 up")
}

func TestCloseReleases(t *testing.T) {
	d := newDesk(t, fake.US())
	d.holdAll()
	if err := d.Close(); err != nil {
		t.Error(err)
	}
	d.wantLog("key ShiftLeft up", "key KeyY up", "button 0 up", "button 2 up")
	if err := d.Key("KeyA", true, "a"); !errors.Is(err, input.ErrClosed) {
		t.Errorf("key after close: %v", err)
	}
	if err := d.Key("ArrowUp", true, ""); !errors.Is(err, input.ErrClosed) {
		t.Errorf("key without text after close: %v", err)
	}
	d.wantHeld(nil, nil)
}

// What fails to go up is tried again, and does not keep the rest down.
func TestReleaseTriesAgain(t *testing.T) {
	d := newDesk(t, fake.US())
	d.holdAll()
	broken := errors.New("broken")
	d.i.Fail = broken
	if err := d.Release(); !errors.Is(err, broken) {
		t.Errorf("release: %v", err)
	}
	d.wantLog("key KeyY up", "button 0 up", "button 2 up")
	d.wantHeld([]string{"ShiftLeft"}, nil)
	if err := d.Release(); err != nil {
		t.Error(err)
	}
	d.wantLog("key ShiftLeft up")
}

// A press that fails may have been done all the same.
func TestFailedPressIsReleased(t *testing.T) {
	d := newDesk(t, fake.US())
	d.i.Fail = errors.New("broken")
	if err := d.Key("ArrowUp", true, ""); err == nil {
		t.Error("no error")
	}
	if err := d.Release(); err != nil {
		t.Error(err)
	}
	d.wantLog("key ArrowUp up")
}
