package gtk

import (
	"fmt"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// parts are the widgets of a list of elements, in a box.
type parts struct {
	*Toolkit
	box    object
	skip   int // widgets of the box that stand before
	list   []*part
	press  func(window.Press)
	nested bool // in a row, a field or a log
}

// part is what an element has become.
type part struct {
	key     string
	element window.Element
	outer   object // what is in the box
	inner   object // what has the text or the state
	focus   object // what has the keyboard
	label   object // of a button or a switch
	// children are in a row, a log or a field.
	children *parts
	// started is whose key has pressed a button that GTK still shows as pressed.
	started   ui.Hand
	startedAt time.Time
	silent    bool // what changes is not the person's doing
}

func (t *Toolkit) newParts(box object, skip int, press func(window.Press)) *parts {
	return &parts{Toolkit: t, box: box, skip: skip, press: press}
}

// show makes the list of widgets that of the elements. What has the ID and the kind that
// it had before stays what it is.
func (ps *parts) show(elements []window.Element, anew bool) {
	old := make(map[string]*part, len(ps.list))
	for _, p := range ps.list {
		old[p.key] = p
	}
	list := make([]*part, 0, len(elements))
	for n, e := range elements {
		key := keyOf(e, n)
		p := old[key]
		delete(old, key)
		if p == nil {
			p = ps.build(key, e)
			ps.api.BoxPackStart(ps.box, p.outer, 0, 1, 0)
			ps.api.Show(p.outer)
			if !ps.nested && e.Kind == window.Button {
				ps.api.HAlign(p.outer, start) // a row sees to its own
			}
			ps.update(p, e, true)
		} else {
			ps.update(p, e, anew)
		}
		list = append(list, p)
	}
	for _, p := range old {
		ps.api.Destroy(p.outer)
	}
	if !sameOrder(ps.list, list) {
		for n, p := range list {
			ps.api.BoxReorder(ps.box, p.outer, int32(n+ps.skip))
		}
	}
	ps.list = list
}

// keyOf is what an element is known by from page to page.
func keyOf(e window.Element, n int) string {
	if e.ID == "" {
		return fmt.Sprintf("%d#%d", e.Kind, n)
	}
	return fmt.Sprintf("%d:%s", e.Kind, e.ID)
}

func sameOrder(a, b []*part) bool {
	if len(a) != len(b) {
		return false
	}
	for n := range a {
		if a[n] != b[n] {
			return false
		}
	}
	return true
}

// find returns the part of an element, or nil.
func (ps *parts) find(id string) *part {
	if id == "" {
		return nil
	}
	for _, p := range ps.list {
		if p.element.ID == id {
			return p
		}
		if p.children != nil {
			if c := p.children.find(id); c != nil {
				return c
			}
		}
	}
	return nil
}

// update writes what has changed. What has not is left alone: to set a text again would
// take a selection away, and have a screen reader read it again.
func (ps *parts) update(p *part, e window.Element, anew bool) {
	before := p.element
	fresh := before.Kind == 0
	p.element = e
	if fresh || e.Text != before.Text {
		ps.write(p, e)
	}
	if fresh || e.Name != before.Name || e.Text != before.Text {
		ps.name(p, e)
	}
	if fresh || e.Off != before.Off {
		ps.api.Sensitive(p.focus, gboolean(!e.Off))
	}
	if fresh || e.Main != before.Main || e.Danger != before.Danger {
		ps.mark(p, "main", e.Main)
		ps.mark(p, "danger", e.Danger)
	}
	switch e.Kind {
	case window.Switch:
		ps.setSwitch(p)
	case window.Countdown:
		ps.api.ProgressSet(p.inner, e.Part)
	case window.Photo:
		if fresh || string(e.Image) != string(before.Image) {
			ps.visible(p.outer, ps.setPhoto(p.inner, e.Image))
		}
	case window.Row, window.Field:
		p.children.show(e.Children, anew)
	case window.Log:
		ps.setLog(p, e.Children)
	}
	if e.Text != before.Text || anew {
		ps.speak(p, fresh || anew)
	}
}

// write sets the text that stands on a part.
func (ps *parts) write(p *part, e window.Element) {
	switch {
	case p.label != 0:
		ps.api.LabelText(p.label, e.Text)
	case e.Kind == window.Field:
		ps.api.EntryHint(p.inner, e.Text)
	case e.Kind == window.Countdown, e.Kind == window.Photo, e.Kind == window.Row, e.Kind == window.Log:
	default:
		ps.api.LabelText(p.inner, e.Text)
	}
}

func (ps *parts) mark(p *part, class string, on bool) {
	style := ps.api.Style(p.inner)
	if on {
		ps.api.AddClass(style, class)
	} else {
		ps.api.RemoveClass(style, class)
	}
}

// setSwitch shows what the page says, and not what was pressed.
func (ps *parts) setSwitch(p *part) {
	p.silent = true
	ps.api.ToggleSet(p.inner, gboolean(p.element.On))
	p.silent = false
}

// setLog shows lines, and the newest of them unless they are the same.
func (ps *parts) setLog(p *part, lines []window.Element) {
	before := len(p.children.list)
	ps.visible(p.outer, len(lines) > 0)
	p.children.show(lines, false)
	if len(lines) == before {
		return
	}
	ps.later(func() {
		if ps.find(p.element.ID) != p {
			return
		}
		scroll := ps.api.VAdjustment(p.inner)
		ps.api.AdjustmentSet(scroll, ps.api.AdjustmentUpper(scroll))
	})
}

func (t *Toolkit) visible(o object, on bool) {
	if on {
		t.api.Show(o)
	} else {
		t.api.Hide(o)
	}
}
