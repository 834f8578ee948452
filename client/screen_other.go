//go:build !linux

package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/capture"
)

func openScreen(*slog.Logger) (capture.Source, error) { return openPortable() }
