package gtk

import (
	"image"

	"github.com/jezek/xgb/xproto"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/gtk/bar"
)

// bars are the bar on each monitor.
type bars struct {
	*Toolkit
	content *window.Bar // nil while there is none
	list    []*oneBar
}

// oneBar is the bar on one monitor.
type oneBar struct {
	window, box, texts, buttons object
	said, done                  *parts
	needs                       int32 // its width when it was placed last
}

func (t *Toolkit) newBars() *bars {
	b := &bars{Toolkit: t}
	screen := t.api.ScreenDefault()
	look := func() { t.post(func(n *news) { n.look = true }) }
	t.hear(screen, "monitors-changed", look)
	t.hear(screen, "size-changed", look)
	return b
}

// show draws the bar on each monitor, or takes it away.
func (b *bars) show(content *window.Bar) {
	b.content = content
	if content == nil {
		b.closeGuard()
		for _, one := range b.list {
			b.api.Destroy(one.window)
		}
		b.list = nil
		return
	}
	if len(b.list) == 0 {
		b.pinFont()
	}
	monitors := b.monitors()
	for len(b.list) > len(monitors) {
		last := len(b.list) - 1
		b.api.Destroy(b.list[last].window)
		b.list = b.list[:last]
	}
	for len(b.list) < len(monitors) {
		b.list = append(b.list, b.newBar())
	}
	places := make([]bar.Place, len(monitors))
	for n, one := range b.list {
		b.write(one, *content)
		places[n] = b.place(one, monitors[n])
	}
	b.keep(places)
}

// lookAgain follows monitors and themes.
func (b *bars) lookAgain() {
	if b.content != nil {
		b.show(b.content)
	}
}

// allocated places the bars again when one needs more room than before: what a new button
// needs is known only when its style is.
func (b *bars) allocated(one *oneBar) {
	if needs := b.size(one).Width; b.content != nil && needs > one.needs {
		one.needs = needs
		b.later(b.lookAgain)
	}
}

func (b *bars) newBar() *oneBar {
	a := b.api
	one := &oneBar{
		window: a.WindowNew(popUp), box: a.BoxNew(horizontal, 0),
		texts: a.BoxNew(horizontal, 0), buttons: a.BoxNew(horizontal, 0),
	}
	a.WindowRole(one.window, "bar")
	a.WindowTypeHint(one.window, 6) // of a dock: no shadow, no animation
	b.class(one.window, "bar")
	b.class(one.box, "bar-box")
	for _, box := range []object{one.texts, one.buttons} {
		b.class(box, "row")
		a.VAlign(box, center)
		a.BoxPackStart(one.box, box, 1, 1, 0)
		a.Show(box)
	}
	a.Add(one.window, one.box)
	a.Show(one.box)
	b.notify(one.box, "size-allocate", func() { b.allocated(one) })
	one.said = b.newParts(one.texts, 0, b.press)
	one.done = b.newParts(one.buttons, 0, b.press)
	one.said.nested, one.done.nested = true, true
	return one
}

// write sets what stands on a bar.
func (b *bars) write(one *oneBar, content window.Bar) {
	b.dress(one.window)
	b.turn(one.window, content.RightToLeft)
	b.api.AtkName(b.api.Accessible(one.window), content.Name)
	style := b.api.Style(one.window)
	if content.Calm {
		b.api.AddClass(style, "calm")
	} else {
		b.api.RemoveClass(style, "calm")
	}
	var said, done []window.Element
	for _, e := range content.Elements {
		if e.Kind == window.Button {
			done = append(done, e)
		} else {
			said = append(said, e)
		}
	}
	one.said.show(said, false)
	for _, p := range one.said.list {
		b.api.LabelMaxChars(p.inner, -1)
	}
	one.done.show(done, false)
}

// place puts a bar at the top of a monitor, in its middle, and returns where it is.
func (b *bars) place(one *oneBar, monitor monitor) bar.Place {
	a := b.api
	size := b.fitted(one, monitor)
	x, y := monitor.X+(monitor.Width-size.Width)/2, monitor.Y
	a.WindowMove(one.window, x, y)
	a.WindowResize(one.window, size.Width, size.Height)
	a.Show(one.window)
	one.needs = b.size(one).Width
	scale := a.ScaleFactor(one.window)
	return bar.Place{
		Window: xproto.Window(a.WindowXID(a.WidgetWindow(one.window))),
		At: image.Rect(int(x*scale), int(y*scale),
			int((x+size.Width)*scale), int((y+size.Height)*scale)),
	}
}

// fitted arranges a bar for the width of a monitor, and returns its size: in a line, or
// what it says above its buttons, or these below each other too.
func (b *bars) fitted(one *oneBar, monitor monitor) requisition {
	a := b.api
	style := a.Style(one.window)
	a.RemoveClass(style, "narrow")
	for _, way := range []struct{ box, buttons int32 }{
		{horizontal, horizontal}, {vertical, horizontal}, {vertical, vertical},
	} {
		a.Orientation(one.box, way.box)
		a.Orientation(one.buttons, way.buttons)
		for _, p := range one.said.list {
			a.LabelWrap(p.inner, way.buttons)
		}
		for _, p := range one.done.list {
			a.LabelWrap(p.label, way.buttons)
		}
		if size := b.size(one); size.Width <= monitor.Width {
			return size
		}
		a.AddClass(style, "narrow")
	}
	size := b.size(one)
	size.Width = min(size.Width, monitor.Width)
	return size
}

func (b *bars) size(one *oneBar) requisition {
	var least, natural requisition
	b.api.PreferredSize(one.window, &least, &natural)
	return natural
}

// monitor is where one is, in the units of GTK.
type monitor = rectangle

func (t *Toolkit) monitors() []monitor { return t.eachMonitor(t.api.MonitorGeometry) }

// workareas are the monitors without the panels of the desktop.
func (t *Toolkit) workareas() []monitor { return t.eachMonitor(t.api.MonitorWorkarea) }

func (t *Toolkit) eachMonitor(where func(object, *rectangle)) []monitor {
	display := t.api.DisplayDefault()
	list := make([]monitor, t.api.DisplayMonitors(display))
	for n := range list {
		where(t.api.DisplayMonitor(display, int32(n)), &list[n])
	}
	return list
}

// keep has the guard look after the bars.
func (t *Toolkit) keep(places []bar.Place) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.over {
		return
	}
	if t.guard == nil {
		guard, err := bar.Open(bar.Config{Log: t.log, Lost: t.barLost})
		if err != nil {
			t.barLost(err)
			return
		}
		t.guard = guard
	}
	t.guard.Keep(places)
}

func (t *Toolkit) closeGuard() {
	t.mu.Lock()
	guard := t.guard
	t.guard = nil
	t.mu.Unlock()
	if guard != nil {
		guard.Close()
	}
}

// endGuard is closeGuard for good.
func (t *Toolkit) endGuard() {
	t.mu.Lock()
	t.over = true
	t.mu.Unlock()
	t.closeGuard()
}

// barLost tells that the bar cannot be kept where the person sees it. This press is not
// dropped, however many wait before it.
func (t *Toolkit) barLost(err error) {
	t.log.Warn("the bar cannot be kept in sight", "error", err)
	t.wait.Go(func() {
		select {
		case t.presses <- window.Press{ID: window.BarLost, Hand: ui.UnknownHand}:
		case <-t.gone:
		}
	})
}
