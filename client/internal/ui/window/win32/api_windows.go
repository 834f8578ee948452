package win32

import (
	"unsafe"

	"golang.org/x/sys/windows"
)

var (
	user32   = windows.NewLazySystemDLL("user32.dll")
	gdi32    = windows.NewLazySystemDLL("gdi32.dll")
	kernel32 = windows.NewLazySystemDLL("kernel32.dll")
	comctl32 = windows.NewLazySystemDLL("comctl32.dll")
	ole32    = windows.NewLazySystemDLL("ole32.dll")
	dwmapi   = windows.NewLazySystemDLL("dwmapi.dll")

	procRegisterClassEx            = user32.NewProc("RegisterClassExW")
	procUnregisterClass            = user32.NewProc("UnregisterClassW")
	procCreateWindowEx             = user32.NewProc("CreateWindowExW")
	procDestroyWindow              = user32.NewProc("DestroyWindow")
	procDefWindowProc              = user32.NewProc("DefWindowProcW")
	procCallWindowProc             = user32.NewProc("CallWindowProcW")
	procGetMessage                 = user32.NewProc("GetMessageW")
	procTranslateMessage           = user32.NewProc("TranslateMessage")
	procDispatchMessage            = user32.NewProc("DispatchMessageW")
	procIsDialogMessage            = user32.NewProc("IsDialogMessageW")
	procPostMessage                = user32.NewProc("PostMessageW")
	procSendMessage                = user32.NewProc("SendMessageW")
	procSetTimer                   = user32.NewProc("SetTimer")
	procKillTimer                  = user32.NewProc("KillTimer")
	procShowWindow                 = user32.NewProc("ShowWindow")
	procEnableWindow               = user32.NewProc("EnableWindow")
	procIsWindow                   = user32.NewProc("IsWindow")
	procIsWindowVisible            = user32.NewProc("IsWindowVisible")
	procIsWindowEnabled            = user32.NewProc("IsWindowEnabled")
	procIsIconic                   = user32.NewProc("IsIconic")
	procIsZoomed                   = user32.NewProc("IsZoomed")
	procIsChild                    = user32.NewProc("IsChild")
	procSetFocus                   = user32.NewProc("SetFocus")
	procGetFocus                   = user32.NewProc("GetFocus")
	procGetForegroundWindow        = user32.NewProc("GetForegroundWindow")
	procSetForegroundWindow        = user32.NewProc("SetForegroundWindow")
	procFlashWindowEx              = user32.NewProc("FlashWindowEx")
	procMessageBeep                = user32.NewProc("MessageBeep")
	procSetWindowPos               = user32.NewProc("SetWindowPos")
	procGetWindowRect              = user32.NewProc("GetWindowRect")
	procGetClientRect              = user32.NewProc("GetClientRect")
	procAdjustWindowRectEx         = user32.NewProc("AdjustWindowRectEx")
	procSetWindowText              = user32.NewProc("SetWindowTextW")
	procGetWindowText              = user32.NewProc("GetWindowTextW")
	procGetWindowTextLength        = user32.NewProc("GetWindowTextLengthW")
	procGetWindowLongPtr           = user32.NewProc("GetWindowLongPtrW")
	procSetWindowLongPtr           = user32.NewProc("SetWindowLongPtrW")
	procGetWindow                  = user32.NewProc("GetWindow")
	procGetAncestor                = user32.NewProc("GetAncestor")
	procGetDesktopWindow           = user32.NewProc("GetDesktopWindow")
	procWindowFromPoint            = user32.NewProc("WindowFromPoint")
	procGetWindowRgn               = user32.NewProc("GetWindowRgn")
	procSetWindowRgn               = user32.NewProc("SetWindowRgn")
	procGetLayeredWindowAttributes = user32.NewProc("GetLayeredWindowAttributes")
	procGetCurrentInputSource      = user32.NewProc("GetCurrentInputMessageSource")
	procSetScrollInfo              = user32.NewProc("SetScrollInfo")
	procGetScrollInfo              = user32.NewProc("GetScrollInfo")
	procInvalidateRect             = user32.NewProc("InvalidateRect")
	procFillRect                   = user32.NewProc("FillRect")
	procDrawText                   = user32.NewProc("DrawTextW")
	procGetDC                      = user32.NewProc("GetDC")
	procReleaseDC                  = user32.NewProc("ReleaseDC")
	procLoadCursor                 = user32.NewProc("LoadCursorW")
	procLoadIcon                   = user32.NewProc("LoadIconW")
	procSetCapture                 = user32.NewProc("SetCapture")
	procGetCapture                 = user32.NewProc("GetCapture")
	procReleaseCapture             = user32.NewProc("ReleaseCapture")
	procGetSysColor                = user32.NewProc("GetSysColor")
	procSystemParametersInfo       = user32.NewProc("SystemParametersInfoW")
	procSystemParametersInfoForDpi = user32.NewProc("SystemParametersInfoForDpi")
	procGetDpiForWindow            = user32.NewProc("GetDpiForWindow")
	procSetDpiAwarenessContext     = user32.NewProc("SetProcessDpiAwarenessContext")
	procAdjustWindowRectExForDpi   = user32.NewProc("AdjustWindowRectExForDpi")
	procEnumDisplayMonitors        = user32.NewProc("EnumDisplayMonitors")
	procGetMonitorInfo             = user32.NewProc("GetMonitorInfoW")
	procMonitorFromWindow          = user32.NewProc("MonitorFromWindow")
	procOpenClipboard              = user32.NewProc("OpenClipboard")
	procCloseClipboard             = user32.NewProc("CloseClipboard")
	procEmptyClipboard             = user32.NewProc("EmptyClipboard")
	procSetClipboardData           = user32.NewProc("SetClipboardData")
	procNotifyWinEvent             = user32.NewProc("NotifyWinEvent")

	procCreateFontIndirect    = gdi32.NewProc("CreateFontIndirectW")
	procCreateSolidBrush      = gdi32.NewProc("CreateSolidBrush")
	procCreateRectRgn         = gdi32.NewProc("CreateRectRgn")
	procDeleteObject          = gdi32.NewProc("DeleteObject")
	procSelectObject          = gdi32.NewProc("SelectObject")
	procSetTextColor          = gdi32.NewProc("SetTextColor")
	procSetBkColor            = gdi32.NewProc("SetBkColor")
	procSetBkMode             = gdi32.NewProc("SetBkMode")
	procGetDeviceCaps         = gdi32.NewProc("GetDeviceCaps")
	procSetLayout             = gdi32.NewProc("SetLayout")
	procStretchDIBits         = gdi32.NewProc("StretchDIBits")
	procSetStretchBltMode     = gdi32.NewProc("SetStretchBltMode")
	procInitCommonControlsEx  = comctl32.NewProc("InitCommonControlsEx")
	procGlobalAlloc           = kernel32.NewProc("GlobalAlloc")
	procGlobalLock            = kernel32.NewProc("GlobalLock")
	procGlobalUnlock          = kernel32.NewProc("GlobalUnlock")
	procGlobalFree            = kernel32.NewProc("GlobalFree")
	procCoInitializeEx        = ole32.NewProc("CoInitializeEx")
	procCoUninitialize        = ole32.NewProc("CoUninitialize")
	procCoCreateInstance      = ole32.NewProc("CoCreateInstance")
	procDwmGetWindowAttribute = dwmapi.NewProc("DwmGetWindowAttribute")
)

