package sendinput

import (
	"fmt"
	"image"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"
	"unicode/utf16"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/input/keymap"
)

// settled is how long nothing comes once the system has brought a program what was injected.
const settled = 15 * time.Millisecond

// Messages of windows (winuser.h).
const (
	msgClose       = 0x0010
	msgKeyDown     = 0x0100
	msgKeyUp       = 0x0101
	msgChar        = 0x0102
	msgSysKeyDown  = 0x0104
	msgSysKeyUp    = 0x0105
	msgSysChar     = 0x0106
	msgLeftDown    = 0x0201
	msgLeftUp      = 0x0202
	msgRightDown   = 0x0204
	msgRightUp     = 0x0205
	msgMiddleDown  = 0x0207
	msgMiddleUp    = 0x0208
	msgMouseWheel  = 0x020a
	msgXDown       = 0x020b
	msgXUp         = 0x020c
	msgMouseHWheel = 0x020e
)

var buttonMessages = map[uint32]string{
	msgLeftDown: "button 0 down", msgLeftUp: "button 0 up", msgMiddleDown: "button 1 down", msgMiddleUp: "button 1 up",
	msgRightDown: "button 2 down", msgRightUp: "button 2 up",
}

// window is an application that has the keyboard and the whole desktop.
type window struct {
	handle uintptr

	// Guarded by mu.
	mu   sync.Mutex
	came int // messages of input
	seen []string
	keys []string
	text []uint16
}

// windowClass is WNDCLASSEXW.
type windowClass struct {
	size, style                        uint32
	proc                               uintptr
	classExtra, windowExtra            int32
	instance, icon, cursor, background uintptr
	menu, name                         *uint16
	smallIcon                          uintptr
}

// message is MSG.
type message struct {
	window  uintptr
	kind    uint32
	wparam  uintptr
	lparam  uintptr
	time    uint32
	x, y    int32
	private uint32
}

func newWindow(t *testing.T) *window {
	t.Helper()
	w := &window{}
	ready, ended := make(chan error), make(chan struct{})
	go func() {
		defer close(ended)
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		err := w.open(fmt.Sprintf("lendhand-%p", w))
		ready <- err
		if err == nil {
			w.read()
		}
	}()
	if err := <-ready; err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_, _, _ = user32.NewProc("PostMessageW").Call(w.handle, msgClose, 0, 0)
		<-ended
	})
	const focused = 500 * time.Millisecond // the desktop gives it the keyboard
	time.Sleep(focused)
	return w
}

func (w *window) open(name string) error {
	class := windowClass{proc: windows.NewCallback(w.handleMessage), name: windows.StringToUTF16Ptr(name)}
	class.size = uint32(unsafe.Sizeof(class))
	if atom, _, err := user32.NewProc("RegisterClassExW").Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return fmt.Errorf("register window class: %w", err)
	}
	const popupVisible, topmost = 0x90000000, 0x8
	size := desktopSize()
	handle, _, err := user32.NewProc("CreateWindowExW").Call(topmost, uintptr(unsafe.Pointer(class.name)),
		uintptr(unsafe.Pointer(class.name)), popupVisible, 0, 0, uintptr(size.X), uintptr(size.Y), 0, 0, 0, 0)
	if handle == 0 {
		return fmt.Errorf("create window: %w", err)
	}
	w.handle = handle
	_, _, _ = user32.NewProc("SetForegroundWindow").Call(handle)
	_, _, _ = user32.NewProc("SetFocus").Call(handle)
	return nil
}

func (w *window) read() {
	var m message
	for {
		if more, _, _ := user32.NewProc("GetMessageW").Call(uintptr(unsafe.Pointer(&m)), 0, 0, 0); int32(more) <= 0 {
			return
		}
		_, _, _ = user32.NewProc("TranslateMessage").Call(uintptr(unsafe.Pointer(&m)))
		_, _, _ = user32.NewProc("DispatchMessageW").Call(uintptr(unsafe.Pointer(&m)))
	}
}

