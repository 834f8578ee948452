package capture

import "errors"

// Errors that a Source's methods return, wrapped with details. A display that
// goes away in mid-watch is ErrNoDisplay.
var (
	// ErrNoMonitor says that there is no monitor of this ID, or no longer: the
	// program watches another.
	ErrNoMonitor = errors.New("no such monitor")
	// ErrUndecided says that the system is asking the person which screen to show, and
	// that nothing is known of the monitors before they have answered. Source.Rearranged
	// tells when they have.
	ErrUndecided = errors.New("the person has yet to choose a screen")
	// ErrClosed is returned by a Source that has been closed.
	ErrClosed = errors.New("source closed")
)
