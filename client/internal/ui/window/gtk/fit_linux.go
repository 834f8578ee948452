package gtk

import "github.com/lendhand/lendhand/client/internal/ui/window"

// later has something done when GTK is done with what it is at.
func (t *Toolkit) later(f func()) {
	t.last++
	t.named[t.last] = f
	t.api.IdleAdd(t.calls.once, t.last)
}

// fit makes the best of a width.
func (ps *parts) fit(width int32) {
	for _, p := range ps.list {
		switch p.element.Kind {
		case window.Row, window.Field:
			ps.fitRow(p, width)
		case window.Code:
			ps.fitCode(p, width)
		}
	}
}

// fitRow puts the children of a row beside each other if they have room, and below each
// other if not.
func (ps *parts) fitRow(p *part, width int32) {
	ps.api.Orientation(p.outer, horizontal)
	var least, natural int32
	ps.api.PreferredWidth(p.outer, &least, &natural)
	style := ps.api.Style(p.outer)
	if natural <= width {
		ps.api.RemoveClass(style, "stacked")
		return
	}
	ps.api.Orientation(p.outer, vertical)
	ps.api.AddClass(style, "stacked")
}

// The sizes of a code, in those of the text around it.
const leastCode, mostCode = 1.4, 4

// fitCode makes a code as large as there is room for in one line.
func (ps *parts) fitCode(p *part, width int32) {
	ps.setScale(p.inner, 1)
	var least, natural int32
	ps.api.LabelWrap(p.inner, 0)
	ps.api.PreferredWidth(p.inner, &least, &natural)
	ps.api.LabelWrap(p.inner, 1)
	if natural <= 0 {
		return
	}
	ps.setScale(p.inner, min(max(float64(width)*0.94/float64(natural), leastCode), mostCode))
}

// setScale sets the size of a label's text, and its digits to equal widths.
func (t *Toolkit) setScale(label object, by float64) {
	list := t.api.AttrListNew()
	t.api.AttrListInsert(list, t.api.AttrScale(by))
	t.api.AttrListInsert(list, t.api.AttrFeatures("tnum=1"))
	t.api.LabelAttributes(label, list)
	t.api.AttrListUnref(list)
}

// turn mirrors a window, for a language that is written so.
func (t *Toolkit) turn(o object, toLeft bool) {
	direction := int32(leftToRight)
	if toLeft {
		direction = toTheLeft
	}
	t.api.DefaultDirection(direction)
	t.api.Direction(o, direction)
}
