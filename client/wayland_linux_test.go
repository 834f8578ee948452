package main

import (
	"errors"
	"log/slog"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/portal/portaltest"
)

// Before the person's yes the program only looks what the system has: no question of the
// system's comes, and what would ask is opened and closed without one.
func TestNoQuestionBeforeTheirs(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	desk := (&flags{}).thisDesktop(slog.New(slog.DiscardHandler))
	if can, err := desk.asks(t.Context()); !can || err != nil {
		t.Errorf("%v, %v", can, err)
	}
	screen, err := desk.screen()
	if err != nil {
		t.Fatal(err)
	}
	hands, err := desk.injector()
	if err != nil {
		t.Fatal(err)
	}
	if desk.pointer != nil || desk.presence != nil {
		t.Error("the pointer or the person's hands are watched by X11")
	}
	if err := errors.Join(screen.Close(), hands.Close()); err != nil {
		t.Error(err)
	}
	if d.Asked() {
		t.Error("the system has asked")
	}
	d.StopPortal()
	if _, err := desk.asks(t.Context()); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("without a portal: %v", err)
	}
}
