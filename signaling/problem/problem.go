// Package problem is how a program tells a person what went wrong: an error, a hint
// of what to do about it, and an exit code that says whose turn it is.
//
// Report prints the two as "error:" and "hint:" lines. [ExitMisuse] is for what the
// flags, the environment or the configuration file say wrongly, as they stand;
// [ExitFailure] for everything that depends on the world: files, ports, networks.
package problem

import (
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/lendhand/lendhand/signaling"
)

// Exit codes.
const (
	ExitOK      = 0
	ExitFailure = 1
	ExitMisuse  = 2
)

// maxLine bounds what is printed of an error and of a hint, in characters: both may
// hold what a file or the network gave.
const maxLine = 4000

// Error is an error with a hint.
type Error struct {
	// Err is what went wrong.
	Err error
	// Hint says what to do, in plain words, as whole sentences.
	Hint string
}

// New returns an error with a hint.
func New(message, hint string) error { return &Error{Err: errors.New(message), Hint: hint} }

// Wrap adds a hint to err. A nil err stays nil.
func Wrap(err error, hint string) error {
	if err == nil {
		return nil
	}
	return &Error{Err: err, Hint: hint}
}

// Error returns what went wrong, without the hint.
func (e *Error) Error() string { return e.Err.Error() }

// Unwrap returns what went wrong.
func (e *Error) Unwrap() error { return e.Err }

// Hint returns the outermost hint in err's chain, and "" when there is none.
func Hint(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Hint
	}
	return ""
}

// misuse marks an error as being about how the program was called.
type misuse struct{ error }

func (m misuse) Unwrap() error { return m.error }

// Misuse marks err as being about how the program was called: a wrong flag,
// environment variable or setting. A nil err stays nil.
func Misuse(err error) error {
	if err == nil {
		return nil
	}
	return misuse{err}
}

// IsMisuse reports whether an error in err's chain went through [Misuse].
func IsMisuse(err error) bool {
	var m misuse
	return errors.As(err, &m)
}

// Report prints err, unless it is nil, and its hint, each as one line that a
// terminal can show safely. It returns the exit code of a program that ends with
// err.
func Report(w io.Writer, err error) (exit int) {
	if err == nil {
		return ExitOK
	}
	_, _ = fmt.Fprintf(w, "error: %s\n", oneLine(err.Error()))
	if hint := Hint(err); hint != "" {
		_, _ = fmt.Fprintf(w, "hint: %s\n", oneLine(hint))
	}
	if IsMisuse(err) {
		return ExitMisuse
	}
	return ExitFailure
}

// oneLine keeps what came from files, arguments and the network from acting on the
// terminal, and from forging a line.
func oneLine(s string) string {
	return signaling.Clean(strings.Join(strings.Fields(s), " "), maxLine)
}
