package bar

import (
	"image"
	"log/slog"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xproto"
	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func window(t *testing.T, c *xgb.Conn, root xproto.Window, at image.Rectangle) xproto.Window {
	t.Helper()
	w, err := xproto.NewWindowId(c)
	if err != nil {
		t.Fatal(err)
	}
	err = xproto.CreateWindowChecked(c, 0, w, root, int16(at.Min.X), int16(at.Min.Y), uint16(at.Dx()),
		uint16(at.Dy()), 0, xproto.WindowClassInputOutput, 0, xproto.CwOverrideRedirect, []uint32{1}).Check()
	if err != nil {
		t.Fatal(err)
	}
	if err := xproto.MapWindowChecked(c, w).Check(); err != nil {
		t.Fatal(err)
	}
	return w
}

// Windows of several monitors are kept side by side, and none covers the other's back.
func TestSeveral(t *testing.T) {
	xvfbtest.Start(t, image.Pt(640, 480))
	c, screen := xvfbtest.Connect(t)
	stranger, _ := xvfbtest.Connect(t)
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	places := []Place{{At: image.Rect(0, 0, 100, 20)}, {At: image.Rect(320, 0, 420, 20)}}
	for n := range places {
		places[n].Window = window(t, c, screen.Root, places[n].At)
	}
	lost := make(chan error, 1)
	g, err := Open(Config{Log: slog.New(slog.DiscardHandler), Lost: func(err error) { lost <- err }})
	if err != nil {
		t.Fatal(err)
	}
	defer g.Close()
	g.Keep(places)
	over := window(t, stranger, screen.Root, image.Rect(0, 0, 640, 480))
	for end := time.Now().Add(2 * time.Second); ; time.Sleep(10 * time.Millisecond) {
		tree, err := xproto.QueryTree(c, screen.Root).Reply()
		if err != nil {
			t.Fatal(err)
		}
		if tree.Children[0] == over {
			break
		}
		if time.Now().After(end) {
			t.Fatalf("the windows from below are %#x, of which %#x is not ours", tree.Children, over)
		}
	}
	xproto.DestroyWindow(stranger, places[1].Window)
	select {
	case err := <-lost:
		if err == nil {
			t.Error("lost, without a reason")
		}
	case <-time.After(2 * time.Second):
		t.Error("a window is gone, and nobody was told")
	}
}

func TestTrouble(t *testing.T) {
	at := func(ms int) time.Time { return time.UnixMilli(int64(1_000_000 + ms)) }
	for _, c := range []struct {
		name  string
		wrong func(ms int) bool
		lost  int // in milliseconds, 0 for never
	}{
		{"all is well", func(int) bool { return false }, 0},
		{"once", func(ms int) bool { return ms == 500 }, 0},
		{"all the time", func(int) bool { return true }, 2100},
		{"every fourth time", func(ms int) bool { return ms%400 == 0 }, 0},
		{"two of three times", func(ms int) bool { return ms%300 != 0 }, 4000},
	} {
		var trouble trouble
		trouble.after(false, at(0))
		lost := 0
		for ms := 100; ms < 20_000 && lost == 0; ms += 100 {
			if trouble.after(c.wrong(ms), at(ms)) {
				lost = ms
			}
		}
		if lost != c.lost {
			t.Errorf("%s: lost after %d ms, want %d", c.name, lost, c.lost)
		}
	}
}
