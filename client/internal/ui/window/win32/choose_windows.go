package win32

import (
	"runtime"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

var (
	comdlg32              = windows.NewLazySystemDLL("comdlg32.dll")
	procGetOpenFileName   = comdlg32.NewProc("GetOpenFileNameW")
	procEnumThreadWindows = user32.NewProc("EnumThreadWindows")
)

const (
	// longestPath is how long a path of Windows may be, in UTF-16 units.
	longestPath = 32 << 10
	// closeEvery is how often an open dialog is told to close: it may not be there yet.
	closeEvery = 50 * time.Millisecond
	// closeWithin is how long it may take at the end of Run.
	closeWithin = 2 * time.Second
)

// chooser is the system's own dialog for a file, while a page has one. It has a thread to
// itself: what a dialog waits for, such as a disk or somebody's extension of it, must keep
// nobody from the bar.
type chooser struct {
	t      *Toolkit
	number int     // of the one that was opened last
	open   *dialog // nil while it is closed
}

// dialog is one that is open.
type dialog struct {
	thread uint32
	path   string        // what was chosen, when it is done
	done   chan struct{} // closed by its thread
	closed chan struct{} // closed when it has to close
}

// show opens the dialog for the first page that wants it, and closes it for one that does not.
func (c *chooser) show(wanted *window.Chooser) {
	switch {
	case wanted == nil:
		c.close()
	case wanted.Number != c.number && c.open == nil:
		c.number = wanted.Number
		c.begin(wanted.Title)
	}
}

func (c *chooser) begin(title string) {
	d := &dialog{done: make(chan struct{}), closed: make(chan struct{})}
	inbox, owner, thread := c.t.inbox, c.t.frame.window, make(chan uint32)
	go func() { // joined by chosen, unless Run ends before the dialog does
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		thread <- windows.GetCurrentThreadId()
		d.path = choose(owner, title)
		close(d.done)
		call(procPostMessage, inbox, wmChosen, 0, 0)
	}()
	d.thread = <-thread
	c.open = d
}

// choose lets the person choose a file, and returns its path, or nothing.
func choose(owner uintptr, title string) string {
	const apartment = 2
	call(procCoInitializeEx, 0, apartment)
	defer call(procCoUninitialize)
	const (
		hideReadOnly, noChangeDir, pathMustExist, fileMustExist = 0x4, 0x8, 0x800, 0x1000
		explorer, sizing, notRecent                             = 0x80000, 0x800000, 0x2000000
	)
	file := make([]uint16, longestPath)
	o := openFileName{
		Size: uint32(unsafe.Sizeof(openFileName{})), Owner: owner, File: &file[0], MaxFile: longestPath, Title: utf16(title),
		Flags: hideReadOnly | noChangeDir | pathMustExist | fileMustExist | explorer | sizing | notRecent,
	}
	if call(procGetOpenFileName, uintptr(unsafe.Pointer(&o))) == 0 {
		return ""
	}
	return windows.UTF16ToString(file)
}

// chosen tells what came of the dialog, unless it was taken away. Any program can say that
// the dialog is over.
func (c *chooser) chosen() {
	d := c.open
	if d == nil || !d.over() {
		return
	}
	c.open = nil
	if !d.closing() {
		close(d.closed)
		c.t.press(window.Press{ID: window.Chosen, Text: d.path, Hand: c.t.hands.lately()})
	}
	if c.t.frame != nil {
		c.show(c.t.frame.page.Chooser) // another one may have been wanted meanwhile
	}
}

// close has the dialog close, and reports whether there is one. It goes on until it has:
// its window may only be on its way.
func (c *chooser) close() bool {
	d := c.open
	if d == nil {
		return false
	}
	if !d.closing() {
		close(d.closed)
		go c.t.dismiss(d) // ends with the dialog
	}
	return true
}

func (d *dialog) closing() bool {
	select {
	case <-d.closed:
		return true
	default:
		return false
	}
}

func (d *dialog) over() bool {
	select {
	case <-d.done:
		return true
	default:
		return false
	}
}

func (t *Toolkit) dismiss(d *dialog) {
	again := time.NewTicker(closeEvery)
	defer again.Stop()
	for {
		call(procEnumThreadWindows, uintptr(d.thread), t.closeProc, 0)
		select {
		case <-d.done:
			return
		case <-again.C:
		}
	}
}

// closeWindow closes a window of a dialog's thread, if it is in sight.
func closeWindow(w, _ uintptr) uintptr {
	if call(procIsWindowVisible, w) != 0 {
		call(procPostMessage, w, wmClose, 0, 0)
	}
	return 1
}

// lately says whether a program has just pressed something. Whose hand it was else is not
// known of what other windows tell.
func (h *hands) lately() ui.Hand {
	h.mu.Lock()
	defer h.mu.Unlock()
	if !h.injected.IsZero() && time.Since(h.injected) <= freshPress && h.injected.After(h.own.At) {
		return ui.ProgramHand
	}
	return ui.UnknownHand
}
