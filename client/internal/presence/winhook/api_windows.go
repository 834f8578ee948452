package winhook

import "golang.org/x/sys/windows"

var (
	user32                  = windows.NewLazySystemDLL("user32.dll")
	procSetWindowsHookEx    = user32.NewProc("SetWindowsHookExW")
	procUnhookWindowsHookEx = user32.NewProc("UnhookWindowsHookEx")
	procCallNextHookEx      = user32.NewProc("CallNextHookEx")
	procGetMessage          = user32.NewProc("GetMessageW")
	procPeekMessage         = user32.NewProc("PeekMessageW")
	procDispatchMessage     = user32.NewProc("DispatchMessageW")
	procPostThreadMessage   = user32.NewProc("PostThreadMessageW")
	procSetTimer            = user32.NewProc("SetTimer")
	procKillTimer           = user32.NewProc("KillTimer")
	procGetLastInputInfo    = user32.NewProc("GetLastInputInfo")

	procGetTickCount = windows.NewLazySystemDLL("kernel32.dll").NewProc("GetTickCount")
)

const (
	whKeyboardLL = 13
	whMouseLL    = 14

	wmQuit        = 0x0012
	wmTimer       = 0x0113
	wmKeyDown     = 0x0100
	wmSysKeyDown  = 0x0104
	wmMouseMove   = 0x0200
	wmMouseWheel  = 0x020a
	wmMouseHWheel = 0x020e

	// Of the flags of a keyboard event, and of a mouse event.
	keyExtended     = 0x01
	keyInjected     = 0x10
	keyLowInjected  = 0x02
	mouseInjected   = 0x01
	mouseLoInjected = 0x02
)

type point struct{ X, Y int32 }

// keyEvent is KBDLLHOOKSTRUCT.
type keyEvent struct {
	Code, Scan, Flags, Time uint32
	Extra                   uintptr
}

// mouseEvent is MSLLHOOKSTRUCT.
type mouseEvent struct {
	At                point
	Data, Flags, Time uint32
	Extra             uintptr
}

// message is MSG.
type message struct {
	Window  uintptr
	Message uint32
	W, L    uintptr
	Time    uint32
	At      point
	_       uint32
}

// lastInput is LASTINPUTINFO.
type lastInput struct{ Size, Time uint32 }

// isMouseDown reports whether a button goes down by this message, of whatever button: left,
// right, middle and the others follow each other with down, up and double click.
func isMouseDown(m uintptr) bool {
	switch m {
	case 0x0201, 0x0204, 0x0207, 0x020b:
		return true
	}
	return false
}
