package winclip

import (
	"errors"
	"fmt"
	"log/slog"
	"runtime"
	"sync"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"

	"github.com/lendhand/lendhand/client/internal/clipboard"
)

// What the thread of the window is told, beside what Windows tells it.
const (
	wmPut = wmApp + iota
	wmEnd
)

// closeWithin is how long Close waits. A thread that another program holds ends later.
const closeWithin = 2 * time.Second

var errClosed = errors.New("the clipboard was given back")

// Board implements clipboard.Board.
type Board struct {
	// Set at construction.
	window  uintptr
	marks   marks
	changes *clipboard.Notices
	log     *slog.Logger
	puts    chan *put     // holds one
	reading chan struct{} // holds one while somebody reads
	ended   chan struct{} // closed with the thread of the window

	writing sync.Mutex // held by who writes
}

var _ clipboard.Board = (*Board)(nil)

// Open opens the clipboard of this desktop. It returns clipboard.ErrMissing where Windows
// has none for this program.
func Open(log *slog.Logger) (*Board, error) {
	m, err := registerMarks()
	if err != nil {
		return nil, fmt.Errorf("%w: %w", clipboard.ErrMissing, err)
	}
	b := &Board{
		marks: m, changes: clipboard.NewNotices(), log: log,
		puts: make(chan *put, 1), reading: make(chan struct{}, 1), ended: make(chan struct{}),
	}
	ready := make(chan error)
	go b.run(ready) // joined by Close
	if err := <-ready; err != nil {
		return nil, fmt.Errorf("%w: %w", clipboard.ErrMissing, err)
	}
	return b, nil
}

// run is the thread of the window, which Windows wants to stay one.
func (b *Board) run(ready chan<- error) {
	defer close(b.ended)
	runtime.LockOSThread()
	defer runtime.UnlockOSThread()
	err := b.begin()
	ready <- err
	if err != nil {
		return
	}
	defer call(procDestroyWindow, b.window)
	b.loop()
	call(procRemoveClipboardFormatListener, b.window)
	b.giveBack()
}

// begin makes the window, of a class that Windows has, since all that matters is posted.
func (b *Board) begin() error {
	class, err := windows.UTF16PtrFromString("STATIC")
	if err != nil {
		return err
	}
	w, _, err := procCreateWindowEx.Call(0, uintptr(unsafe.Pointer(class)), 0, 0, 0, 0, 0, 0, messageOnly, 0, 0, 0)
	if w == 0 {
		return fmt.Errorf("make a window: %w", err)
	}
	if done, _, err := procAddClipboardFormatListener.Call(w); done == 0 {
		call(procDestroyWindow, w)
		return fmt.Errorf("listen to changes: %w", err)
	}
	b.window = w
	return nil
}

// loop handles messages until the end.
func (b *Board) loop() {
	var m message
	for {
		if got := int32(call(procGetMessage, uintptr(unsafe.Pointer(&m)), 0, 0, 0)); got <= 0 {
			return
		}
		switch {
		case m.Window != b.window:
		case m.Message == wmEnd:
			return
		case m.Message == wmPut:
			b.putNext()
			continue
		case m.Message == wmClipboardUpdate:
			b.changed()
			continue
		}
		call(procDispatchMessage, uintptr(unsafe.Pointer(&m)))
	}
}

// changed tells of a change, unless it is this program's own.
func (b *Board) changed() {
	if !b.owns() {
		b.changes.Put()
	}
}

// owns reports whether what is in the clipboard is what was written last.
func (b *Board) owns() bool { return call(procGetClipboardOwner) == b.window }

// Changes implements clipboard.Board.
func (b *Board) Changes() <-chan time.Time { return b.changes.C() }

// Close implements clipboard.Board.
func (b *Board) Close() error {
	call(procPostMessage, b.window, wmEnd, 0, 0) // fails after the end, which is none the worse
	late := time.NewTimer(closeWithin)
	defer late.Stop()
	select {
	case <-b.ended:
	case <-late.C:
		return errors.New("another program holds the clipboard")
	}
	select {
	case b.reading <- struct{}{}:
		<-b.reading
	case <-late.C: // who reads has its answer, and the thread ends with that program
	}
	return nil
}