// handleMessage gets the messages that the window is sent.
func (w *window) handleMessage(handle uintptr, kind uint32, wparam, lparam uintptr) uintptr {
	switch {
	case w.note(kind, wparam, lparam):
		return 0
	case kind == msgClose:
		_, _, _ = user32.NewProc("DestroyWindow").Call(handle)
		_, _, _ = user32.NewProc("PostQuitMessage").Call(0)
		return 0
	}
	result, _, _ := user32.NewProc("DefWindowProcW").Call(handle, uintptr(kind), wparam, lparam)
	return result
}

// note takes what is input, which is all that becomes of it: Alt and F10 open no menu here.
func (w *window) note(kind uint32, wparam, lparam uintptr) bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.came++
	switch kind {
	case msgKeyDown, msgSysKeyDown:
		w.key(wparam, lparam, true)
	case msgKeyUp, msgSysKeyUp:
		w.key(wparam, lparam, false)
	case msgChar:
		w.text = append(w.text, uint16(wparam))
	case msgSysChar:
	case msgXDown, msgXUp:
		word := map[uint32]string{msgXDown: "down", msgXUp: "up"}[kind]
		w.seen = append(w.seen, fmt.Sprintf("button %d %s", 2+wparam>>16, word))
	case msgMouseWheel:
		w.turned(wparam, "down", "up")
	case msgMouseHWheel:
		w.turned(wparam, "left", "right")
	default:
		name := buttonMessages[kind]
		if name != "" {
			w.seen = append(w.seen, name)
		}
		return name != ""
	}
	return true
}

func (w *window) turned(wparam uintptr, back, forth string) {
	n := int(int16(wparam>>16)) / oneNotch
	word := forth
	if n < 0 {
		word, n = back, -n
	}
	for range n {
		w.seen = append(w.seen, "wheel "+word)
	}
}

func (w *window) key(virtual, lparam uintptr, down bool) {
	const packet = 0xe7 // a character without a key
	if virtual == packet {
		return
	}
	code := codeOf(key{scan: uint16(lparam >> 16 & 0xff), extended: lparam>>24&1 == 1}, virtual)
	w.keys = slices.DeleteFunc(w.keys, func(other string) bool { return other == code })
	word := "up"
	if down {
		word = "down"
		w.keys = append(w.keys, code)
	}
	w.seen = append(w.seen, "key "+code+" "+word)
}

func codeOf(seen key, virtual uintptr) string {
	if virtual == virtualPause {
		return "Pause"
	}
	for _, code := range keymap.Codes() {
		if k, ok := keyOf(code); ok && k == seen {
			return code
		}
	}
	return fmt.Sprintf("key %+v, virtual %#x", seen, virtual)
}

// settle waits until all that was injected has come.
func (w *window) settle() {
	for before := -1; ; {
		w.mu.Lock()
		now := w.came
		w.mu.Unlock()
		if now == before {
			return
		}
		before = now
		time.Sleep(settled)
	}
}

// forget drops what was input until now.
func (w *window) forget() {
	w.events()
	w.mu.Lock()
	defer w.mu.Unlock()
	w.keys, w.text = nil, nil
}

func (w *window) events() []string {
	w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	seen := w.seen
	w.seen = nil
	return seen
}

func (w *window) down() []string {
	w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.keys)
}

// typed returns the text, with the line ends that it was given with.
func (w *window) typed() string {
	w.settle()
	w.mu.Lock()
	defer w.mu.Unlock()
	text := slices.Clone(w.text)
	for n := range text {
		if text[n] == '\r' {
			text[n] = '\n'
		}
	}
	return string(utf16.Decode(text))
}

func desktopSize() image.Point { return image.Pt(metric(metricWidth), metric(metricHeight)) }

func pointer(t *testing.T) image.Point {
	t.Helper()
	var p struct{ x, y int32 }
	if ok, _, err := user32.NewProc("GetCursorPos").Call(uintptr(unsafe.Pointer(&p))); ok == 0 {
		t.Fatal(err)
	}
	return image.Pt(int(p.x), int(p.y))
}
