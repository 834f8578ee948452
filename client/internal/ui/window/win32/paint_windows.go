package win32

import (
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

var (
	procRoundRect = gdi32.NewProc("RoundRect")
	procCreatePen = gdi32.NewProc("CreatePen")
)

// The room within elements, in 96ths of an inch.
const (
	buttonAside, buttonAbove = 18, 10
	warningAside             = 14
	fieldAbove               = 6
	checkBox                 = 24
	linesOfLog               = 6
	photoEdge                = 80
	countdownHeight          = 10
	leastButton              = 110
)

// fontOf is the font of an element that is so wide.
func (s *sheet) fontOf(e *window.Element, width int) uintptr {
	if e.Kind == window.Code {
		return s.style.codeFont(e.Text, width-s.style.px(8))
	}
	return s.style.font(e.Kind)
}

// measure implements measure.
func (s *sheet) measure(e *window.Element, width int) image.Point {
	px, font := s.style.px, s.fontOf(e, width)
	switch e.Kind {
	case window.Photo:
		return image.Pt(px(photoEdge), px(photoEdge))
	case window.Countdown:
		return image.Pt(width, px(countdownHeight))
	case window.Log:
		return image.Pt(width, linesOfLog*measureText(font, "X", width).Y+px(2*fieldAbove))
	case window.Field:
		return image.Pt(width, measureText(font, "X", width).Y+px(2*fieldAbove))
	case window.Code:
		return image.Pt(width, measureText(font, "0", width).Y+px(4))
	case window.Button:
		size := measureText(font, e.Text, width-px(2*buttonAside)).Add(image.Pt(px(2*buttonAside), px(2*buttonAbove)))
		size.X = max(size.X, px(leastButton))
		return size
	case window.Switch:
		size := measureText(font, e.Text, width-px(checkBox)).Add(image.Pt(px(checkBox), px(6)))
		size.Y = max(size.Y, px(checkBox))
		return size
	case window.Warning:
		return measureText(font, e.Text, width-px(2*warningAside)).Add(image.Pt(px(2*warningAside), px(2*buttonAbove)))
	}
	return measureText(font, e.Text, width)
}

// measureText returns how large a text is that wraps at a width. It is a pixel wider than
// Windows says, so that drawing it does not wrap.
func measureText(font uintptr, text string, width int) image.Point {
	dc := call(procGetDC, 0)
	defer call(procReleaseDC, 0, dc)
	old := call(procSelectObject, dc, font)
	defer call(procSelectObject, dc, old)
	if text == "" {
		text = " "
	}
	r := rect{Right: int32(max(1, width-1))}
	drawText(dc, text, &r, dtCalcRect|dtWordBreak)
	return image.Pt(min(int(r.Right)+1, width), int(r.Bottom))
}

func drawText(dc uintptr, text string, r *rect, flags uintptr) {
	// The length is that in UTF-16, and Windows counts itself for -1.
	call(procDrawText, dc, uintptr(unsafe.Pointer(utf16(text))), ^uintptr(0), uintptr(unsafe.Pointer(r)), flags|dtNoPrefix)
}

// draw draws an element whose control leaves that to us.
func (c *control) draw(item *drawItem) {
	s := c.sheet
	ground := s.style.ground(s.bar, s.calm)
	fill(item.DC, item.Rect, ground.paper)
	look := s.style.look(&c.el, ground)
	switch c.el.Kind {
	case window.Photo:
		c.photo.draw(item.DC, item.Rect)
	case window.Button:
		c.drawButton(item, look)
	case window.Warning:
		c.drawWarning(item, look)
	default:
		flags := uintptr(dtWordBreak)
		if s.bar {
			flags = dtSingleLine | dtVCenter
		}
		c.drawWords(item.DC, item.Rect, look.ink, flags)
	}
}

func (c *control) drawButton(item *drawItem, l look) {
	px, r := c.sheet.style.px, item.Rect
	if item.State&odsSelected != 0 {
		l.paper = blend(l.paper, l.edge)
	}
	round(item.DC, r, px(8), l.paper, l.edge, px(1))
	if item.State&odsFocus != 0 {
		inner := rect{r.Left + int32(px(3)), r.Top + int32(px(3)), r.Right - int32(px(3)), r.Bottom - int32(px(3))}
		round(item.DC, inner, px(6), l.paper, l.ink, px(2))
	}
	text := rect{r.Left + int32(px(buttonAside)), r.Top, r.Right - int32(px(buttonAside)), r.Bottom}
	size := measureText(c.font, c.el.Text, int(text.Right-text.Left))
	text.Top += (r.Bottom - r.Top - int32(size.Y)) / 2
	c.drawWords(item.DC, text, l.ink, dtWordBreak|dtCenter)
}

func (c *control) drawWarning(item *drawItem, l look) {
	px, r := c.sheet.style.px, item.Rect
	fill(item.DC, r, l.paper)
	edge := r
	edge.Right = edge.Left + int32(px(5))
	fill(item.DC, edge, l.edge)
	text := rect{r.Left + int32(px(warningAside)), r.Top + int32(px(buttonAbove)), r.Right - int32(px(warningAside)), r.Bottom}
	c.drawWords(item.DC, text, l.ink, dtWordBreak)
}

func (c *control) drawWords(dc uintptr, r rect, ink, flags uintptr) {
	const transparent = 1
	old := call(procSelectObject, dc, c.font)
	defer call(procSelectObject, dc, old)
	call(procSetTextColor, dc, ink)
	call(procSetBkMode, dc, transparent)
	if call(procGetWindowLongPtr, c.window, gwlExStyle)&exLayoutRTL != 0 {
		flags |= dtRTLReading
	}
	drawText(dc, c.el.Text, &r, flags)
}

func fill(dc uintptr, r rect, colour uintptr) {
	brush := call(procCreateSolidBrush, colour)
	defer call(procDeleteObject, brush)
	call(procFillRect, dc, uintptr(unsafe.Pointer(&r)), brush)
}

// round draws a rectangle with round corners and an edge.
func round(dc uintptr, r rect, corner int, paper, edge uintptr, thick int) {
	brush, pen := call(procCreateSolidBrush, paper), call(procCreatePen, 0, uintptr(thick), edge)
	oldBrush, oldPen := call(procSelectObject, dc, brush), call(procSelectObject, dc, pen)
	call(procRoundRect, dc, uintptr(r.Left), uintptr(r.Top), uintptr(r.Right), uintptr(r.Bottom), uintptr(corner), uintptr(corner))
	call(procSelectObject, dc, oldBrush)
	call(procSelectObject, dc, oldPen)
	call(procDeleteObject, brush)
	call(procDeleteObject, pen)
}
