package win32

import (
	"image"
	"unsafe"

	"golang.org/x/sys/windows"
)

var procSetParent = user32.NewProc("SetParent")

// condition finds out how the bar is.
func (b *bar) condition() condition {
	if call(procIsWindow, b.window) == 0 {
		return condition{gone: true}
	}
	extended := call(procGetWindowLongPtr, b.window, gwlExStyle)
	return condition{
		hidden:     call(procIsWindowVisible, b.window) == 0 || call(procIsIconic, b.window) != 0,
		disabled:   call(procIsWindowEnabled, b.window) == 0,
		away:       wide(b.window).image() != b.at || b.parent() != call(procGetDesktopWindow),
		low:        extended&exTopmost == 0,
		seeThrough: extended&(exLayered|exTransparent) != 0,
		cut:        cut(b.window),
		altered:    b.altered(),
		covered:    b.covered(),
	}
}

func (b *bar) parent() uintptr { return call(procGetAncestor, b.window, gaParent) }

// cut reports whether only a part of a window is shown.
func cut(w uintptr) bool {
	region := call(procCreateRectRgn, 0, 0, 0, 0)
	defer call(procDeleteObject, region)
	return call(procGetWindowRgn, w, region) != 0 // 0: the window has none
}

// altered reports whether a control is not as this program has made it.
func (b *bar) altered() bool {
	for _, c := range b.controls {
		text, known := c.wanted()
		if call(procIsWindowVisible, c.window) == 0 || call(procIsWindowEnabled, c.window) == boolean(c.el.Off) ||
			wide(c.window).image() != b.onScreen(c.place) || known && windowText(c.window) != text || cut(c.window) {
			return true
		}
	}
	return false
}

// onScreen is where on the desktop a place in the bar is. A mirrored bar counts from the
// right.
func (b *bar) onScreen(place image.Rectangle) image.Rectangle {
	if call(procGetWindowLongPtr, b.window, gwlExStyle)&exLayoutRTL == 0 {
		return place.Add(b.at.Min)
	}
	left := b.at.Max.X - place.Max.X
	return image.Rect(left, b.at.Min.Y+place.Min.Y, left+place.Dx(), b.at.Min.Y+place.Max.Y)
}

// covered reports whether another window lies on the bar.
func (b *bar) covered() bool { return coveredAt(b.window, wide(b.window)) }

func coveredAt(w uintptr, r rect) bool {
	const most = 10000 // windows that come and go could make a ring
	above := call(procGetWindow, w, gwPrevious)
	for n := 0; above != 0 && n < most; n++ {
		if lookAt(above, r).covers() {
			return true
		}
		above = call(procGetWindow, above, gwPrevious)
	}
	return false
}

// lookAt looks at a window that is above a rectangle.
func lookAt(w uintptr, r rect) other {
	o := other{visible: call(procIsWindowVisible, w) != 0 && call(procIsIconic, w) == 0}
	if !o.visible {
		return o
	}
	if o.meets = wide(w).image().Overlaps(r.image()); !o.meets {
		return o
	}
	o.ours = processOf(w) == windows.GetCurrentProcessId()
	o.cloaked = cloaked(w)
	o.faint = faint(w)
	return o
}

func cloaked(w uintptr) bool {
	const attribute = 14
	var why uint32
	return has(procDwmGetWindowAttribute) &&
		call(procDwmGetWindowAttribute, w, attribute, uintptr(unsafe.Pointer(&why)), 4) == 0 && why != 0
}

// faint reports whether a window is drawn with nothing of its colours.
func faint(w uintptr) bool {
	if call(procGetWindowLongPtr, w, gwlExStyle)&exLayered == 0 {
		return false
	}
	var key, flags uint32
	var alpha byte
	const byAlpha = 2
	return call(procGetLayeredWindowAttributes, w, uintptr(unsafe.Pointer(&key)), uintptr(unsafe.Pointer(&alpha)), uintptr(unsafe.Pointer(&flags))) != 0 &&
		flags&byAlpha != 0 && alpha == 0
}

// mend undoes what was done to the bar.
func (b *bar) mend(found condition) {
	b.t.ours(func() {
		if found.away && b.parent() != call(procGetDesktopWindow) {
			call(procSetParent, b.window, 0)
		}
		if found.low || found.seeThrough {
			keep := call(procGetWindowLongPtr, b.window, gwlExStyle) & exLayoutRTL
			call(procSetWindowLongPtr, b.window, gwlExStyle, barExtended|keep)
		}
		if found.cut {
			call(procSetWindowRgn, b.window, 0, 1)
		}
		call(procEnableWindow, b.window, 1)
		if found.altered {
			b.mendControls()
		}
		b.up()
	})
}

func (b *bar) mendControls() {
	for _, c := range b.controls {
		call(procSetWindowRgn, c.window, 0, 1)
		call(procEnableWindow, c.window, boolean(!c.el.Off))
		call(procShowWindow, c.window, swShowNoActivate)
		if text, known := c.wanted(); known {
			c.write(text)
		}
		c.put()
	}
}

// keepUp puts the main window before others that came onto it while it has to be there.
func (f *frame) keepUp() {
	if f.page.Urgent && call(procIsWindowVisible, f.window) != 0 && call(procIsIconic, f.window) == 0 &&
		coveredAt(f.window, wide(f.window)) {
		call(procSetWindowPos, f.window, hwndTopmost, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate)
	}
}
