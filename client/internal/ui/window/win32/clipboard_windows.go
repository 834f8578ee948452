package win32

import (
	"fmt"
	"time"
	"unsafe"

	"golang.org/x/sys/windows"
)

// Another program may have the clipboard for a moment.
const (
	clipboardTries = 10
	clipboardPause = 10 * time.Millisecond
)

// setClipboard puts a text into the clipboard, in the name of a window.
func setClipboard(w uintptr, text string) error {
	units, err := windows.UTF16FromString(text)
	if err != nil {
		return fmt.Errorf("copy: %w", err)
	}
	if err := openClipboard(w); err != nil {
		return err
	}
	defer call(procCloseClipboard)
	call(procEmptyClipboard)
	const moveable = 2
	memory := call(procGlobalAlloc, moveable, uintptr(len(units))*2)
	if memory == 0 {
		return fmt.Errorf("copy %d characters: no memory", len(units))
	}
	copy(unsafe.Slice(at[uint16](call(procGlobalLock, memory)), len(units)), units)
	call(procGlobalUnlock, memory)
	if done, _, err := procSetClipboardData.Call(cfUnicodeText, memory); done == 0 {
		call(procGlobalFree, memory) // otherwise it is the system's now
		return fmt.Errorf("copy: %w", err)
	}
	return nil
}

func openClipboard(w uintptr) error {
	for n := 0; ; n++ {
		done, _, err := procOpenClipboard.Call(w)
		switch {
		case done != 0:
			return nil
		case n == clipboardTries:
			return fmt.Errorf("open the clipboard: %w", err)
		}
		time.Sleep(clipboardPause)
	}
}
