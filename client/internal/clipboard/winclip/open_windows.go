package winclip

import (
	"errors"
	"fmt"
	"time"

	"golang.org/x/sys/windows"
)

// openPause is how long it takes until what another program has open is tried again: those
// that watch the clipboard all open it at the same moment.
const openPause = 5 * time.Millisecond

// openClipboard opens it in the name of a window, or of none, as soon as no other program
// has it open. It has to be closed on the same thread.
func openClipboard(w uintptr, within time.Duration) error {
	for began := time.Now(); ; time.Sleep(openPause) {
		done, _, err := procOpenClipboard.Call(w)
		switch {
		case done != 0:
			return nil
		case time.Since(began) > within:
			return fmt.Errorf("open the clipboard: %w", err)
		}
	}
}

// ownerAnswers reports whether the program that has put something there is alive, so that
// it can be asked for what it only promised. One with more rights than this program
// may answer nobody here.
func ownerAnswers(within time.Duration) bool {
	const abortIfHung = 2
	owner := call(procGetClipboardOwner)
	if owner == 0 {
		return true // Windows has all of it
	}
	done, _, err := procSendMessageTimeout.Call(owner, wmNull, 0, 0, abortIfHung, uintptr(within.Milliseconds()), 0)
	return done != 0 || errors.Is(err, windows.ERROR_ACCESS_DENIED)
}
