package win32

import (
	"fmt"
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// newBar makes a bar that update shows.
func newBar(t *Toolkit, monitor uintptr, shown *window.Bar) (*bar, error) {
	extended := uintptr(barExtended)
	if shown.RightToLeft {
		extended |= exLayoutRTL
	}
	work := workOf(monitor)
	// On its monitor from the beginning, so that it has that monitor's resolution.
	w, _, err := procCreateWindowEx.Call(extended, uintptr(unsafe.Pointer(t.class)), uintptr(unsafe.Pointer(utf16(shown.Name))), barStyle,
		uintptr(work.Min.X), uintptr(work.Min.Y), 1, 1, 0, 0, instance(), 0)
	if w == 0 {
		return nil, fmt.Errorf("make a bar: %w", err)
	}
	return &bar{sheet: newSheet(t, w, true), monitor: monitor, work: work}, nil
}

// update shows a bar as it is now, in the middle of its monitor's upper edge.
func (b *bar) update(shown *window.Bar) {
	b.t.ours(func() {
		if windowText(b.window) != shown.Name {
			call(procSetWindowText, b.window, uintptr(unsafe.Pointer(utf16(shown.Name))))
		}
		if b.calm != shown.Calm {
			b.calm = shown.Calm
			call(procInvalidateRect, b.window, 0, 1)
			for _, c := range b.controls {
				c.repaint()
			}
		}
		b.set([]window.Element{{Kind: window.Row, Children: shown.Elements}})
		size := b.arrange(b.work.Dx()*9/10, 0)
		at := image.Pt(b.work.Min.X+(b.work.Dx()-size.X)/2, b.work.Min.Y)
		b.at = image.Rectangle{Min: at, Max: at.Add(size)}
		if wide(b.window).image() != b.at || call(procIsWindowVisible, b.window) == 0 {
			b.up()
		}
		b.place()
	})
}

// up puts the bar where it belongs, before all others.
func (b *bar) up() {
	call(procSetWindowPos, b.window, hwndTopmost, uintptr(b.at.Min.X), uintptr(b.at.Min.Y), uintptr(b.at.Dx()), uintptr(b.at.Dy()),
		swpNoActivate|swpShowWindow|swpFrameChanged)
}

// message handles what comes to the bar, unless it is done as for any other window. Nothing
// closes it, and only this program moves or hides it.
func (b *bar) message(what uint32, wParam, lParam uintptr) (result uintptr, done bool) {
	switch what {
	case wmClose, wmSysCommand:
		return 0, true
	case wmSetText:
		return 0, b.t.own == 0
	case wmMouseActivate:
		return maNoActivate, true
	case wmCommand:
		b.command(wParam, lParam)
		return 0, true
	case wmWindowPosChanging:
		if b.t.own == 0 {
			stay(lParam)
		}
	case wmDpiChanged:
		return 0, true // the watch makes it anew when its monitor has changed
	}
	return b.common(what, wParam, lParam)
}

// barMouse lets a button of a bar be pressed as Windows' own are, except that the keyboard
// stays with the program that has it.
func (c *control) barMouse(what uint32, lParam uintptr) bool {
	var r rect
	call(procGetClientRect, c.window, uintptr(unsafe.Pointer(&r)))
	inside := image.Pt(low(lParam), high(lParam)).In(r.image())
	held := call(procGetCapture) == c.window
	switch what {
	case wmLButtonDown, wmLButtonDouble:
		call(procSetCapture, c.window)
		call(procSendMessage, c.window, bmSetState, 1, 0)
	case wmMouseMove:
		if held {
			call(procSendMessage, c.window, bmSetState, boolean(inside), 0)
		}
	case wmLButtonUp:
		if held {
			call(procReleaseCapture)
			call(procSendMessage, c.window, bmSetState, 0, 0)
			if inside {
				c.pressed()
			}
		}
	default:
		return false
	}
	return true
}
