// Package fake is a clipboard in memory.
package fake

import (
	"sync"
	"time"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/signaling"
)

// Board implements clipboard.Board.
type Board struct {
	changes *clipboard.Notices

	mu     sync.Mutex
	text   string
	closed bool
}

var _ clipboard.Board = (*Board)(nil)

// New returns a clipboard that holds a text, or nothing.
func New(text string) *Board { return &Board{changes: clipboard.NewNotices(), text: text} }

// Copy puts a text there as another program does; an empty one takes it away.
func (b *Board) Copy(text string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text = text
	b.changes.Put()
}

// Text is what is there.
func (b *Board) Text() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text
}

// Read implements clipboard.Board.
func (b *Board) Read() (string, error) {
	switch text := b.Text(); {
	case text == "":
		return "", clipboard.ErrNoText
	case len(text) > signaling.MaxClipboard:
		return "", clipboard.ErrTooLong
	default:
		return text, nil
	}
}

// Write implements clipboard.Board.
func (b *Board) Write(text string) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.closed {
		return clipboard.ErrMissing
	}
	b.text = text
	return nil
}

// Changes implements clipboard.Board.
func (b *Board) Changes() <-chan time.Time { return b.changes.C() }

// Close implements clipboard.Board.
func (b *Board) Close() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.closed = true
	return nil
}
