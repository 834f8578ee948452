// Package hint pairs an error with what the person who reads it can do about it.
// The command line prints the two as its "error:" and "hint:" lines.
package hint

import "errors"

// Error is an error with advice.
type Error struct {
	// Err is what went wrong.
	Err error
	// Hint says what to do, in plain words, as a whole sentence.
	Hint string
}

// Wrap adds advice to err. A nil err stays nil.
func Wrap(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &Error{Err: err, Hint: hint}
}

// New returns an error with advice.
func New(message, hint string) error { return &Error{Err: errors.New(message), Hint: hint} }

// Of returns the outermost advice in err's chain, and "" when there is none.
func Of(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

// Error returns what went wrong, without the advice.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }
