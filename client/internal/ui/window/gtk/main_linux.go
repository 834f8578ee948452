package gtk

import (
	"slices"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// GTK's numbers.
const (
	topLevel, popUp        = 0, 1
	horizontal, vertical   = 0, 1
	fill, start, center    = 0, 1, 3
	leftToRight, toTheLeft = 1, 2
	never, automatic       = 2, 1
	external               = 3
	escapeKey              = 0xff1b
)

// mainWindow is the window that shows the pages.
type mainWindow struct {
	*Toolkit
	window, scrolled, column object
	strut                    object // as wide as the column should be
	parts                    *parts
	footer                   object // below what scrolls
	answers                  *parts // in the footer
	page                     window.Page
	shown                    bool
	width                    int32 // of the room when the parts were fitted last
	fitting                  bool  // it will be fitted again
}

// newMainWindow makes the window, which is shown with the first page.
func (t *Toolkit) newMainWindow() *mainWindow {
	a := t.api
	m := &mainWindow{Toolkit: t, window: a.WindowNew(topLevel), scrolled: a.ScrolledNew(0, 0)}
	a.WindowRole(m.window, "main")
	a.ScrolledPolicy(m.scrolled, never, automatic)
	a.ScrolledOverlay(m.scrolled, 0) // whoever does not see the answers sees that there is more
	a.CanFocus(m.scrolled, 0)
	m.column = a.BoxNew(vertical, 0)
	t.class(m.column, "column")
	a.HAlign(m.column, center)
	m.strut = t.newStrut()
	a.Add(m.column, m.strut)
	a.Add(m.scrolled, m.column)
	whole := a.BoxNew(vertical, 0)
	a.BoxPackStart(whole, m.scrolled, 1, 1, 0)
	m.footer = a.BoxNew(vertical, 0)
	t.class(m.footer, "column")
	t.class(m.footer, "footer")
	a.HAlign(m.footer, center)
	a.Add(m.footer, t.newStrut())
	a.BoxPackStart(whole, m.footer, 0, 1, 0)
	a.Add(m.window, whole)
	a.Show(whole)
	a.FocusVAdjust(m.column, a.VAdjustment(m.scrolled))
	a.Show(m.column)
	a.Show(m.scrolled)
	m.parts = t.newParts(m.column, 1, m.press)
	m.answers = t.newParts(m.footer, 1, m.press)
	a.Connect(m.window, "delete-event", t.calls.closed, 0, 0, 0)
	a.Connect(m.window, "key-press-event", t.calls.key, 0, 0, 0)
	t.notify(m.scrolled, "size-allocate", m.allocated)
	t.hear(m.window, "style-updated", m.restyled)
	t.dress(m.window)
	return m
}

// newStrut returns what has the width that a line of text should have at most, and gives
// way where there is less room.
func (t *Toolkit) newStrut() object {
	a := t.api
	strut, beam := a.ScrolledNew(0, 0), a.BoxNew(horizontal, 0)
	a.ScrolledPolicy(strut, external, never)
	a.ScrolledNaturalWidth(strut, 1)
	a.CanFocus(strut, 0)
	t.class(beam, "beam")
	a.Add(strut, beam)
	a.Show(beam)
	a.Show(strut)
	t.role(strut, t.roles.redundant)
	return strut
}

// show replaces the page.
func (m *mainWindow) show(p window.Page) {
	anew := p.ID != m.page.ID || !m.shown
	changed := p.Title != m.page.Title || !m.shown
	m.page = p
	if p.Hidden {
		m.api.Hide(m.window)
		m.shown = false
		return
	}
	if changed {
		m.api.WindowTitle(m.window, p.Title)
	}
	m.turn(m.window, p.RightToLeft)
	m.role(m.window, m.roles.window(p.Urgent))
	m.api.WindowKeepAbove(m.window, gboolean(p.Urgent))
	above, below := split(p)
	m.parts.show(above, anew)
	m.answers.show(below, anew)
	m.visible(m.footer, len(below) > 0)
	if anew {
		m.fit(m.room())
		m.appear()
		m.api.AdjustmentSet(m.api.VAdjustment(m.scrolled), 0)
		m.focus(p.Focus)
	}
	m.fitLater()
}

// split takes the answers to a question, which must be in sight however small the screen is,
// away from what scrolls. What the person is told of their last press comes before them: so
// the answers stay in their place, and both are seen.
func split(p window.Page) (above, below []window.Element) {
	list := p.Elements
	if last := len(list) - 1; p.Urgent && last >= 0 && list[last].Kind == window.Status {
		list, below = list[:last], list[last:]
	}
	at := len(list)
	for p.Urgent && at > 0 && answers(list[at-1]) {
		at--
	}
	if at == len(list) {
		return p.Elements, nil
	}
	return list[:at], slices.Concat(below, list[at:])
}

// answers reports whether there is nothing but buttons.
func answers(e window.Element) bool {
	for _, child := range e.Children {
		if !answers(child) {
			return false
		}
	}
	return e.Kind == window.Button || e.Kind == window.Row
}

// fit makes the best of the width of the window.
func (m *mainWindow) fit(width int32) {
	m.parts.fit(width - m.margins())
	m.answers.fit(width - m.margins())
}

// appear puts the window on the screen, if it is not there.
func (m *mainWindow) appear() {
	width, high := m.needs()
	if m.shown {
		m.grow(width, high)
		return
	}
	m.shown = true
	m.api.WindowDefaultSize(m.window, width, high)
	m.api.WindowPosition(m.window, 1)
	m.api.Show(m.window)
}

// grow makes the window larger for a page that needs it. It never gets smaller by itself.
func (m *mainWindow) grow(width, high int32) {
	var nowWidth, nowHigh int32
	m.api.WindowSize(m.window, &nowWidth, &nowHigh)
	if width > nowWidth || high > nowHigh {
		width, high = max(width, nowWidth), max(high, nowHigh)
		m.api.WindowResize(m.window, width, high)
		m.keepInside(width, high)
	}
}

// keepInside moves the window so far that it does not hang over an edge of its monitor.
func (m *mainWindow) keepInside(width, high int32) {
	var x, y int32
	m.api.WindowWhere(m.window, &x, &y)
	for _, at := range m.workareas() {
		if x < at.X || y < at.Y || x >= at.X+at.Width || y >= at.Y+at.Height {
			continue
		}
		right, bottom := at.X+at.Width-width, at.Y+at.Height-high-titleHeight
		m.api.WindowMove(m.window, max(min(x, right), at.X), max(min(y, bottom), at.Y))
		return
	}
}

// titleHeight is about what a window manager adds to a window.
const titleHeight = 48

// needs is the size for all of the page, if the monitors have that much room.
func (m *mainWindow) needs() (width, high int32) {
	var least, natural int32
	m.api.PreferredWidth(m.column, &least, &natural)
	width = natural + natural/8
	m.api.PreferredHeight(m.column, natural, &least, &high)
	if len(m.answers.list) > 0 {
		var below int32
		m.api.PreferredHeight(m.footer, natural, &least, &below)
		high += below
	}
	high = max(high, width*7/10)
	for _, at := range m.workareas() {
		width, high = min(width, at.Width), min(high, at.Height-titleHeight)
	}
	return width, high
}

// focus gives an element the keyboard. A label takes it only when its text can be selected;
// a key does nothing there but move in the text.
func (m *mainWindow) focus(id string) {
	p := m.parts.find(id)
	if p == nil {
		p = m.answers.find(id)
	}
	if p == nil {
		return
	}
	if p.element.Kind == window.Heading || p.element.Kind == window.Code {
		m.api.LabelSelectable(p.inner, 1)
	}
	m.api.GrabFocus(p.focus)
}

// press tells what was done to an element.
func (m *mainWindow) press(p window.Press) { m.Toolkit.press(p) }

// close is the window's own close button. Anybody can send what the window manager sends.
func (m *mainWindow) close() {
	id := m.page.Escape
	if id == "" {
		id = window.Close
	}
	m.press(window.Press{ID: id, Hand: ui.UnknownHand})
}

// key is called for each key, and says whether it is done with.
func (m *mainWindow) key(e *event) bool {
	var value uint32
	if m.api.Keyval(e, &value) == 0 || value != escapeKey || m.page.Escape == "" {
		return false
	}
	m.press(window.Press{ID: m.page.Escape, Hand: m.handNow()})
	return true
}

// allocated is called when the window's size is settled. What is to be fitted to it must
// not change before that is over.
func (m *mainWindow) allocated() {
	if m.api.AllocatedWidth(m.scrolled) != m.width {
		m.fitLater()
	}
}

func (m *mainWindow) restyled() {
	m.post(func(n *news) { n.look = true })
}

func (m *mainWindow) fitLater() {
	if m.fitting {
		return
	}
	m.fitting = true
	m.later(func() {
		m.fitting = false
		m.width = m.api.AllocatedWidth(m.scrolled)
		m.fit(m.width)
	})
}

// room is what the page has, and may have before it is shown for the first time.
func (m *mainWindow) room() int32 {
	if width := m.api.AllocatedWidth(m.scrolled); m.shown {
		return width
	}
	var least, natural int32
	m.api.PreferredWidth(m.strut, &least, &natural)
	return natural + m.margins()
}

// margins is what the column keeps free at its sides.
func (m *mainWindow) margins() int32 {
	var padding [4]int16 // left, right, top, bottom
	style := m.api.Style(m.column)
	m.api.StylePadding(style, m.api.StyleState(style), &padding)
	return int32(padding[0]) + int32(padding[1])
}
