package winclip

import (
	"fmt"
	"runtime"
	"time"

	"github.com/lendhand/lendhand/client/internal/clipboard"
)

const (
	// readWithin is how long Read may take, answerWithin how much of it the program that
	// has put something there, and openWithin the others that have the clipboard open.
	readWithin   = 2 * time.Second
	answerWithin = time.Second
	openWithin   = 500 * time.Millisecond
)

// Read implements clipboard.Board. A program that does not hand over what it promised has
// put nothing there; Windows waits for it on a thread that nothing else needs.
func (b *Board) Read() (string, error) {
	late := time.NewTimer(readWithin)
	defer late.Stop()
	select {
	case b.reading <- struct{}{}:
	case <-late.C:
		return "", clipboard.ErrNoText
	}
	type result struct {
		text string
		err  error
	}
	read := make(chan result, 1)
	go func() { // Close waits for it
		defer func() { <-b.reading }()
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		text, err := b.read()
		read <- result{text, err}
	}()
	select {
	case r := <-read:
		return r.text, r.err
	case <-late.C:
		return "", clipboard.ErrNoText
	}
}

func (b *Board) read() (string, error) {
	if !ownerAnswers(answerWithin) {
		return "", clipboard.ErrNoText
	}
	if err := openClipboard(0, openWithin); err != nil {
		return "", fmt.Errorf("read the clipboard: %w", err)
	}
	defer call(procCloseClipboard)
	if !b.owns() && b.marks.secret() {
		return "", clipboard.ErrNoText
	}
	memory := call(procGetClipboardData, unicodeText) // which stays the clipboard's
	start := call(procGlobalLock, memory)
	if start == 0 {
		return "", clipboard.ErrNoText
	}
	defer call(procGlobalUnlock, memory)
	return decode(units(start, call(procGlobalSize, memory)/2))
}
