package win32

import (
	"image"
	"strings"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// control is an element that is shown, by a control of Windows.
type control struct {
	sheet  *sheet
	el     window.Element
	field  string  // the ID of the Field whose button this is
	window uintptr // 0 when Windows had none left
	label  uintptr // what says the name of a control whose text is something else; 0 for none
	proc   uintptr // the control's own procedure
	font   uintptr
	place  image.Rectangle // in the window
	photo  *picture
	hand   *ui.Hand // whose is pressing it, while that is being handled
}

// recipe is how a kind of element is made.
type recipe struct {
	class           string
	style, extended uintptr
	labelled        bool // the window's text is not its name
}

func recipeOf(k window.Kind) recipe {
	switch k {
	case window.Button:
		return recipe{class: "BUTTON", style: wsTabStop | bsOwnerDraw | bsNotify}
	case window.Switch:
		return recipe{class: "BUTTON", style: wsTabStop | bsCheckBox | bsMultiline | bsNotify}
	case window.Field:
		return recipe{class: "EDIT", style: wsTabStop | esAutoHScroll, extended: exClientEdge, labelled: true}
	case window.Code:
		return recipe{class: "EDIT", style: wsTabStop | esReadOnly | esCenter | esAutoHScroll, labelled: true}
	case window.Log:
		return recipe{
			class: "EDIT", style: wsTabStop | wsVScroll | esReadOnly | esMultiline | esAutoVScroll,
			extended: exClientEdge, labelled: true,
		}
	case window.Countdown:
		return recipe{class: "msctls_progress32"}
	}
	return recipe{class: "STATIC", style: ssOwnerDraw | ssNoPrefix}
}

// partsOfCountdown is how finely a Countdown goes.
const partsOfCountdown = 1000

// newControl makes the control of an element. What it shows comes with update.
func newControl(s *sheet, e *window.Element, field string) *control {
	c := &control{sheet: s, field: field, el: window.Element{ID: e.ID, Kind: e.Kind}}
	r := recipeOf(e.Kind)
	if r.labelled {
		c.label = s.child("STATIC", ssNoPrefix, 0)
	}
	style := r.style
	if s.bar {
		style &^= wsTabStop
	}
	if c.window = s.child(r.class, style, r.extended); c.window == 0 {
		s.t.log.Error("Windows gives no more controls")
		return c
	}
	s.t.controls[c.window] = c
	c.proc = call(procSetWindowLongPtr, c.window, gwlProc, s.t.childProc)
	switch e.Kind {
	case window.Countdown:
		call(procSendMessage, c.window, pbmSetRange32, 0, partsOfCountdown)
	case window.Field:
		const longest = 1000
		call(procSendMessage, c.window, emLimitText, longest, 0)
	case window.Log:
		call(procSendMessage, c.window, emLimitText, 1<<20, 0)
	}
	return c
}

func (c *control) destroy() {
	delete(c.sheet.t.controls, c.window)
	call(procSetWindowLongPtr, c.window, gwlProc, c.proc)
	call(procDestroyWindow, c.window)
	if c.label != 0 {
		call(procDestroyWindow, c.label)
	}
}

// update shows an element as it is now, and touches only what has changed.
func (c *control) update(e *window.Element, first bool) {
	old := c.el
	c.el = *e
	if first || old.Text != e.Text || old.Name != e.Name || e.Kind == window.Log {
		c.say(first)
	}
	if first || old.Off != e.Off {
		call(procEnableWindow, c.window, boolean(!e.Off))
	}
	switch e.Kind {
	case window.Switch:
		if first || old.On != e.On {
			call(procSendMessage, c.window, bmSetCheck, boolean(e.On), 0)
		}
	case window.Countdown:
		if part := parts(e.Part); first || part != parts(old.Part) {
			call(procSendMessage, c.window, pbmSetPos, part, 0)
		}
	case window.Photo:
		if first || string(old.Image) != string(e.Image) {
			c.photo = c.sheet.t.picture(e.Image)
			c.repaint()
		}
	}
	if old.Text != e.Text || old.Off != e.Off || old.Main != e.Main || old.Danger != e.Danger {
		c.repaint()
	}
}

func parts(part float64) uintptr {
	return uintptr(max(0, min(1, part)) * partsOfCountdown)
}

// say puts the text and the name of an element where screen readers look for them.
func (c *control) say(first bool) {
	e := &c.el
	switch e.Kind {
	case window.Code:
		c.write(e.Text)
	case window.Field:
		// It stands there in grey while nothing is typed, and is no text of the field.
		hint := e.Text
		if hint == "" {
			hint = e.Name
		}
		call(procSendMessage, c.window, emSetCueBanner, 1, uintptr(unsafe.Pointer(utf16(hint))))
	case window.Log:
		c.writeLog()
	case window.Switch:
		c.write(strings.ReplaceAll(e.Text, "&", "&&"))
		c.sheet.t.names.name(c.window, spoken(e))
	case window.Button:
		// The text is drawn from the element, so that the window's can be the name.
		c.write(strings.ReplaceAll(spoken(e), "&", "&&"))
	default:
		c.write(spoken(e))
	}
	if c.label != 0 {
		c.sheet.t.ours(func() { call(procSetWindowText, c.label, uintptr(unsafe.Pointer(utf16(spoken(e))))) })
		c.sheet.t.names.name(c.window, spoken(e))
	}
	switch e.Kind {
	case window.Countdown, window.Photo:
		c.sheet.t.names.name(c.window, spoken(e))
	case window.Status:
		c.sheet.t.names.live(c.window, first)
	}
}

// spoken is what a screen reader says of an element.
func spoken(e *window.Element) string {
	if e.Name != "" {
		return e.Name
	}
	return e.Text
}

// wanted is what the window's text is to be, as far as nobody types in it.
func (c *control) wanted() (text string, known bool) {
	e := &c.el
	switch e.Kind {
	case window.Field, window.Log:
		return "", false
	case window.Code:
		return e.Text, true
	case window.Switch:
		return strings.ReplaceAll(e.Text, "&", "&&"), true
	case window.Button:
		return strings.ReplaceAll(spoken(e), "&", "&&"), true
	}
	return spoken(e), true
}

// write sets the window's text, when it is another: writing takes the selection away.
func (c *control) write(text string) {
	if windowText(c.window) == text {
		return
	}
	c.sheet.t.ours(func() { call(procSetWindowText, c.window, uintptr(unsafe.Pointer(utf16(text)))) })
}

// writeLog adds the lines that are new, or writes them all when others are gone, keeps what
// is selected and shows the end.
func (c *control) writeLog() {
	lines := make([]string, len(c.el.Children))
	for i := range c.el.Children {
		lines[i] = strings.ReplaceAll(c.el.Children[i].Text, "\n", " ")
	}
	want, have := strings.Join(lines, "\r\n"), windowText(c.window)
	if want == have {
		return
	}
	more, extends := strings.CutPrefix(want, have)
	if !extends {
		c.write(want)
	} else {
		c.sheet.t.ours(func() { c.append(more) })
	}
	const bottom = 7
	call(procSendMessage, c.window, wmVScroll, bottom, 0)
}

func (c *control) append(text string) {
	var from, to uint32
	call(procSendMessage, c.window, emGetSel, uintptr(unsafe.Pointer(&from)), uintptr(unsafe.Pointer(&to)))
	const end = 1 << 20
	call(procSendMessage, c.window, emSetSel, end, end)
	call(procSendMessage, c.window, emReplaceSel, 0, uintptr(unsafe.Pointer(utf16(text))))
	call(procSendMessage, c.window, emSetSel, uintptr(from), uintptr(to))
}

// move puts the control where it belongs, with the font that it has there.
func (c *control) move(place image.Rectangle, font uintptr) {
	if font != c.font {
		c.font = font
		c.sheet.t.ours(func() { call(procSendMessage, c.window, wmSetFont, font, 1) })
	}
	if place == c.place {
		return
	}
	c.place = place
	c.put()
}

func (c *control) put() {
	p := c.place
	c.sheet.t.ours(func() {
		call(procSetWindowPos, c.window, 0, uintptr(p.Min.X), uintptr(p.Min.Y), uintptr(p.Dx()), uintptr(p.Dy()),
			swpNoZOrder|swpNoActivate)
	})
	c.repaint()
}

func (c *control) repaint() { call(procInvalidateRect, c.window, 0, 1) }

// pressed tells what was done to the control.
func (c *control) pressed() {
	t := c.sheet.t
	if c.el.Off {
		return
	}
	hand := c.hand
	if hand == nil {
		now := t.hands.of(c.window, false)
		hand = &now
	}
	press := window.Press{ID: c.el.ID, On: c.el.Kind == window.Switch && !c.el.On, Hand: *hand}
	field := c
	if c.field != "" {
		field = c.sheet.controls[c.field]
		press.ID = c.field
	}
	if field.el.Kind == window.Field {
		press.Text = windowText(field.window)
		field.write("")
	}
	t.press(press)
}

func boolean(b bool) uintptr {
	if b {
		return 1
	}
	return 0
}
