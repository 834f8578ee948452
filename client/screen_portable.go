//go:build !windows

package main

import (
	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/poll"
	"github.com/lendhand/lendhand/client/internal/capture/screenshot"
)

// openPortable opens the screen in the way that works everywhere.
func openPortable() (capture.Source, error) {
	s, err := screenshot.New(poll.Config{})
	if err != nil {
		return nil, err
	}
	return s, nil
}
