//go:build !linux && !windows

package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/clipboard"
)

// openClipboard opens nothing: the clipboard cannot be shared here yet.
func openClipboard(*slog.Logger) func() (clipboard.Board, error) { return nil }
