package win32

import (
	"errors"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

var (
	procGetProcessWindowStation  = user32.NewProc("GetProcessWindowStation")
	procGetUserObjectInformation = user32.NewProc("GetUserObjectInformationW")
)

// seen says why a window would not be seen by anybody: services have no desktop.
func seen() error {
	var flags struct{ Inherit, Reserved, Flags uint32 }
	const uoiFlags, visible = 1, 1
	station := call(procGetProcessWindowStation)
	ok := call(procGetUserObjectInformation, station, uoiFlags, uintptr(unsafe.Pointer(&flags)), unsafe.Sizeof(flags), 0)
	if ok != 0 && flags.Flags&visible == 0 {
		return errors.New("win32: this program runs where nobody sees its windows")
	}
	return nil
}

// loop handles messages until wmEnd.
func (t *Toolkit) loop() {
	var m message
	for {
		if got := int32(call(procGetMessage, uintptr(unsafe.Pointer(&m)), 0, 0, 0)); got <= 0 {
			return
		}
		t.mind()
		if m.Window == t.inbox && m.Message == wmEnd && t.ends() {
			return
		}
		if t.frame != nil && (t.frame.key(&m) || call(procIsDialogMessage, t.frame.window, uintptr(unsafe.Pointer(&m))) != 0) {
			continue
		}
		call(procTranslateMessage, uintptr(unsafe.Pointer(&m)))
		call(procDispatchMessage, uintptr(unsafe.Pointer(&m)))
		if t.ending && t.chooser.open == nil {
			return
		}
	}
}

// ends reports whether the loop can end now: an open dialog, whose owner is one of the
// windows here, is closed first. One that does not close is waited for a while.
func (t *Toolkit) ends() bool {
	if t.ending || !t.chooser.close() {
		return true
	}
	t.ending = true
	inbox := t.inbox
	time.AfterFunc(closeWithin, func() { call(procPostMessage, inbox, wmEnd, 0, 0) })
	return false
}

// message handles what comes to any window of the class.
func (t *Toolkit) message(w uintptr, what uint32, wParam, lParam uintptr) uintptr {
	switch {
	case w == t.inbox && w != 0:
		switch what {
		case wmWishes:
			t.fulfil()
			return 0
		case wmChosen:
			t.chooser.chosen()
			return 0
		case wmTimer: // also while Windows loops itself, for a window that is being moved
			t.mind()
			return 0
		}
	case t.frame != nil && w == t.frame.window:
		if result, done := t.frame.message(what, wParam, lParam); done {
			return result
		}
	default:
		if b := t.bars.of(w); b != nil {
			if result, done := b.message(what, wParam, lParam); done {
				return result
			}
		}
	}
	return call(procDefWindowProc, w, uintptr(what), wParam, lParam)
}

// childMessage stands before the procedure of each control, so that no other program
// writes on it, moves it or hides it.
func (t *Toolkit) childMessage(w uintptr, what uint32, wParam, lParam uintptr) uintptr {
	c := t.controls[w]
	if c == nil {
		return call(procDefWindowProc, w, uintptr(what), wParam, lParam)
	}
	if t.own == 0 && c.refuses(what, lParam) {
		return 0
	}
	if c.sheet.bar && c.el.Kind == window.Button && c.barMouse(what, lParam) {
		return 0
	}
	if presses(what) && c.hand == nil {
		// Now, and not when the button tells of it: what it does before makes Windows forget.
		hand := c.sheet.t.hands.of(c.window, false)
		c.hand = &hand
		defer func() { c.hand = nil }()
	}
	result := call(procCallWindowProc, c.proc, w, uintptr(what), wParam, lParam)
	if what == wmGetDlgCode && c.el.Kind == window.Log {
		result &^= dlgcWantTab | dlgcWantAllKeys // the tab key leaves it
	}
	return result
}

// presses reports whether a button may say at this message that it was pressed.
func presses(what uint32) bool {
	switch what {
	case wmLButtonUp, wmKeyUp, bmClick:
		return true
	}
	return false
}

// refuses reports whether nobody but this program may do something to a control, and takes
// the harm out of what has to go on.
func (c *control) refuses(what uint32, lParam uintptr) bool {
	switch what {
	case wmSetText, emReplaceSel:
		return c.el.Kind != window.Field // into which assistive technology may type
	case wmSetFont, emSetReadOnly, emSetPassword, bmSetCheck, pbmSetPos:
		return true
	case wmWindowPosChanging:
		stay(lParam)
	}
	return false
}

// stay makes a change of place one of nothing.
func stay(lParam uintptr) {
	p := at[windowPos](lParam)
	p.Flags |= swpNoMove | swpNoSize | swpNoZOrder
	p.Flags &^= swpHideWindow
}

// wide is a window's rectangle on the desktop.
func wide(w uintptr) rect {
	var r rect
	call(procGetWindowRect, w, uintptr(unsafe.Pointer(&r)))
	return r
}

// processOf is whose window it is.
func processOf(w uintptr) uint32 {
	var id uint32
	_, _ = windows.GetWindowThreadProcessId(windows.HWND(w), &id)
	return id
}
