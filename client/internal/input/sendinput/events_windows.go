package sendinput

import (
	"errors"
	"fmt"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Windows looks these up when they are called first.
var (
	user32               = windows.NewLazySystemDLL("user32.dll")
	procSendInput        = user32.NewProc("SendInput")
	procGetSystemMetrics = user32.NewProc("GetSystemMetrics")
	procGetAsyncKeyState = user32.NewProc("GetAsyncKeyState")
	procGetKeyState      = user32.NewProc("GetKeyState")
	procMapVirtualKeyEx  = user32.NewProc("MapVirtualKeyExW")
	procOpenInputDesktop = user32.NewProc("OpenInputDesktop")
	procCloseDesktop     = user32.NewProc("CloseDesktop")

	errBlocked = errors.New("the system takes no input from this program now")
)

// Types of events, and what they say (winuser.h).
const (
	typeMouse    = 0
	typeKeyboard = 1

	keyExtended = 0x1
	keyUp       = 0x2
	keyUnicode  = 0x4
	keyScanCode = 0x8

	mouseMove        = 0x0001
	mouseLeftDown    = 0x0002
	mouseLeftUp      = 0x0004
	mouseRightDown   = 0x0008
	mouseRightUp     = 0x0010
	mouseMiddleDown  = 0x0020
	mouseMiddleUp    = 0x0040
	mouseXDown       = 0x0080
	mouseXUp         = 0x0100
	mouseWheel       = 0x0800
	mouseHWheel      = 0x1000
	mouseVirtualDesk = 0x4000
	mouseAbsolute    = 0x8000
)

// event is INPUT with its larger variant, MOUSEINPUT.
type event struct {
	kind  uint32
	_     uint32
	mouse struct {
		dx, dy      int32
		data, flags uint32
		time        uint32
		_           uint32
		extra       uintptr
	}
}

// keyboard is INPUT with KEYBDINPUT, as long as the other one.
type keyboard struct {
	kind    uint32
	_       uint32
	virtual uint16
	scan    uint16
	flags   uint32
	time    uint32
	_       uint32
	extra   uintptr
	_       [8]byte
}

func mouseEvent(flags uint32, dx, dy int32, data int32) event {
	e := event{kind: typeMouse}
	e.mouse.dx, e.mouse.dy, e.mouse.flags, e.mouse.data = dx, dy, flags, uint32(data) //nolint:gosec // its bits
	return e
}

func keyEvent(virtual, scan uint16, flags uint32) event {
	k := keyboard{kind: typeKeyboard, virtual: virtual, scan: scan, flags: flags}
	return *(*event)(unsafe.Pointer(&k)) // a union, of the same size
}

// send makes events, all of which come in order with nobody else's between them.
func send(events ...event) error {
	n, _, err := procSendInput.Call(uintptr(len(events)), uintptr(unsafe.Pointer(&events[0])), unsafe.Sizeof(events[0]))
	if int(n) != len(events) {
		return fmt.Errorf("%w: %d of %d events: %w", errBlocked, n, len(events), err)
	}
	return nil
}

// metric asks GetSystemMetrics.
func metric(index uintptr) int {
	v, _, _ := procGetSystemMetrics.Call(index)
	return int(int32(v)) //nolint:gosec // an int in C
}