// call calls a function of Windows whose failure its result tells, or whose failure nothing
// can be done about. As with those of package windows, what the arguments point to stays
// where it is until the call returns.
//
//go:uintptrescapes
func call(p *windows.LazyProc, args ...uintptr) uintptr {
	result, _, _ := p.Call(args...)
	return result
}

// has reports whether this Windows is new enough to have a function.
func has(p *windows.LazyProc) bool { return p.Find() == nil }

// at reads what a message points to.
func at[T any](address uintptr) *T { return *(**T)(unsafe.Pointer(&address)) }

// utf16 is text as Windows takes it. What comes after a NUL is cut off, since Windows would.
func utf16(text string) *uint16 {
	for i := range len(text) {
		if text[i] == 0 {
			text = text[:i]
			break
		}
	}
	p, err := windows.UTF16PtrFromString(text)
	if err != nil {
		panic(err) // only for a NUL
	}
	return p
}

// windowText reads what a window says of itself, at most a limit that a person types.
func windowText(w uintptr) string {
	const limit = 64 << 10
	length := min(int(call(procGetWindowTextLength, w)), limit)
	text := make([]uint16, length+1)
	call(procGetWindowText, w, uintptr(unsafe.Pointer(&text[0])), uintptr(len(text)))
	return windows.UTF16ToString(text)
}

func low(v uintptr) int  { return int(int16(v)) }
func high(v uintptr) int { return int(int16(v >> 16)) }
