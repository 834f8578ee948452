package win32

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/presence/winhook"
	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// Config says what a Toolkit needs.
type Config struct {
	Log *slog.Logger
}

// pressesWaiting is how many presses may wait to be received before the windows do.
const pressesWaiting = 16

// What the loop is told by the window that only takes messages.
const (
	wmWishes = wmApp + iota // there are wishes
	wmEnd                   // Run is to return
	wmChosen                // the dialog for a file is over
)

// Toolkit implements window.Toolkit.
type Toolkit struct {
	// Set at construction.
	log     *slog.Logger
	presses chan window.Press
	ended   chan struct{} // closed when Run returns

	// Guarded by mu.
	mu     sync.Mutex
	inbox  uintptr // the window that only takes messages; 0 while Run does not run
	wishes wishes

	// Owned by Run's thread.
	class     *uint16
	frameProc uintptr
	childProc uintptr
	closeProc uintptr
	frame     *frame
	bars      bars
	chooser   chooser
	ending    bool                 // as soon as no dialog is open
	controls  map[uintptr]*control // of all windows
	own       int                  // above 0 while this program changes its controls
	hands     hands
	names     *annotator // nil where Windows has none
	minding   bool       // something has to be looked after
	minded    time.Time
}

// wishes are what was asked for since the thread looked last: the newest of each.
type wishes struct {
	page   *window.Page
	bar    **window.Bar
	attend bool
	copy   *string
}

// Open prepares a Toolkit, and fails where nobody would see a window. Windows keeps the few
// bytes of its callbacks for as long as the program runs.
func Open(config Config) (*Toolkit, error) {
	if config.Log == nil {
		return nil, errors.New("win32: a log is required")
	}
	if err := seen(); err != nil {
		return nil, err
	}
	if has(procSetDpiAwarenessContext) {
		call(procSetDpiAwarenessContext, dpiPerMonitorV2) // fails when the manifest said so
	}
	t := &Toolkit{
		log: config.Log, presses: make(chan window.Press, pressesWaiting), ended: make(chan struct{}),
		controls: make(map[uintptr]*control),
	}
	t.class = utf16(fmt.Sprintf("Lendhand.%x", uintptr(unsafe.Pointer(t))))
	t.frameProc = windows.NewCallback(t.message)
	t.childProc = windows.NewCallback(t.childMessage)
	t.closeProc = windows.NewCallback(closeWindow)
	t.bars.t = t
	t.chooser.t = t
	return t, nil
}

// Show implements window.Toolkit.
func (t *Toolkit) Show(p window.Page) { t.wish(func(w *wishes) { w.page = &p }) }

// ShowBar implements window.Toolkit.
func (t *Toolkit) ShowBar(b *window.Bar) { t.wish(func(w *wishes) { w.bar = &b }) }

// Attend implements window.Toolkit.
func (t *Toolkit) Attend() { t.wish(func(w *wishes) { w.attend = true }) }

// Copy implements window.Toolkit.
func (t *Toolkit) Copy(text string) { t.wish(func(w *wishes) { w.copy = &text }) }

// Presses implements window.Toolkit.
func (t *Toolkit) Presses() <-chan window.Press { return t.presses }

func (t *Toolkit) wish(change func(*wishes)) {
	t.mu.Lock()
	defer t.mu.Unlock()
	change(&t.wishes)
	if t.inbox != 0 {
		call(procPostMessage, t.inbox, wmWishes, 0, 0)
	}
}

// Run shows what is asked for, until ctx is done. It may be called once, and keeps its
// thread to itself.
func (t *Toolkit) Run(ctx context.Context) error {
	defer close(t.ended)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	const apartment = 2
	call(procCoInitializeEx, 0, apartment)
	defer call(procCoUninitialize)
	if err := t.open(); err != nil {
		return err
	}
	defer t.close()
	t.names = newAnnotator(t.log)
	defer t.names.close()
	hook, err := winhook.Install(winhook.Config{Event: t.hands.see, Log: t.log})
	if err != nil {
		// Then no press is known to be the person's.
		t.log.Error("it cannot be told whose hand presses", slog.Any("error", err))
	} else {
		defer hook.Close()
	}
	defer context.AfterFunc(ctx, func() { call(procPostMessage, t.inbox, wmEnd, 0, 0) })()
	call(procPostMessage, t.inbox, wmWishes, 0, 0)
	t.loop()
	return nil
}

