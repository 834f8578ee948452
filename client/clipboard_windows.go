package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/clipboard"
	"github.com/lendhand/lendhand/client/internal/clipboard/winclip"
)

// openClipboard returns what opens the clipboard; nil where it cannot be reached.
func openClipboard(log *slog.Logger) func() (clipboard.Board, error) {
	open := func() (clipboard.Board, error) {
		b, err := winclip.Open(log)
		if err != nil {
			return nil, err
		}
		return b, nil
	}
	b, err := open()
	if err != nil {
		log.Info("the clipboard cannot be shared", slog.Any("error", err))
		return nil
	}
	_ = b.Close()
	return open
}
