package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/gdi"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
)

// openPointer returns what opens the watch over the pointer.
func openPointer(*slog.Logger) func() (capture.Pointer, error) {
	return func() (capture.Pointer, error) { return gdi.NewPointer(), nil }
}

func openScreen(*slog.Logger) (capture.Source, error) {
	s, err := gdi.New(poll.Config{})
	if err != nil {
		return nil, err
	}
	return s, nil
}
