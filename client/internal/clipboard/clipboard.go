// Package clipboard is the clipboard of this desktop, as far as text goes. How it is
// reached differs: leaves implement [Board], clipboardtest holds what all of them must
// do, and fake needs no desktop.
package clipboard

import (
	"errors"
	"time"
)

var (
	// ErrNoText says that the clipboard is empty, or holds something other than text, or a
	// text that its program marks as a secret.
	ErrNoText = errors.New("there is no text in the clipboard")
	// ErrTooLong says that it holds more than signaling.MaxClipboard bytes of text.
	ErrTooLong = errors.New("the text in the clipboard is too long")
	// ErrMissing says that this system does not let the clipboard be watched.
	ErrMissing = errors.New("the clipboard cannot be reached")
)

// Board is a clipboard that is open. Its methods may be called from any goroutine.
type Board interface {
	// Read returns the text in the clipboard, in UTF-8, with lines that end with LF. It may
	// wait for another program, for a second or two at most. It returns ErrNoText and
	// ErrTooLong.
	Read() (string, error)
	// Write puts a text into the clipboard, and does not wait for other programs.
	Write(text string) error
	// Changes tells when somebody else put something into the clipboard since Open: the
	// newest time alone, when nobody listens. It is never closed.
	Changes() <-chan time.Time
	// Close gives the clipboard back. What Write has put there may be gone with it.
	Close() error
}
