package win32

import (
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// sheet is the elements of a window.
type sheet struct {
	t         *Toolkit
	window    uintptr
	bar, calm bool
	style     *style
	elements  []window.Element
	controls  map[string]*control
	order     []shown
	layout    layout
	offset    int // how far it is scrolled, in pixels
}

func newSheet(t *Toolkit, w uintptr, bar bool) sheet {
	return sheet{t: t, window: w, bar: bar, style: newStyle(dpiOf(w)), controls: make(map[string]*control)}
}

// child makes a window within this one, hidden until it has a place.
func (s *sheet) child(class string, style, extended uintptr) uintptr {
	return call(procCreateWindowEx, extended, uintptr(unsafe.Pointer(utf16(class))), 0, wsChild|style,
		0, 0, 0, 0, s.window, 0, instance(), 0)
}

// set makes the controls those of a list of elements. It returns which are new.
func (s *sheet) set(elements []window.Element) map[string]bool {
	want := flatten(elements)
	gone, fresh, moved := compare(s.order, want)
	for _, id := range gone {
		s.controls[id].destroy()
		delete(s.controls, id)
	}
	fields := fieldsOf(elements)
	s.elements, s.order = elements, s.order[:0]
	s.t.ours(func() {
		for _, e := range want {
			if fresh[e.ID] {
				s.controls[e.ID] = newControl(s, e, fields[e.ID])
			}
			s.controls[e.ID].update(e, fresh[e.ID])
			s.order = append(s.order, shown{e.ID, e.Kind})
		}
		if moved {
			s.stack()
		}
	})
	return fresh
}

// fieldsOf returns the fields of the buttons that belong to one.
func fieldsOf(elements []window.Element) map[string]string {
	fields := make(map[string]string)
	for _, e := range flatten(elements) {
		if e.Kind == window.Field {
			for i := range e.Children {
				fields[e.Children[i].ID] = e.ID
			}
		}
	}
	return fields
}

// stack puts the controls into the order of the tab key, which is that of the elements;
// a label stands before what it names.
func (s *sheet) stack() {
	var before uintptr = insertBefore
	for _, e := range s.order {
		c := s.controls[e.id]
		for _, w := range []uintptr{c.label, c.window} {
			if w != 0 {
				call(procSetWindowPos, w, before, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate)
				before = w
			}
		}
	}
}

// arrange finds the places of the elements, and returns how large all is.
func (s *sheet) arrange(width, height int) image.Point {
	s.layout = arrange(s.elements, width, height, s.style.units(s.bar), s.measure)
	return s.layout.size
}

// place moves the controls to where the layout has them.
func (s *sheet) place() {
	for _, e := range s.order {
		c := s.controls[e.id]
		r := s.layout.places[e.id].Sub(image.Pt(0, s.offset))
		c.move(r, s.fontOf(&c.el, r.Dx()))
		if call(procIsWindowVisible, c.window) == 0 {
			s.t.ours(func() { s.reveal(c) })
		}
	}
}

func (s *sheet) reveal(c *control) {
	call(procShowWindow, c.window, swShowNoActivate)
	if c.label != 0 {
		call(procShowWindow, c.label, swShowNoActivate) // of no size, for screen readers
	}
}

// restyle follows what the person has set in the system. The controls get their fonts from
// place.
func (s *sheet) restyle(dpi int) {
	old := s.style
	s.style = newStyle(dpi)
	for _, c := range s.controls {
		c.font = 0
	}
	for _, e := range s.order {
		c := s.controls[e.id]
		c.font = s.fontOf(&c.el, c.place.Dx())
		s.t.ours(func() { call(procSendMessage, c.window, wmSetFont, c.font, 1) })
	}
	old.free()
	call(procInvalidateRect, s.window, 0, 1)
}

func (s *sheet) of(w uintptr) *control {
	if c := s.t.controls[w]; c != nil && c.sheet == s {
		return c
	}
	return nil
}

func (s *sheet) destroy() {
	for _, c := range s.controls {
		c.destroy()
	}
	call(procDestroyWindow, s.window)
	s.style.free()
}

// command is what a control tells its window.
func (s *sheet) command(wParam, lParam uintptr) *control {
	c := s.of(lParam)
	if c != nil && uint16(wParam>>16) == bnClicked && (c.el.Kind == window.Button || c.el.Kind == window.Switch) {
		c.pressed()
		return nil
	}
	return c
}

// common handles what main window and bar do alike.
func (s *sheet) common(what uint32, wParam, lParam uintptr) (result uintptr, done bool) {
	switch what {
	case wmDrawItem:
		item := at[drawItem](lParam)
		if c := s.of(item.Window); c != nil {
			c.draw(item)
			return 1, true
		}
	case wmCtlColorStatic, wmCtlColorButton, wmCtlColorEdit:
		return s.colour(wParam, lParam), true
	case wmEraseBackground:
		var r rect
		call(procGetClientRect, s.window, uintptr(unsafe.Pointer(&r)))
		fill(wParam, r, s.style.ground(s.bar, s.calm).paper)
		return 1, true
	}
	return 0, false
}

// colour is what a control that draws itself stands on.
func (s *sheet) colour(dc, _ uintptr) uintptr {
	call(procSetTextColor, dc, sysColor(colorWindowText))
	call(procSetBkColor, dc, sysColor(colorWindow))
	return s.style.window
}
