//go:build linux

package gtk_test

import (
	"image"
	"os"
	"testing"
	"time"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func TestMain(m *testing.M) {
	if gtktest.IsProcess() {
		os.Exit(gtktest.Serve())
	}
	os.Exit(m.Run())
}

// question is a page with buttons.
func question() window.Page {
	return window.Page{
		ID: "question", Title: "Lendhand", Urgent: true, Focus: "who", Escape: "no",
		Elements: []window.Element{
			{ID: "who", Kind: window.Heading, Text: "Mira Novak wants to see your screen"},
			{ID: "org", Kind: window.Text, Text: "of Novak IT, about ticket 4711"},
			{ID: "scam", Kind: window.Warning, Text: "Did you call them? Banks and Microsoft never phone."},
			{ID: "clipboard", Kind: window.Switch, Text: "They may paste text here"},
			{ID: "answers", Kind: window.Row, Children: []window.Element{
				{ID: "no", Kind: window.Button, Text: "No", Danger: true},
				{ID: "view", Kind: window.Button, Text: "Let them look", Main: true},
				{ID: "control", Kind: window.Button, Text: "Let them control too"},
			}},
		},
	}
}

func TestPersonTabsAndPresses(t *testing.T) {
	desk := xvfbtest.StartNested(t, image.Pt(800, 600))
	p := gtktest.Start(t)
	p.Show(question())
	waitForWindow(t)
	desk.Person.Move(image.Pt(400, 300))
	time.Sleep(200 * time.Millisecond)
	desk.Person.Tap(xvfbtest.KeyTab, xvfbtest.KeyTab, xvfbtest.KeyTab, xvfbtest.KeySpace)
	want := window.Press{ID: "view", Hand: ui.OwnHand}
	if got := p.Press(); got != want {
		t.Errorf("press %+v, want %+v", got, want)
	}
	desk.Program.Tap(xvfbtest.KeySpace)
	want.Hand = ui.ProgramHand
	if got := p.Press(); got != want {
		t.Errorf("press %+v, want %+v", got, want)
	}
	p.Quiet(300 * time.Millisecond)
}

// waitForWindow waits until the window is on the screen, and GTK has drawn it.
func waitForWindow(t *testing.T) {
	t.Helper()
	c, screen := xvfbtest.Connect(t)
	a := &attacker{T: t, c: c, root: screen.Root}
	a.within(20*time.Second, func() bool {
		tree, err := xproto.QueryTree(c, screen.Root).Reply()
		if err != nil {
			return false
		}
		for _, w := range tree.Children {
			shown, err := xproto.GetWindowAttributes(c, w).Reply()
			if err == nil && shown.MapState == xproto.MapStateViewable && a.place(w).Dx() > 200 {
				return true
			}
		}
		return false
	})
	time.Sleep(400 * time.Millisecond)
}
