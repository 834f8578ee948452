//go:build !linux && !windows

package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// openPointer returns nothing: the pointer cannot be watched here yet.
func openPointer(*slog.Logger) func() (capture.Pointer, error) { return nil }

func openScreen(*slog.Logger) (capture.Source, error) { return openPortable() }
