package win32

import (
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/winetest"
)

const barName = "Lendhand: somebody is here"

func testBar() *window.Bar {
	return &window.Bar{Name: barName, Elements: []window.Element{
		{ID: "who", Kind: window.Text, Text: "Maria Example sees and controls this computer"},
		{ID: "time", Kind: window.Status, Text: "12:34"},
		{ID: "pause", Kind: window.Button, Text: "Pause"},
		{ID: "stop", Kind: window.Button, Text: "Stop", Danger: true},
	}}
}

// openBar shows the bar, and returns its window when it is there.
func openBar(t *testing.T, tk *Toolkit) uintptr {
	t.Helper()
	tk.ShowBar(testBar())
	eventually(t, "the bar", func() bool { w := theirBar(); return w != 0 && call(procIsWindowVisible, w) != 0 })
	settle(theirBar())
	return theirBar()
}

// onTop reports whether a bar is what is seen at its place, as it should be.
func onTop(t *testing.T, at image.Rectangle) bool {
	t.Helper()
	w := theirBar()
	if w == 0 || wide(w).image() != at || call(procIsWindowVisible, w) == 0 {
		return false
	}
	for _, p := range []image.Point{at.Min.Add(image.Pt(3, 3)), at.Max.Sub(image.Pt(3, 3))} {
		if shot(t, image.Rectangle{Min: p, Max: p.Add(image.Pt(1, 1))}, "").RGBAAt(0, 0) != (color.RGBA{0x7a, 0x17, 0x12, 255}) {
			return false
		}
	}
	stop := find(t, w, "Stop")
	return stop.at.In(at) && call(procIsWindowEnabled, stop.window) != 0 && call(procIsWindowEnabled, w) != 0
}

func TestTheBarIsPressedAndTakesNoKeyboard(t *testing.T) {
	tk, person := start(t), winetest.Dial(t)
	main := open(t, tk, sessionPage())
	w := openBar(t, tk)
	shot(t, wide(w).image(), "bar")
	rest()
	p := middle(find(t, w, "Stop").at)
	person.Click(p.X, p.Y)
	if diff := cmp.Diff(window.Press{ID: "stop", Hand: ui.OwnHand}, next(t, tk)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if got := call(procGetForegroundWindow); got != main {
		t.Errorf("the keyboard went to %#x", got)
	}
	rest()
	injectClick(p)
	if got := next(t, tk); got.Hand != ui.ProgramHand {
		t.Errorf("an injected click: %+v", got)
	}
	calm := testBar()
	calm.Calm, calm.Elements[0].Text = true, "Maria Example sees nothing now"
	tk.ShowBar(calm)
	eventually(t, "the calm bar", func() bool { return len(partsOf(w)) > 0 && partsOf(w)[0].text == "Maria Example sees nothing now" })
	settle(w)
	shot(t, wide(w).image(), "bar calm")
	tk.ShowBar(nil)
	eventually(t, "no bar", func() bool { return theirBar() == 0 })
}

// Whatever another program does to the bar, it is as it was soon.
func TestTheBarComesBack(t *testing.T) {
	for _, role := range []string{
		"cover", "hide", "hide unasked", "disable", "move", "lower", "fade", "rename", "hide button", "close",
	} {
		t.Run(role, func(t *testing.T) {
			tk := start(t)
			at := wide(openBar(t, tk)).image()
			if !onTop(t, at) {
				t.Fatal("the bar was not there to begin with")
			}
			cmd := stranger(t, role)
			if role == "cover" {
				eventually(t, "the cover", func() bool { return call(procFindWindow, 0, coverName()) != 0 })
			} else if err := cmd.Wait(); err != nil {
				t.Fatal(err)
			}
			eventually(t, "the bar as it was", func() bool { return onTop(t, at) })
			select {
			case p := <-tk.Presses():
				t.Errorf("%+v", p)
			case <-time.After(time.Second):
			}
		})
	}
}

// Who does not let go of it ends the session.
func TestALostBarIsTold(t *testing.T) {
	for _, role := range []string{"cover again", "hide always"} {
		t.Run(role, func(t *testing.T) {
			tk := start(t)
			openBar(t, tk)
			stranger(t, role)
			if got := next(t, tk); got.ID != window.BarLost || got.Hand != ui.UnknownHand {
				t.Errorf("%+v", got)
			}
		})
	}
}
