//go:build linux

package gtk_test

import (
	"bytes"
	"encoding/binary"
	"image"
	"testing"
	"time"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/shape"
	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/gtktest"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

func someBar() *window.Bar {
	return &window.Bar{
		Name: "Mira Novak is here",
		Elements: []window.Element{
			{ID: "who", Kind: window.Text, Text: "Mira Novak sees your screen"},
			{ID: "time", Kind: window.Text, Text: "3 minutes"},
			{ID: "pause", Kind: window.Button, Text: "Pause"},
			{ID: "stop", Kind: window.Button, Text: "Stop", Danger: true},
		},
	}
}

// attacker is a program that the technician has started.
type attacker struct {
	*testing.T
	c    *xgb.Conn
	root xproto.Window
	bar  xproto.Window
	home image.Rectangle
}

// besiege shows a bar, and returns who is against it.
func besiege(t *testing.T) (*attacker, *gtktest.Process) {
	t.Helper()
	p := gtktest.Start(t)
	p.Do(gtktest.Order{Bar: someBar()})
	c, screen := xvfbtest.Connect(t)
	if _, err := xdisplay.Use(c, "SHAPE"); err != nil {
		t.Fatal(err)
	}
	a := &attacker{T: t, c: c, root: screen.Root}
	a.within(10*time.Second, func() bool { return len(a.bars()) == 1 })
	a.bar = a.bars()[0]
	a.home = a.place(a.bar)
	time.Sleep(300 * time.Millisecond) // the guard is there
	return a, p
}

// bars are the windows that a window manager has no part in, at the top of the desktop.
func (a *attacker) bars() []xproto.Window {
	a.Helper()
	tree, err := xproto.QueryTree(a.c, a.root).Reply()
	if err != nil {
		a.Fatal(err)
	}
	var list []xproto.Window
	for _, w := range tree.Children {
		shown, err := xproto.GetWindowAttributes(a.c, w).Reply()
		if err != nil || !shown.OverrideRedirect || shown.MapState != xproto.MapStateViewable {
			continue
		}
		if at := a.place(w); at.Dx() > 50 && at.Dy() > 15 {
			list = append(list, w)
		}
	}
	return list
}

func (a *attacker) place(w xproto.Window) image.Rectangle {
	g, err := xproto.GetGeometry(a.c, xproto.Drawable(w)).Reply()
	if err != nil {
		return image.Rectangle{}
	}
	at := image.Pt(int(g.X), int(g.Y))
	return image.Rectangle{Min: at, Max: at.Add(image.Pt(int(g.Width), int(g.Height)))}
}

func (a *attacker) within(limit time.Duration, holds func() bool) {
	a.Helper()
	for end := time.Now().Add(limit); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		if holds() {
			return
		}
	}
	a.Error("it does not come to that")
}

// cover puts a window over the bar.
func (a *attacker) cover(class uint16) xproto.Window {
	a.Helper()
	w, err := xproto.NewWindowId(a.c)
	if err != nil {
		a.Fatal(err)
	}
	err = xproto.CreateWindowChecked(a.c, 0, w, a.root, int16(a.home.Min.X), 0,
		uint16(a.home.Dx()), 200, 0, class, 0, xproto.CwOverrideRedirect, []uint32{1}).Check()
	if err != nil {
		a.Fatal(err)
	}
	xproto.MapWindow(a.c, w)
	return w
}

// well reports whether the bar is where it belongs, whole, and before all others.
func (a *attacker) well() bool {
	tree, err := xproto.QueryTree(a.c, a.root).Reply()
	if err != nil {
		return false
	}
	for n := len(tree.Children) - 1; n >= 0 && tree.Children[n] != a.bar; n-- {
		shown, err := xproto.GetWindowAttributes(a.c, tree.Children[n]).Reply()
		if err != nil || n == 0 || shown.MapState == xproto.MapStateViewable {
			return false
		}
	}
	shown, err := xproto.GetWindowAttributes(a.c, a.bar).Reply()
	if err != nil || shown.MapState != xproto.MapStateViewable {
		return false
	}
	shaped, err := shape.QueryExtents(a.c, a.bar).Reply()
	if err != nil || shaped.BoundingShaped || shaped.ClipShaped {
		return false
	}
	opacity, err := xproto.InternAtom(a.c, false, 22, "_NET_WM_WINDOW_OPACITY").Reply()
	if err != nil {
		return false
	}
	seen, err := xproto.GetProperty(a.c, false, a.bar, opacity.Atom, 0, 0, 1).Reply()
	return err == nil && seen.Type == 0 && a.place(a.bar) == a.home
}

