package main

import (
	"errors"
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
)

// openPointer returns what opens the watch over the pointer.
func openPointer(log *slog.Logger) func() (capture.Pointer, error) {
	return func() (capture.Pointer, error) { return x11.NewPointer(x11.Config{Log: log}) }
}

// openScreen opens the screen in the way that waits for changes, and where the X
// server cannot tell of them, in the portable one.
func openScreen(log *slog.Logger) (capture.Source, error) {
	s, err := x11.New(x11.Config{Log: log})
	if errors.Is(err, capture.ErrMissingExtension) || errors.Is(err, capture.ErrPixelFormat) {
		log.Info("the screen is compared instead of watched", slog.Any("error", err))
		return openPortable()
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}
