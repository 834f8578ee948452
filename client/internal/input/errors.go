package input

import "errors"

var (
	// ErrUnknownKey says that this machine has no key for a code.
	ErrUnknownKey = errors.New("unknown key")
	// ErrUnknownButton says that there is no pointer button of this number.
	ErrUnknownButton = errors.New("unknown button")
	// ErrBusy says that nothing was pressed, because the desktop has yet to take in what
	// came before, and that the same is worth another try in a moment.
	ErrBusy = errors.New("desktop busy")
	// ErrClosed is returned by an Injector that has been closed.
	ErrClosed = errors.New("injector closed")
)