// attacks are what a program can do to a window of another one.
var attacks = map[string]func(a *attacker){
	"covered":                     func(a *attacker) { a.cover(xproto.WindowClassInputOutput) },
	"covered by what is not seen": func(a *attacker) { a.cover(xproto.WindowClassInputOnly) },
	"lowered": func(a *attacker) {
		a.cover(xproto.WindowClassInputOutput)
		xproto.ConfigureWindow(a.c, a.bar, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeBelow})
	},
	"moved": func(a *attacker) {
		xproto.ConfigureWindow(a.c, a.bar, xproto.ConfigWindowX|xproto.ConfigWindowY, []uint32{5000, 5000})
	},
	"made small": func(a *attacker) {
		xproto.ConfigureWindow(a.c, a.bar, xproto.ConfigWindowWidth|xproto.ConfigWindowHeight, []uint32{1, 1})
	},
	"unmapped": func(a *attacker) { xproto.UnmapWindow(a.c, a.bar) },
	"reparented": func(a *attacker) {
		xproto.ReparentWindow(a.c, a.bar, a.cover(xproto.WindowClassInputOutput), 0, 0)
	},
	"see-through": func(a *attacker) {
		name, err := xproto.InternAtom(a.c, false, 22, "_NET_WM_WINDOW_OPACITY").Reply()
		if err != nil {
			a.Fatal(err)
		}
		xproto.ChangeProperty(a.c, xproto.PropModeReplace, a.bar, name.Atom, xproto.AtomCardinal, 32, 1, make([]byte, 4))
	},
	"cut away": func(a *attacker) {
		shape.Rectangles(a.c, shape.SoSet, shape.SkBounding, 0, a.bar, 0, 0, nil)
	},
	"cut off from clicks": func(a *attacker) {
		shape.Rectangles(a.c, shape.SoSet, shape.SkInput, 0, a.bar, 0, 0, nil)
	},
}

func TestBarComesBack(t *testing.T) {
	desk := xvfbtest.StartNested(t, image.Pt(800, 600))
	a, p := besiege(t)
	for name, attack := range attacks {
		t.Run(name, func(t *testing.T) {
			a.T, p.T = t, t
			attack(a)
			xproto.GetInputFocus(a.c).Reply() //nolint:errcheck // the server has done the rest before it answers
			began := time.Now()
			a.within(time.Second, a.well)
			t.Logf("well after %v", time.Since(began))
			// And it still works, when GTK has noticed.
			time.Sleep(200 * time.Millisecond)
			a.within(10*time.Second, func() bool {
				desk.Person.Click(image.Pt(a.home.Max.X-30, a.home.Min.Y+a.home.Dy()/2))
				select {
				case got := <-p.Presses:
					return got == window.Press{ID: "stop", Hand: ui.OwnHand}
				case <-time.After(time.Second):
					return false
				}
			})
		})
	}
}

// A program sets a font for the whole desktop that nobody can read. The bar stays as it is.
func TestBarStaysLegible(t *testing.T) {
	xvfbtest.Start(t, image.Pt(800, 600))
	a, p := besiege(t)
	settled(t, p)
	before := shot(t)
	a.setFont("Sans 1")
	p.Do(gtktest.Order{Page: &window.Page{ID: "any", Title: "any", Hidden: true}})
	time.Sleep(time.Second)
	if a.place(a.bar) != a.home || !bytes.Equal(shot(t).Pix, before.Pix) {
		t.Error("the bar has changed")
	}
}

