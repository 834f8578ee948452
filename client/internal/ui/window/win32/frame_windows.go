package win32

import (
	"fmt"
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// frame is the main window.
type frame struct {
	sheet
	page     window.Page
	began    bool    // a page was shown
	focused  uintptr // what had the keyboard when the window lost it
	fitted   image.Point
	resized  bool // by the person: from then on the size is theirs
	arranged bool // while the window is being arranged
}

const (
	frameStyle    = wsCaption | wsSysMenu | wsThickFrame | wsMinimizeBox | wsMaximizeBox | wsVScroll | wsClipChildren
	frameExtended = exControlParent
	frameWidth    = 560 // of what is within, in 96ths of an inch
	leastWidth    = 340
	leastHeight   = 240
)

func newFrame(t *Toolkit, rightToLeft bool) (*frame, error) {
	extended := uintptr(frameExtended)
	if rightToLeft {
		extended |= exLayoutRTL
	}
	const anywhere = 0x80000000
	w, _, err := procCreateWindowEx.Call(extended, uintptr(unsafe.Pointer(t.class)), 0, frameStyle, anywhere, anywhere, anywhere, anywhere, 0, 0, instance(), 0)
	if w == 0 {
		return nil, fmt.Errorf("make the window: %w", err)
	}
	t.names.dialog(w)
	return &frame{sheet: newSheet(t, w, false)}, nil
}

// show replaces the page. The window is made anew only where a mirrored one is needed.
func (f *frame) show(p window.Page) {
	if f.began && p.RightToLeft != f.page.RightToLeft {
		f.mirror(p.RightToLeft)
	}
	before, first := f.page, !f.began
	f.page, f.began = p, true
	if p.Title != before.Title || first {
		f.t.ours(func() { call(procSetWindowText, f.window, uintptr(unsafe.Pointer(utf16(p.Title)))) })
	}
	focused := f.of(call(procGetFocus))
	if focused == nil {
		focused = f.of(f.focused)
	}
	had := ""
	if focused != nil {
		had = focused.el.ID
	}
	anew := first || before.ID != p.ID
	fresh := f.set(p.Elements)
	if anew {
		f.offset = 0
	}
	f.fit(anew)
	f.arrange()
	f.raise(p.Urgent, before.Urgent)
	f.appear(p.Hidden, first)
	if c := f.controls[focus(before, p, fresh, had)]; c != nil {
		f.give(c)
	}
}

// mirror takes all controls away and turns the window over: those that come are mirrored as
// it is.
func (f *frame) mirror(rightToLeft bool) {
	f.set(nil)
	extended := call(procGetWindowLongPtr, f.window, gwlExStyle) &^ exLayoutRTL
	if rightToLeft {
		extended |= exLayoutRTL
	}
	call(procSetWindowLongPtr, f.window, gwlExStyle, extended)
	call(procInvalidateRect, f.window, 0, 1)
}

// raise keeps the window before all others, or does not any more.
func (f *frame) raise(urgent, before bool) {
	if urgent == before {
		return
	}
	after := hwndNotTopmost
	if urgent {
		after = hwndTopmost
	}
	call(procSetWindowPos, f.window, after, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate)
}

func (f *frame) appear(hidden, first bool) {
	visible := call(procIsWindowVisible, f.window) != 0
	switch {
	case hidden && visible:
		call(procShowWindow, f.window, swHide)
	case !hidden && !visible:
		call(procShowWindow, f.window, swShow)
		if first {
			call(procSetForegroundWindow, f.window)
		}
	}
}

// give gives a control the keyboard: at once, or when the window has it.
func (f *frame) give(c *control) {
	f.focused = c.window
	if call(procGetForegroundWindow) == f.window {
		call(procSetFocus, c.window)
	}
	f.intoSight(c)
}

// attend brings the window before all others, with a sound. Windows may refuse to give it
// the keyboard; then it flashes until the person turns to it.
func (f *frame) attend() {
	if call(procIsIconic, f.window) != 0 {
		call(procShowWindow, f.window, swRestore)
	}
	call(procSetWindowPos, f.window, insertBefore, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate)
	call(procSetForegroundWindow, f.window)
	call(procMessageBeep, beepWarning)
	if call(procGetForegroundWindow) == f.window {
		return
	}
	const all, untilForeground = 3, 12
	flash := flashInfo{Size: uint32(unsafe.Sizeof(flashInfo{})), Window: f.window, Flags: all | untilForeground}
	call(procFlashWindowEx, uintptr(unsafe.Pointer(&flash)))
}

// message handles what comes to the window, unless it is done as for any other.
func (f *frame) message(what uint32, wParam, lParam uintptr) (result uintptr, done bool) {
	switch what {
	case wmClose:
		f.escape(f.t.hands.closing(f.window), true)
		return 0, true
	case wmCommand:
		code := uint16(wParam >> 16)
		if c := f.command(wParam, lParam); c != nil && (code == bnSetFocus || code == enSetFocus) {
			f.intoSight(c)
		}
		return 0, true
	case wmSize:
		f.arrange()
	case wmVScroll:
		f.scroll(int(uint16(wParam)))
		return 0, true
	case wmMouseWheel:
		const notch = 120
		f.scrollTo(f.offset - high(wParam)*f.style.px(80)/notch)
		return 0, true
	case wmActivate:
		if uint16(wParam) == 0 {
			if c := f.of(call(procGetFocus)); c != nil {
				f.focused = c.window
			}
			return 0, true
		}
	case wmSetFocus:
		if f.focused != 0 {
			call(procSetFocus, f.focused)
		}
		return 0, true
	case wmGetMinMaxInfo:
		if f.style != nil {
			at[minMaxInfo](lParam).MinTrack = point{int32(f.style.px(leastWidth)), int32(f.style.px(leastHeight))}
		}
		return 0, true
	case wmSetText:
		return 0, f.t.own == 0
	default:
		return f.change(what, wParam, lParam)
	}
	return 0, false
}

// change follows what changes around the window.
func (f *frame) change(what uint32, wParam, lParam uintptr) (result uintptr, done bool) {
	switch what {
	case wmDpiChanged:
		r := at[rect](lParam).image()
		f.restyle(low(wParam))
		f.fitted = r.Size()
		call(procSetWindowPos, f.window, 0, uintptr(r.Min.X), uintptr(r.Min.Y), uintptr(r.Dx()), uintptr(r.Dy()), swpNoZOrder|swpNoActivate)
		f.arrange()
		return 0, true
	case wmExitSizeMove:
		f.resized = f.resized || wide(f.window).image().Size() != f.fitted
	case wmSysColorChange, wmSettingChange, wmThemeChanged:
		f.restyle(f.style.dpi)
		f.fit(false)
		f.arrange()
		f.t.bars.restyle()
	case wmDisplayChange:
		f.t.bars.remake()
	}
	return f.common(what, wParam, lParam)
}

// escape presses what the escape key or, with closing, the close button press.
func (f *frame) escape(hand ui.Hand, closing bool) {
	id := f.page.Escape
	if id == "" {
		if !closing {
			return
		}
		id = window.Close
	}
	f.t.press(window.Press{ID: id, Hand: hand})
}

func (f *frame) destroy() {
	f.sheet.destroy()
	f.t.frame = nil
}
