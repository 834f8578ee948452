package main

import (
	"image"
	"log/slog"
	"testing"

	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

// What the program says of the person's own hands before a session is what it has in one.
func TestHandsAreTold(t *testing.T) {
	xvfbtest.Start(t, image.Pt(320, 240))
	if tells, err := tellsHands(slog.New(slog.DiscardHandler))(); !tells || err != nil {
		t.Errorf("%v, %v", tells, err)
	}
}