// setFont speaks for the desktop's settings (XSETTINGS), as any program may where nobody
// does, or the technician through those of the desktop.
func (a *attacker) setFont(font string) {
	a.Helper()
	const name, text = "Gtk/FontName", 1
	value := binary.LittleEndian.AppendUint32(make([]byte, 8), 1) // after the byte order and the serial number
	value = append(value, text, 0, byte(len(name)), 0)
	value = binary.LittleEndian.AppendUint32(append(value, name...), 0)
	value = binary.LittleEndian.AppendUint32(value, uint32(len(font)))
	value = append(append(value, font...), make([]byte, -len(font)&3)...)
	owner := a.cover(xproto.WindowClassInputOnly)
	xproto.UnmapWindow(a.c, owner)
	selection, settings := a.atom("_XSETTINGS_S0"), a.atom("_XSETTINGS_SETTINGS")
	xproto.ChangeProperty(a.c, xproto.PropModeReplace, owner, settings, settings, 8, uint32(len(value)), value)
	xproto.SetSelectionOwner(a.c, owner, selection, 0)
	news := xproto.ClientMessageEvent{Format: 32, Window: a.root, Type: a.atom("MANAGER"),
		Data: xproto.ClientMessageDataUnionData32New([]uint32{0, uint32(selection), uint32(owner), 0, 0})}
	xproto.SendEvent(a.c, false, a.root, xproto.EventMaskStructureNotify, string(news.Bytes()))
}

func (a *attacker) atom(name string) xproto.Atom {
	a.Helper()
	reply, err := xproto.InternAtom(a.c, false, uint16(len(name)), name).Reply()
	if err != nil {
		a.Fatal(err)
	}
	return reply.Atom
}

// A program that does not give way is too much.
func TestBarLost(t *testing.T) {
	tests := map[string]func(a *attacker, stop <-chan struct{}){
		"covered again and again": func(a *attacker, stop <-chan struct{}) {
			w := a.cover(xproto.WindowClassInputOutput)
			for {
				select {
				case <-stop:
					return
				case <-time.After(5 * time.Millisecond):
				}
				xproto.ConfigureWindow(a.c, w, xproto.ConfigWindowStackMode, []uint32{xproto.StackModeAbove})
			}
		},
		"destroyed": func(a *attacker, _ <-chan struct{}) { xproto.DestroyWindow(a.c, a.bar) },
	}
	for name, attack := range tests {
		t.Run(name, func(t *testing.T) {
			xvfbtest.Start(t, image.Pt(800, 600))
			a, p := besiege(t)
			stop, stopped := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(stopped)
				attack(a, stop)
			}()
			if got := p.Press(); got.ID != window.BarLost {
				t.Errorf("press %+v", got)
			}
			close(stop)
			<-stopped
			p.Do(gtktest.Order{NoBar: true})
		})
	}
}

// A program can have the server end the connection of another one. Then the toolkit ends,
// and the process does not.
func TestThrownOut(t *testing.T) {
	xvfbtest.Start(t, image.Pt(800, 600))
	a, p := besiege(t)
	xproto.KillClient(a.c, uint32(a.bar))
	if got, want := p.Ended(), gtk.ErrLost.Error(); got != want {
		t.Errorf("the toolkit ended with %q, want %q", got, want)
	}
}

// on reports whether there is one bar, at the top of the monitor and in its middle.
func (a *attacker) on(monitor image.Rectangle) bool {
	bars := a.bars()
	if len(bars) != 1 {
		return false
	}
	at := a.place(bars[0])
	off := (at.Min.X+at.Max.X)/2 - (monitor.Min.X+monitor.Max.X)/2
	return at.In(monitor) && at.Min.Y == monitor.Min.Y && off >= -1 && off <= 1
}

func TestBarFollowsTheMonitor(t *testing.T) {
	xvfbtest.Start(t, image.Pt(1280, 800))
	a, p := besiege(t)
	for _, size := range []image.Point{{800, 600}, {400, 300}, {1280, 800}} {
		xvfbtest.Resize(t, size)
		a.within(10*time.Second, func() bool { return a.on(image.Rectangle{Max: size}) })
	}
	p.Do(gtktest.Order{NoBar: true})
	a.within(10*time.Second, func() bool { return len(a.bars()) == 0 })
}
