// Package titles is the contract of what tells which window has come to the front, for a
// recording. The leaves below it ask the desktop of one system each.
package titles

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// ErrMissing is returned by leaves where the desktop does not tell.
var ErrMissing = errors.New("the titles of windows cannot be known here")

const (
	// MaxTitle is the most that is told of a title, in characters.
	MaxTitle = 120
	// MaxProgram is the same of a program's name.
	MaxProgram = 60
	// Every is the least time between two titles: one that changes all the time, such as
	// that of a player, is told as it is by then.
	Every = 500 * time.Millisecond
)

// Title is what a window says of itself. Any program can write anything there.
type Title struct {
	Title, Program string
}

// Clean returns a title that can be shown: one line, of limited length, without what
// hides or reorders text.
func Clean(title, program string) Title {
	return Title{Title: signaling.Clean(title, MaxTitle), Program: signaling.Clean(program, MaxProgram)}
}

// Watch tells titles until Close.
type Watch interface {
	// Next waits until another title has come to the front than Next returned last; the
	// first call returns at once where there is a window, and calls come no closer than
	// Every. Titles are clean. It returns ctx's error when ctx ends first. It is called
	// from one goroutine.
	Next(ctx context.Context) (Title, error)
	// Close ends the watch, and a Next that waits. It may be called from any goroutine,
	// and twice.
	Close() error
}
