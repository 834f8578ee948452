package fake

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/clipboard/clipboardtest"
)

func TestBoard(t *testing.T) {
	clipboardtest.Run(t, func(*testing.T) clipboardtest.Desktop {
		var b *Board
		return clipboardtest.Desktop{
			Open:  func() (clipboard.Board, error) { b = New(""); return b, nil },
			Copy:  func(text string) { b.Copy(text) },
			Paste: func() string { return b.Text() },
		}
	})
}
