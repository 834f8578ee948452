package gdi

import (
	"fmt"
	"image"
	"runtime"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// The system looks these up when they are called first.
var (
	user32 = windows.NewLazySystemDLL("user32.dll")
	gdi32  = windows.NewLazySystemDLL("gdi32.dll")

	procGetDC               = user32.NewProc("GetDC")
	procReleaseDC           = user32.NewProc("ReleaseDC")
	procEnumDisplayMonitors = user32.NewProc("EnumDisplayMonitors")
	procGetMonitorInfo      = user32.NewProc("GetMonitorInfoW")
	procGetCursorInfo       = user32.NewProc("GetCursorInfo")
	procGetIconInfo         = user32.NewProc("GetIconInfo")
	procOpenInputDesktop    = user32.NewProc("OpenInputDesktop")
	procCloseDesktop        = user32.NewProc("CloseDesktop")
	procCreateCompatibleDC  = gdi32.NewProc("CreateCompatibleDC")
	procCreateDIBSection    = gdi32.NewProc("CreateDIBSection")
	procSelectObject        = gdi32.NewProc("SelectObject")
	procBitBlt              = gdi32.NewProc("BitBlt")
	procGdiFlush            = gdi32.NewProc("GdiFlush")
	procGetObject           = gdi32.NewProc("GetObjectW")
	procGetDIBits           = gdi32.NewProc("GetDIBits")
	procDeleteObject        = gdi32.NewProc("DeleteObject")
	procDeleteDC            = gdi32.NewProc("DeleteDC")
)

// bitmapInfo is BITMAPINFOHEADER, and room for the colours of a palette.
type bitmapInfo struct {
	size                 uint32
	width, height        int32
	planes, bits         uint16
	compression, bytes   uint32
	perMetreX, perMetreY int32
	used, important      uint32
	_                    [4]byte
}

// rows describes pixels of four bytes, from the top left.
func rows(size image.Point) bitmapInfo {
	const header, bits = 40, 32
	return bitmapInfo{size: header, width: int32(size.X), height: -int32(size.Y), planes: 1, bits: bits} //nolint:gosec // a screen's
}

// withScreen calls f with a device context of the whole desktop, which belongs to one thread.
func withScreen(f func(screen uintptr) error) error {
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	screen, _, _ := procGetDC.Call(0)
	if screen == 0 {
		return fmt.Errorf("open the screen: %w", capture.ErrNoDisplay)
	}
	err := f(screen)
	_, _, _ = procReleaseDC.Call(0, screen)
	return err
}

// bitmap is a picture that the screen is copied into.
type bitmap struct {
	context, handle uintptr
	picture         *image.RGBA // in the system's memory; its bytes are B, G, R, X
}

func newBitmap(size image.Point) (*bitmap, error) {
	b := &bitmap{}
	err := withScreen(func(screen uintptr) error {
		info := rows(size)
		var bits unsafe.Pointer
		b.context, _, _ = procCreateCompatibleDC.Call(screen)
		b.handle, _, _ = procCreateDIBSection.Call(screen, uintptr(unsafe.Pointer(&info)), 0, uintptr(unsafe.Pointer(&bits)), 0, 0)
		if b.context == 0 || b.handle == 0 {
			return fmt.Errorf("no memory for a picture of %v", size)
		}
		_, _, _ = procSelectObject.Call(b.context, b.handle)
		pix := unsafe.Slice((*byte)(bits), 4*size.X*size.Y)
		b.picture = &image.RGBA{Pix: pix, Stride: 4 * size.X, Rect: image.Rectangle{Max: size}}
		return nil
	})
	if err != nil {
		b.close()
		return nil, err
	}
	return b, nil
}

// copy takes what the desktop shows from this corner on.
func (b *bitmap) copy(from image.Point) error {
	const sourceCopy = 0x00cc0020
	size := b.picture.Rect.Size()
	return withScreen(func(screen uintptr) error {
		done, _, err := procBitBlt.Call(b.context, 0, 0, uintptr(size.X), uintptr(size.Y),
			screen, uintptr(from.X), uintptr(from.Y), sourceCopy)
		if done == 0 {
			return fmt.Errorf("copy the screen: %w", err)
		}
		_, _, _ = procGdiFlush.Call()
		return nil
	})
}

func (b *bitmap) close() {
	if b.context != 0 {
		_, _, _ = procDeleteDC.Call(b.context) // first, as it holds the bitmap
	}
	if b.handle != 0 {
		_, _, _ = procDeleteObject.Call(b.handle)
	}
	*b = bitmap{}
}

// elsewhere is true while the keyboard and the screen belong to the system: the question for an
// administrator is shown, or the sign-in.
func elsewhere() bool {
	const readObjects = 0x1
	desktop, _, _ := procOpenInputDesktop.Call(0, 0, readObjects)
	if desktop == 0 {
		return true
	}
	_, _, _ = procCloseDesktop.Call(desktop)
	return false
}
