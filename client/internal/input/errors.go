package input

import "errors"

var (
	// ErrUnknownKey says that this machine has no key for a code.
	ErrUnknownKey = errors.New("unknown key")
	// ErrUnknownButton says that there is no pointer button of this number.
	ErrUnknownButton = errors.New("unknown button")
	// ErrClosed is returned by an Injector that has been closed.
	ErrClosed = errors.New("injector closed")
)
