package win32

import (
	"fmt"
	"os"
	"runtime"
	"testing"
	"time"
	"unsafe"
)

// roleVariable says what this program does instead of testing: something that another
// program could do to the windows of the one under test.
const roleVariable = "LENDHAND_TEST_ROLE"

func TestMain(m *testing.M) {
	role := os.Getenv(roleVariable)
	if role == "" {
		os.Exit(m.Run())
	}
	do, ok := roles[role]
	if !ok {
		fmt.Fprintln(os.Stderr, "no such role:", role)
		os.Exit(1)
	}
	do()
}

// noSendChanging is for changes of a window's place that it is not asked about.
const noSendChanging = 0x400

func hideUnasked(w uintptr) {
	call(procSetWindowPos, w, 0, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoZOrder|swpNoActivate|swpHideWindow|noSendChanging)
}

// roles do one thing, or for as long as the test lets them.
var roles = map[string]func(){
	"click":  func() { call(procPostMessage, theirs("Lendhand: somebody asks", "No"), bmClick, 0, 0) },
	"inject": func() { injectClick(middle(wide(theirs("Lendhand: somebody asks", "No")).image())) },
	"write": func() {
		for _, text := range []string{"No", "Maria Example wants to see your screen", "They may also send me files"} {
			call(procSetWindowText, theirs("Lendhand: somebody asks", text), uintptr(unsafe.Pointer(utf16("Yes"))))
		}
	},
	"cover":        func() { cover(wide(theirBar()), false) },
	"cover again":  func() { cover(wide(theirBar()), true) },
	"hide unasked": func() { hideUnasked(theirBar()) },
	"hide":         func() { call(procShowWindow, theirBar(), swHide) },
	"disable":      func() { call(procEnableWindow, theirBar(), 0) },
	"move": func() {
		call(procSetWindowPos, theirBar(), 0, 5, 700, 20, 20, swpNoZOrder|noSendChanging)
	},
	"lower": func() {
		call(procSetWindowPos, theirBar(), hwndNotTopmost, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate|noSendChanging)
	},
	"fade": func() {
		w := theirBar()
		call(procSetWindowLongPtr, w, gwlExStyle, call(procGetWindowLongPtr, w, gwlExStyle)|exLayered)
		call(user32.NewProc("SetLayeredWindowAttributes"), w, 0, 1, 2)
	},
	"rename":      func() { call(procSetWindowText, theirs(barName, "Stop"), uintptr(unsafe.Pointer(utf16("Go on")))) },
	"hide button": func() { call(procShowWindow, theirs(barName, "Stop"), swHide) },
	"close":       func() { call(procPostMessage, theirBar(), wmClose, 0, 0) },
	"hide always": func() {
		for w := theirBar(); ; time.Sleep(20 * time.Millisecond) {
			hideUnasked(w)
		}
	},
}

// theirs is a control of another program's window.
func theirs(title, text string) uintptr {
	w := call(procFindWindow, 0, uintptr(unsafe.Pointer(utf16(title))))
	for _, p := range partsOf(w) {
		if p.text == text {
			return p.window
		}
	}
	fmt.Fprintf(os.Stderr, "no %q in %q: %+v\n", text, title, partsOf(w))
	os.Exit(1)
	return 0
}

func theirBar() uintptr { return call(procFindWindow, 0, uintptr(unsafe.Pointer(utf16(barName)))) }

// cover puts a window before all others, once or all the time, for a few seconds.
func cover(r rect, again bool) {
	runtime.LockOSThread() // which the window belongs to, until the program ends
	const black = 4        // SS_BLACKRECT
	w := call(procCreateWindowEx, exTopmost|exToolWindow|exNoActivate, uintptr(unsafe.Pointer(utf16("STATIC"))), uintptr(unsafe.Pointer(utf16("cover"))),
		wsPopup|wsVisible|black, uintptr(r.Left-10), uintptr(r.Top), uintptr(r.Right-r.Left+20), uintptr(r.Bottom-r.Top+10), 0, 0, instance(), 0)
	var m message
	for end := time.Now().Add(30 * time.Second); time.Now().Before(end); time.Sleep(5 * time.Millisecond) {
		const remove = 1
		for call(user32.NewProc("PeekMessageW"), uintptr(unsafe.Pointer(&m)), 0, 0, 0, remove) != 0 {
			call(procDispatchMessage, uintptr(unsafe.Pointer(&m)))
		}
		if again {
			for _, after := range []uintptr{hwndTopmost, insertBefore} {
				call(procSetWindowPos, w, after, 0, 0, 0, 0, swpNoMove|swpNoSize|swpNoActivate)
			}
		}
	}
}

// coverName is the title of the window of cover.
func coverName() uintptr { return uintptr(unsafe.Pointer(utf16("cover"))) }
