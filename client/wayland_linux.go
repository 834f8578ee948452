package main

import (
	"context"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/portal"
)

// behindPortal makes it a Wayland desktop in a Wayland session. There the system asks the
// person once more, its keys are let go with the connection to it, and nothing tells the
// person's own hands from a program's.
func (d *desktop) behindPortal(viewOnly bool) {
	if !portal.Wanted() {
		return
	}
	desk := portal.New(portal.Config{ViewOnly: viewOnly})
	d.screen = func() (capture.Source, error) { return desk.Screen(), nil }
	d.injector = func() (input.Injector, error) { return desk.Injector(), nil }
	d.pointer, d.presence = nil, nil
	d.asks = func(ctx context.Context) (bool, error) {
		found, err := portal.Look(ctx)
		return found.Control > 0, err
	}
}