// open registers the class of all windows and makes the one that takes messages.
func (t *Toolkit) open() error {
	controls := commonControls{Size: uint32(unsafe.Sizeof(commonControls{})), Classes: 0x4020} // standard ones, progress
	call(procInitCommonControlsEx, uintptr(unsafe.Pointer(&controls)))
	const arrow, application = 32512, 32512
	class := windowClass{
		Size: uint32(unsafe.Sizeof(windowClass{})), Proc: t.frameProc, Instance: instance(), Name: t.class,
		Cursor: call(procLoadCursor, 0, arrow), Icon: call(procLoadIcon, 0, application),
	}
	if atom, _, err := procRegisterClassEx.Call(uintptr(unsafe.Pointer(&class))); atom == 0 {
		return fmt.Errorf("register the class of the windows: %w", err)
	}
	inbox, _, err := procCreateWindowEx.Call(0, uintptr(unsafe.Pointer(t.class)), 0, 0, 0, 0, 0, 0, hwndMessage, 0, instance(), 0)
	if inbox == 0 {
		return fmt.Errorf("make a window for messages: %w", err)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.inbox = inbox
	return nil
}

func (t *Toolkit) close() {
	t.bars.show(nil)
	if t.frame != nil {
		t.frame.destroy()
	}
	t.mu.Lock()
	inbox := t.inbox
	t.inbox = 0
	t.mu.Unlock()
	call(procDestroyWindow, inbox)
	call(procUnregisterClass, uintptr(unsafe.Pointer(t.class)), instance())
}

// fulfil does what was wished for since the last time.
func (t *Toolkit) fulfil() {
	t.mu.Lock()
	w := t.wishes
	t.wishes = wishes{}
	t.mu.Unlock()
	if w.bar != nil {
		t.bars.show(*w.bar)
	}
	if w.page != nil {
		t.show(*w.page)
	}
	t.mindFrom(t.bars.shown != nil || t.frame != nil && t.frame.page.Urgent)
	if w.attend && t.frame != nil {
		t.frame.attend()
	}
	if w.copy != nil {
		if err := setClipboard(t.inbox, *w.copy); err != nil {
			t.log.Warn("the clipboard was not to be had", slog.Any("error", err))
		}
	}
}

func (t *Toolkit) show(p window.Page) {
	if t.frame == nil {
		if p.Hidden {
			return
		}
		f, err := newFrame(t, p.RightToLeft)
		if err != nil {
			t.log.Error("no window", slog.Any("error", err))
			return
		}
		t.frame = f
	}
	t.frame.show(p)
	t.chooser.show(p.Chooser)
}

const guardTimer = 1

// mindFrom looks after the bars and an urgent window from now on, or does not any more.
func (t *Toolkit) mindFrom(minding bool) {
	switch {
	case minding && !t.minding:
		call(procSetTimer, t.inbox, guardTimer, uintptr(guardEvery.Milliseconds()), 0)
	case !minding && t.minding:
		call(procKillTimer, t.inbox, guardTimer)
	}
	t.minding = minding
}

// mind looks after them when it is time. The loop asks at each message, because a program
// that posts without end keeps Windows from telling of the timer.
func (t *Toolkit) mind() {
	if !t.minding || time.Since(t.minded) < guardEvery-10*time.Millisecond {
		return
	}
	t.minded = time.Now()
	t.bars.watch()
	if t.frame != nil {
		t.frame.keepUp()
	}
}

// press tells of a press, and waits for a place when too many wait.
func (t *Toolkit) press(p window.Press) {
	select {
	case t.presses <- p:
	case <-t.ended:
	}
}

// ours does something to the controls that only this program may.
func (t *Toolkit) ours(do func()) {
	t.own++
	defer func() { t.own-- }()
	do()
}

// instance is this program's module, whose windows they are.
func instance() uintptr {
	var module windows.Handle
	_ = windows.GetModuleHandleEx(0, nil, &module) // that of the program itself is always there
	return uintptr(module)
}
