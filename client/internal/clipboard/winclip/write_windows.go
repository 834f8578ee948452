package winclip

import (
	"errors"
	"fmt"
	"log/slog"
	"sync/atomic"
	"time"
)

// writeWithin is how long Write may take. What the person allows does not change meanwhile.
const writeWithin = time.Second

// put is a text on its way into the clipboard.
type put struct {
	text []uint16
	done chan error // holds one
	// decided is set by who decides first: the thread of the window, that it is written, or
	// who waits for that, that it is not.
	decided atomic.Bool
}

var errLate = errors.New("another program holds it")

// Write implements clipboard.Board. A text that is not there when it returns does not come
// there later.
func (b *Board) Write(text string) error {
	if err := b.write(text); err != nil {
		return fmt.Errorf("write the clipboard: %w", err)
	}
	return nil
}

func (b *Board) write(text string) error {
	encoded, err := encode(text)
	if err != nil {
		return err
	}
	b.writing.Lock()
	defer b.writing.Unlock()
	p := &put{text: encoded, done: make(chan error, 1)}
	select {
	case <-b.ended:
		return errClosed
	case b.puts <- p:
	default:
		return errLate // the one before has not begun
	}
	if sent, _, err := procPostMessage.Call(b.window, wmPut, 0, 0); sent == 0 {
		return err
	}
	return b.wait(p)
}

func (b *Board) wait(p *put) error {
	late := time.NewTimer(writeWithin)
	defer late.Stop()
	select {
	case err := <-p.done:
		return err
	case <-b.ended:
		return errClosed
	case <-late.C:
	}
	if p.decided.CompareAndSwap(false, true) {
		return errLate
	}
	return <-p.done // nothing waits from there on
}

// putNext writes what waits, on the thread of the window.
func (b *Board) putNext() {
	select {
	case p := <-b.puts:
		p.done <- b.put(p)
	default:
	}
}

func (b *Board) put(p *put) error {
	if err := openClipboard(b.window, writeWithin); err != nil {
		return err
	}
	defer call(procCloseClipboard)
	if p.decided.Load() {
		return errLate
	}
	// The program that owned it is told, and may be slow.
	if done, _, err := procEmptyClipboard.Call(); done == 0 {
		return fmt.Errorf("empty it: %w", err)
	}
	if !p.decided.CompareAndSwap(false, true) {
		return errLate
	}
	if err := b.marks.set(); err != nil {
		b.log.Debug("what is written is not marked", slog.Any("error", err))
	}
	return set(unicodeText, p.text)
}

// set puts a piece of memory into the clipboard, in a format.
func set(format uintptr, data []uint16) error {
	const moveable = 2
	size := uintptr(len(data))
	memory := call(procGlobalAlloc, moveable, size*2)
	if memory == 0 {
		return fmt.Errorf("no memory for %d units", size)
	}
	copy(units(call(procGlobalLock, memory), size), data)
	call(procGlobalUnlock, memory)
	if done, _, err := procSetClipboardData.Call(format, memory); done == 0 {
		call(procGlobalFree, memory) // otherwise it is the system's now
		return err
	}
	return nil
}

// giveBack takes what was written out of the clipboard, if it is still there.
func (b *Board) giveBack() {
	if !b.owns() {
		return
	}
	if err := openClipboard(b.window, writeWithin); err != nil {
		b.log.Debug("the clipboard keeps what was written", slog.Any("error", err))
		return
	}
	defer call(procCloseClipboard)
	if b.owns() { // it may have changed hands while another program had it open
		call(procEmptyClipboard)
	}
}
