package winclip

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")

	procCreateWindowEx                = user32.NewProc("CreateWindowExW")
	procDestroyWindow                 = user32.NewProc("DestroyWindow")
	procGetMessage                    = user32.NewProc("GetMessageW")
	procDispatchMessage               = user32.NewProc("DispatchMessageW")
	procPostMessage                   = user32.NewProc("PostMessageW")
	procSendMessageTimeout            = user32.NewProc("SendMessageTimeoutW")
	procAddClipboardFormatListener    = user32.NewProc("AddClipboardFormatListener")
	procRemoveClipboardFormatListener = user32.NewProc("RemoveClipboardFormatListener")
	procRegisterClipboardFormat       = user32.NewProc("RegisterClipboardFormatW")
	procIsClipboardFormatAvailable    = user32.NewProc("IsClipboardFormatAvailable")
	procGetClipboardOwner             = user32.NewProc("GetClipboardOwner")
	procOpenClipboard                 = user32.NewProc("OpenClipboard")
	procCloseClipboard                = user32.NewProc("CloseClipboard")
	procEmptyClipboard                = user32.NewProc("EmptyClipboard")
	procGetClipboardData              = user32.NewProc("GetClipboardData")
	procSetClipboardData              = user32.NewProc("SetClipboardData")

	procGlobalAlloc  = kernel32.NewProc("GlobalAlloc")
	procGlobalLock   = kernel32.NewProc("GlobalLock")
	procGlobalUnlock = kernel32.NewProc("GlobalUnlock")
	procGlobalFree   = kernel32.NewProc("GlobalFree")
	procGlobalSize   = kernel32.NewProc("GlobalSize")
)

const (
	wmNull            = 0x0000
	wmClipboardUpdate = 0x031d
	wmApp             = 0x8000

	// messageOnly is HWND_MESSAGE, the parent of windows that nobody sees.
	messageOnly = ^uintptr(2)

	// unicodeText is CF_UNICODETEXT.
	unicodeText = 13
)

// message is MSG.
type message struct {
	Window  uintptr
	Message uint32
	W, L    uintptr
	Time    uint32
	X, Y    int32
	_       uint32
}

// call calls a function of Windows whose failure its result tells, or whose failure nothing
// can be done about. What the arguments point to stays where it is until it returns.
//
//go:uintptrescapes
func call(p *windows.LazyProc, args ...uintptr) uintptr {
	result, _, _ := p.Call(args...)
	return result
}

// units are n units of UTF-16 at an address of Windows.
func units(address uintptr, n uintptr) []uint16 {
	return unsafe.Slice(*(**uint16)(unsafe.Pointer(&address)), n)
}
