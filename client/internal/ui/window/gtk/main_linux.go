package gtk

import (
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
	page                     window.Page
	shown                    bool
	width                    int32 // of the column when it was fitted last
	fitting                  bool  // it will be fitted again
}

// newMainWindow makes the window, which is shown with the first page.
func (t *Toolkit) newMainWindow() *mainWindow {
	a := t.api
	m := &mainWindow{Toolkit: t, window: a.WindowNew(topLevel), scrolled: a.ScrolledNew(0, 0)}
	a.WindowRole(m.window, "main")
	a.ScrolledPolicy(m.scrolled, never, automatic)
	a.CanFocus(m.scrolled, 0)
	m.column = a.BoxNew(vertical, 0)
	t.class(m.column, "column")
	a.HAlign(m.column, center)
	m.strut = t.newStrut()
	a.Add(m.column, m.strut)
	a.Add(m.scrolled, m.column)
	a.Add(m.window, m.scrolled)
	a.FocusVAdjust(m.column, a.VAdjustment(m.scrolled))
	a.Show(m.column)
	a.Show(m.scrolled)
	m.parts = t.newParts(m.column, 1, m.press)
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
	m.parts.show(p.Elements, anew)
	m.appear()
	if anew {
		m.api.AdjustmentSet(m.api.VAdjustment(m.scrolled), 0)
		m.focus(p.Focus)
	}
	m.fitLater()
}

// appear puts the window on the screen, if it is not there.
func (m *mainWindow) appear() {
	if m.shown {
		return
	}
	m.shown = true
	width, high := m.firstSize()
	m.api.WindowDefaultSize(m.window, width, high)
	m.api.WindowPosition(m.window, 1)
	m.api.Show(m.window)
}

// firstSize is what the page needs, with room for other pages, and no more than the
// smallest monitor has.
func (m *mainWindow) firstSize() (width, high int32) {
	var least, natural int32
	m.api.PreferredWidth(m.column, &least, &natural)
	width = natural + natural/8
	m.api.PreferredHeight(m.column, natural, &least, &high)
	high = max(high, width*9/10)
	for _, at := range m.workareas() {
		width, high = min(width, at.Width), min(high, at.Height-48) // its title
	}
	return width, high
}

// focus gives an element the keyboard.
func (m *mainWindow) focus(id string) {
	if p := m.parts.find(id); p != nil {
		m.api.CanFocus(p.focus, 1)
		m.api.GrabFocus(p.focus)
		m.endSelection(p)
	}
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
		m.parts.fit(m.width - m.margins())
	})
}

// margins is what the column keeps free at its sides.
func (m *mainWindow) margins() int32 {
	var least, natural, beam int32
	m.api.PreferredWidth(m.column, &least, &natural)
	m.api.PreferredWidth(m.strut, &least, &beam)
	return max(natural-beam, 0)
}
