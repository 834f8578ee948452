package xvfbtest_test

import (
	"image"
	"os"
	"testing"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestStartNested(t *testing.T) {
	size := image.Pt(400, 300)
	n := xvfbtest.StartNested(t, size)
	if got := os.Getenv("DISPLAY"); got != n.Display || got == n.Outer {
		t.Errorf("$DISPLAY is %q, want %q, around which is %q", got, n.Display, n.Outer)
	}
	_, screen := xvfbtest.Connect(t)
	if got := image.Pt(int(screen.WidthInPixels), int(screen.HeightInPixels)); got != size {
		t.Errorf("desktop of %v, want %v", got, size)
	}
	n.Program.Move(image.Pt(100, 120))
	if got := n.Program.Where(); got != image.Pt(100, 120) {
		t.Errorf("the pointer is at %v", got)
	}
}

// The person's keys arrive at what has the keyboard on the desktop.
func TestNestedKeys(t *testing.T) {
	n := xvfbtest.StartNested(t, image.Pt(400, 300))
	c, screen := xvfbtest.Connect(t)
	err := xproto.ChangeWindowAttributesChecked(c, screen.Root, xproto.CwEventMask,
		[]uint32{xproto.EventMaskKeyPress}).Check()
	if err != nil {
		t.Fatal(err)
	}
	n.Person.Type("a")
	for {
		e, xerr := c.WaitForEvent()
		if xerr != nil {
			t.Fatal(xerr)
		}
		switch e.(type) {
		case xproto.KeyPressEvent:
			return
		case xproto.MappingNotifyEvent: // the desktop takes over the outer keyboard
		default:
			t.Fatalf("%v arrived", e)
		}
	}
}
