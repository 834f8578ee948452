package main

import (
	"context"
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/presence"
)

// desktop is what shows and controls this machine's desktop.
type desktop struct {
	screen   func() (capture.Source, error)
	injector func() (input.Injector, error)
	pointer  func() (capture.Pointer, error)                        // nil where it is in the picture
	presence func(presence.Config) (presence.Watch, error)          // nil where nothing can tell
	asks     func(ctx context.Context) (canControl bool, err error) // nil where the system asks nobody
}

// thisDesktop returns the desktop of the session that this program runs in. It opens
// nothing.
func (f *flags) thisDesktop(log *slog.Logger) *desktop {
	d := &desktop{
		screen:   func() (capture.Source, error) { return openScreen(log) },
		injector: keeping(log),
		pointer:  openPointer(log),
		presence: openPresence,
	}
	d.behindPortal(f.Allow == "view")
	return d
}
