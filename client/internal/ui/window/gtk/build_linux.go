package gtk

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// build makes the widgets of an element; update writes on them.
func (ps *parts) build(key string, e window.Element) *part {
	p := &part{key: key}
	switch e.Kind {
	case window.Button:
		ps.buildButton(p)
	case window.Switch:
		ps.buildSwitch(p)
	case window.Field:
		ps.buildField(p)
	case window.Row:
		p.inner = ps.api.BoxNew(horizontal, 0)
		ps.class(p.inner, "row")
		p.children = ps.newNested(p.inner, 0, ps.press)
	case window.Log:
		ps.buildLog(p)
	case window.Photo:
		p.inner = ps.api.ImageNew()
		ps.class(p.inner, "photo")
		ps.api.HAlign(p.inner, start)
		ps.api.VAlign(p.inner, center)
	case window.Countdown:
		p.inner = ps.api.ProgressNew()
		ps.class(p.inner, "countdown")
	default:
		ps.buildText(p, e.Kind)
	}
	if p.outer == 0 {
		p.outer = p.inner
	}
	if p.focus == 0 {
		p.focus = p.inner
	}
	return p
}

// classes are the style classes of what is written.
func classOf(k window.Kind) string {
	switch k {
	case window.Heading:
		return "heading"
	case window.Code:
		return "code"
	case window.Quiet:
		return "quiet"
	case window.Warning:
		return "warning"
	case window.Status:
		return "status"
	}
	return "text"
}

func (ps *parts) buildText(p *part, k window.Kind) {
	p.inner = ps.newLabel()
	ps.class(p.inner, classOf(k))
	switch k {
	case window.Heading:
		ps.api.LabelMaxChars(p.inner, 28)
		ps.role(p.inner, ps.roles.heading)
	case window.Warning:
		ps.role(p.inner, ps.roles.alert)
	case window.Status:
		ps.role(p.inner, ps.roles.status)
	case window.Code:
		ps.api.LabelSelectable(p.inner, 1)
	}
}

// newLabel returns a label whose lines break.
func (t *Toolkit) newLabel() object {
	label := t.api.LabelNew(0)
	t.api.LabelWrap(label, 1)
	t.api.LabelWrapMode(label, 2) // at words, and where a word is too long
	t.api.LabelXAlign(label, 0)
	t.api.LabelMaxChars(label, 44)
	return label
}

// onButton makes the label of a button.
func (ps *parts) onButton(p *part) {
	p.label = ps.newLabel()
	ps.api.Add(p.inner, p.label)
	ps.api.Show(p.label)
}

func (ps *parts) buildButton(p *part) {
	p.inner = ps.api.ButtonNew()
	ps.onButton(p)
	ps.api.LabelXAlign(p.label, 0.5)
	ps.api.LabelJustify(p.label, 2) // centred
	ps.hear(p.inner, "activate", func() { p.started, p.startedAt = ps.handNow(), time.Now() })
	ps.hear(p.inner, "clicked", func() {
		ps.press(window.Press{ID: p.element.ID, Hand: ps.handOf(p)})
	})
}

// keyWithin is how long after a key went down the button is clicked at the latest: GTK
// waits a quarter of a second.
const keyWithin = time.Second

// handOf returns whose hand has clicked a button. A key that goes down activates it, and
// it is clicked when the key comes up or, without any event, after a while.
func (ps *parts) handOf(p *part) ui.Hand {
	began := p.startedAt
	p.startedAt = time.Time{}
	if time.Since(began) > keyWithin {
		return ps.handNow()
	}
	if ps.hand.busy {
		return lesser(p.started, ps.handNow())
	}
	return p.started
}

func (ps *parts) buildSwitch(p *part) {
	p.inner = ps.api.CheckNew()
	ps.class(p.inner, "switch")
	ps.onButton(p)
	ps.api.HAlign(p.inner, start)
	ps.hear(p.inner, "activate", func() { p.started, p.startedAt = ps.handNow(), time.Now() })
	ps.hear(p.inner, "toggled", func() {
		if p.silent {
			return
		}
		on := ps.api.ToggleActive(p.inner) != 0
		ps.setSwitch(p)
		ps.press(window.Press{ID: p.element.ID, On: on, Hand: ps.handOf(p)})
	})
}

// buildField makes an entry, and a place for a button beside it, which does what Enter does.
func (ps *parts) buildField(p *part) {
	p.outer = ps.api.BoxNew(horizontal, 0)
	ps.class(p.outer, "row")
	p.inner = ps.api.EntryNew()
	ps.api.EntryMaxLength(p.inner, 1000)
	ps.api.EntryWidth(p.inner, 10)
	ps.api.BoxPackStart(p.outer, p.inner, 1, 1, 0)
	ps.api.Show(p.inner)
	enter := func(hand ui.Hand) {
		said := ps.api.EntryText(p.inner)
		ps.api.EntrySetText(p.inner, "")
		ps.press(window.Press{ID: p.element.ID, Text: said, Hand: hand})
	}
	ps.hear(p.inner, "activate", func() { enter(ps.handNow()) })
	p.children = ps.newNested(p.outer, 1, func(press window.Press) { enter(press.Hand) })
}

func (ps *parts) buildLog(p *part) {
	p.inner = ps.api.ScrolledNew(0, 0)
	ps.api.ScrolledPolicy(p.inner, never, automatic)
	ps.api.ScrolledNaturalHeight(p.inner, 1)
	ps.api.ScrolledMinHeight(p.inner, 90)
	ps.api.ScrolledMaxHeight(p.inner, 320)
	ps.class(p.inner, "log")
	ps.role(p.inner, ps.roles.log)
	lines := ps.api.BoxNew(vertical, 0)
	ps.class(lines, "lines")
	ps.api.Add(p.inner, lines)
	ps.api.Show(lines)
	p.children = ps.newNested(lines, 0, ps.press)
}

func (ps *parts) newNested(box object, skip int, press func(window.Press)) *parts {
	children := ps.newParts(box, skip, press)
	children.nested = true
	return children
}
