package sendinput

import (
	"runtime"
	"unicode"
	"unicode/utf16"

	"golang.org/x/sys/windows"
)

// Virtual keys that decide about the others (winuser.h).
const (
	virtualShift    = 0x10
	virtualControl  = 0x11
	virtualAlt      = 0x12
	virtualCapsLock = 0x14
	virtualMetaLeft = 0x5b
	virtualMetaRgt  = 0x5c
	virtualNumLock  = 0x90
)

// Produces implements input.Injector: with the layout of the program that has the keyboard.
func (i *Injector) Produces(code string) string {
	k, ok := keyOf(code)
	if i.closed || !ok || k.virtual != 0 {
		return ""
	}
	text := make(chan string)
	go func() {
		// A thread learns of the locks from what it reads off its queue, and this program's threads
		// read none: a new one begins with the locks as they are. It ends with this goroutine.
		runtime.LockOSThread()
		text <- produces(k)
	}()
	return <-text
}

func produces(k key) string {
	state, ok := modifiers()
	if !ok {
		return ""
	}
	layout := foregroundLayout()
	virtual := virtualKey(k, layout)
	if virtual == 0 {
		return ""
	}
	const leaveState = 0x4 // a dead accent that waits goes on waiting
	var made [8]uint16
	n := windows.ToUnicodeEx(virtual, uint32(k.scan), &state[0], &made[0], int32(len(made)), leaveState, layout)
	if n <= 0 {
		return ""
	}
	for _, char := range utf16.Decode(made[:n]) {
		if unicode.IsControl(char) {
			return ""
		}
	}
	return string(utf16.Decode(made[:n]))
}

// modifiers returns what is down and locked, and false where that makes a shortcut. Control and Alt
// together are AltGr.
func modifiers() (state [256]byte, ok bool) {
	control, alt := isDown(virtualControl), isDown(virtualAlt)
	if control != alt || isDown(virtualMetaLeft) || isDown(virtualMetaRgt) {
		return state, false
	}
	const down, locked = 0x80, 0x01
	for _, key := range []uintptr{virtualShift, virtualControl, virtualAlt} {
		if isDown(key) {
			state[key] |= down
		}
	}
	for _, key := range []uintptr{virtualCapsLock, virtualNumLock} {
		if v, _, _ := procGetKeyState.Call(key); v&locked != 0 {
			state[key] |= locked
		}
	}
	return state, true
}

func isDown(virtual uintptr) bool {
	const down = 0x8000
	v, _, _ := procGetAsyncKeyState.Call(virtual)
	return v&down != 0
}

func foregroundLayout() windows.Handle {
	var thread uint32
	if window := windows.GetForegroundWindow(); window != 0 {
		thread, _ = windows.GetWindowThreadProcessId(window, nil)
	}
	return windows.GetKeyboardLayout(thread)
}

func virtualKey(k key, layout windows.Handle) uint32 {
	const fromScanCode, prefix = 3, 0xe000
	scan := uintptr(k.scan)
	if k.extended {
		scan |= prefix
	}
	v, _, _ := procMapVirtualKeyEx.Call(scan, fromScanCode, uintptr(layout))
	return uint32(v)
}
