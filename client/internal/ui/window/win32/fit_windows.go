package win32

import (
	"image"
	"unsafe"
)

// fit makes the window as high as its page, within the screen, until the person gives it a
// size of their own. A page that comes anew may make it smaller.
func (f *frame) fit(anew bool) {
	if f.resized || call(procIsZoomed, f.window) != 0 || call(procIsIconic, f.window) != 0 {
		return
	}
	within := image.Pt(f.style.px(frameWidth), 0)
	within.Y = f.sheet.arrange(within.X, 0).Y
	if client := f.client(); !anew && client.X > 0 && within.Y < client.Y {
		within.Y = client.Y
	}
	r := f.outer(within)
	work := workArea(f.window)
	size := image.Pt(min(r.X, work.Dx()), min(r.Y, work.Dy()))
	if size == f.fitted {
		return
	}
	at := wide(f.window).image().Min
	if f.fitted == (image.Point{}) {
		at = work.Min.Add(work.Size().Sub(size).Div(2))
	}
	f.fitted = size
	at.X = max(work.Min.X, min(at.X, work.Max.X-size.X))
	at.Y = max(work.Min.Y, min(at.Y, work.Max.Y-size.Y))
	f.arranged = true
	defer func() { f.arranged = false }()
	call(procSetWindowPos, f.window, 0, uintptr(at.X), uintptr(at.Y), uintptr(size.X), uintptr(size.Y), swpNoZOrder|swpNoActivate)
}

// outer is how large the window is around what is within.
func (f *frame) outer(within image.Point) image.Point {
	r := rect{Right: int32(within.X), Bottom: int32(within.Y)}
	const style = frameStyle &^ wsVScroll
	if has(procAdjustWindowRectExForDpi) {
		call(procAdjustWindowRectExForDpi, uintptr(unsafe.Pointer(&r)), style, 0, frameExtended, uintptr(f.style.dpi))
	} else {
		call(procAdjustWindowRectEx, uintptr(unsafe.Pointer(&r)), style, 0, frameExtended)
	}
	return r.image().Size()
}

func (f *frame) client() image.Point {
	var r rect
	call(procGetClientRect, f.window, uintptr(unsafe.Pointer(&r)))
	return r.image().Size()
}

// workArea is the monitor of a window without the taskbar.
func workArea(w uintptr) image.Rectangle {
	const nearest = 2
	info := monitorInfo{Size: uint32(unsafe.Sizeof(monitorInfo{}))}
	call(procGetMonitorInfo, call(procMonitorFromWindow, w, nearest), uintptr(unsafe.Pointer(&info)))
	return info.Work.image()
}

// arrange puts everything into its place. Windows shows the scroll bar when there is more
// than fits, which leaves less room.
func (f *frame) arrange() {
	if f.arranged || !f.began {
		return
	}
	f.arranged = true
	defer func() { f.arranged = false }()
	client := f.client()
	if client.X <= 0 {
		return // minimised
	}
	// Without the scroll bar first: with it, texts may be longer than without.
	client.X = wide(f.window).image().Dx() - f.outer(image.Point{}).X
	size := f.sheet.arrange(client.X, client.Y)
	if size.Y > client.Y {
		f.setScroll(size.Y, client.Y)
		size = f.sheet.arrange(f.client().X, client.Y)
	}
	f.offset = max(0, min(f.offset, size.Y-client.Y))
	f.setScroll(size.Y, client.Y)
	f.place()
}

const scrollAll = 0x17 // range, page, position and track position

func (f *frame) setScroll(height, page int) {
	const range1, page1, position = 1, 2, 4
	info := scrollInfo{
		Size: uint32(unsafe.Sizeof(scrollInfo{})), Mask: range1 | page1 | position,
		Max: int32(height - 1), Page: uint32(page), At: int32(f.offset),
	}
	const vertical = 1
	call(procSetScrollInfo, f.window, vertical, uintptr(unsafe.Pointer(&info)), 1)
}

// scroll does what the scroll bar says.
func (f *frame) scroll(what int) {
	const lineUp, lineDown, pageUp, pageDown, thumb, thumbTrack, top, bottom = 0, 1, 2, 3, 4, 5, 6, 7
	page, line := f.client().Y, f.style.px(32)
	switch what {
	case lineUp:
		f.scrollTo(f.offset - line)
	case lineDown:
		f.scrollTo(f.offset + line)
	case pageUp:
		f.scrollTo(f.offset - page + line)
	case pageDown:
		f.scrollTo(f.offset + page - line)
	case thumb, thumbTrack:
		info := scrollInfo{Size: uint32(unsafe.Sizeof(scrollInfo{})), Mask: scrollAll}
		const vertical = 1
		call(procGetScrollInfo, f.window, vertical, uintptr(unsafe.Pointer(&info)))
		f.scrollTo(int(info.Track))
	case top:
		f.scrollTo(0)
	case bottom:
		f.scrollTo(f.layout.size.Y)
	}
}

func (f *frame) scrollTo(offset int) {
	offset = max(0, min(offset, f.layout.size.Y-f.client().Y))
	if offset == f.offset {
		return
	}
	f.offset = offset
	f.setScroll(f.layout.size.Y, f.client().Y)
	f.place()
}

// intoSight scrolls as far as is needed to see a control.
func (f *frame) intoSight(c *control) {
	place, ok := f.layout.places[c.el.ID]
	if !ok {
		return
	}
	height, air := f.client().Y, f.style.px(12)
	switch {
	case place.Min.Y-air < f.offset:
		f.scrollTo(place.Min.Y - air)
	case place.Max.Y+air > f.offset+height:
		f.scrollTo(place.Max.Y + air - height)
	}
}
