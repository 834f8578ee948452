package win32

import (
	"context"
	"image"
	"image/color"
	"image/png"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// shotsVariable names a folder for pictures of what the tests see; empty for none.
const shotsVariable = "LENDHAND_TEST_SHOTS"

var (
	procBitBlt                 = gdi32.NewProc("BitBlt")
	procCreateCompatibleDC     = gdi32.NewProc("CreateCompatibleDC")
	procCreateCompatibleBitmap = gdi32.NewProc("CreateCompatibleBitmap")
	procDeleteDC               = gdi32.NewProc("DeleteDC")
	procGetDIBits              = gdi32.NewProc("GetDIBits")
	procEnumChildWindows       = user32.NewProc("EnumChildWindows")
	procFindWindow             = user32.NewProc("FindWindowW")
)

// within is how long a test waits for what must come.
const within = 15 * time.Second

// start runs a Toolkit until the test ends.
func start(t *testing.T) *Toolkit {
	t.Helper()
	tk, err := Open(Config{Log: slog.New(slog.NewTextHandler(t.Output(), nil))})
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error)
	go func() { done <- tk.Run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Errorf("run: %v", err)
		}
	})
	return tk
}

// eventually waits until something is so.
func eventually(t *testing.T, what string, so func() bool) {
	t.Helper()
	for deadline := time.Now().Add(within); !so(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("not in time: %s", what)
		}
	}
}

// open shows a page, and returns its window when it is there and has the keyboard.
func open(t *testing.T, tk *Toolkit, p window.Page) uintptr {
	t.Helper()
	tk.Show(p)
	var w uintptr
	eventually(t, "the window "+p.Title, func() bool {
		w = call(procFindWindow, 0, uintptr(unsafe.Pointer(utf16(p.Title))))
		return w != 0 && call(procIsWindowVisible, w) != 0 && call(procGetForegroundWindow) == w
	})
	settle(w)
	return w
}

// settle waits until a window has painted itself.
func settle(w uintptr) {
	const wmNull, timeout = 0, 5000
	for range 3 {
		var result uintptr
		call(user32.NewProc("SendMessageTimeoutW"), w, wmNull, 0, 0, 0, timeout, uintptr(unsafe.Pointer(&result)))
		call(user32.NewProc("RedrawWindow"), w, 0, 0, 0x0181)
		time.Sleep(50 * time.Millisecond)
	}
}

// part is a control as a screen reader finds it.
type part struct {
	window      uintptr
	class, text string
	at          image.Rectangle
}

// parts lists the visible controls of a window that have a size, in the order of the tab key.
func partsOf(w uintptr) []part {
	var list []part
	callback := windows.NewCallback(func(child, _ uintptr) uintptr {
		name := make([]uint16, 64)
		_, _ = windows.GetClassName(windows.HWND(child), &name[0], int32(len(name)))
		p := part{child, windows.UTF16ToString(name), windowText(child), wide(child).image()}
		if !p.at.Empty() && call(procIsWindowVisible, child) != 0 {
			list = append(list, p)
		}
		return 1
	})
	call(procEnumChildWindows, w, callback, 0)
	return list
}

// find returns the control with a text.
func find(t *testing.T, w uintptr, text string) part {
	t.Helper()
	for _, p := range partsOf(w) {
		if p.text == text {
			return p
		}
	}
	t.Fatalf("no %q among %+v", text, partsOf(w))
	return part{}
}

func middle(r image.Rectangle) image.Point { return r.Min.Add(r.Max).Div(2) }

// next returns the next press.
func next(t *testing.T, tk *Toolkit) window.Press {
	t.Helper()
	select {
	case p := <-tk.Presses():
		return p
	case <-time.After(within):
		t.Fatal("no press came")
		return window.Press{}
	}
}

// shot is what the desktop shows in a rectangle. With a name, it is kept where somebody
// wants to look at it.
func shot(t *testing.T, r image.Rectangle, name string) *image.RGBA {
	t.Helper()
	screen := call(procGetDC, 0)
	defer call(procReleaseDC, 0, screen)
	memory := call(procCreateCompatibleDC, screen)
	defer call(procDeleteDC, memory)
	bitmap := call(procCreateCompatibleBitmap, screen, uintptr(r.Dx()), uintptr(r.Dy()))
	defer call(procDeleteObject, bitmap)
	old := call(procSelectObject, memory, bitmap)
	const copyPixels = 0x00cc0020
	call(procBitBlt, memory, 0, 0, uintptr(r.Dx()), uintptr(r.Dy()), screen, uintptr(r.Min.X), uintptr(r.Min.Y), copyPixels)
	call(procSelectObject, memory, old)
	header := bitmapHeader{Size: 40, Width: int32(r.Dx()), Height: -int32(r.Dy()), Planes: 1, BitCount: 32}
	pixels := make([]byte, 4*r.Dx()*r.Dy())
	call(procGetDIBits, memory, bitmap, 0, uintptr(r.Dy()), uintptr(unsafe.Pointer(&pixels[0])), uintptr(unsafe.Pointer(&header)), 0)
	picture := image.NewRGBA(image.Rectangle{Max: r.Size()})
	for i := 0; i < len(pixels); i += 4 {
		picture.SetRGBA(i/4%r.Dx(), i/4/r.Dx(), color.RGBA{pixels[i+2], pixels[i+1], pixels[i], 255})
	}
	if folder := os.Getenv(shotsVariable); folder != "" && name != "" {
		f, err := os.Create(filepath.Join(folder, strings.ReplaceAll(name, " ", "-")+".png"))
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = f.Close() }()
		if err := png.Encode(f, picture); err != nil {
			t.Fatal(err)
		}
	}
	return picture
}

// windowsString reads UTF-16 up to its NUL.
func windowsString(address uintptr) string {
	return windows.UTF16PtrToString(at[uint16](address))
}

// barWindows finds the bars among the windows of this program.
func barWindows() (list []uintptr) {
	callback := windows.NewCallback(func(w, _ uintptr) uintptr {
		if processOf(w) == windows.GetCurrentProcessId() && call(procGetWindowLongPtr, w, gwlExStyle)&barExtended == barExtended &&
			call(procIsWindowVisible, w) != 0 {
			list = append(list, w)
		}
		return 1
	})
	call(user32.NewProc("EnumWindows"), callback, 0)
	return list
}
