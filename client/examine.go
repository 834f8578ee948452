package main

import (
	"context"
	"strings"

	"github.com/lendhand/lendhand/client/internal/app"
	"github.com/lendhand/lendhand/client/internal/preflight"
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/signaling/checkup"
)

// examine looks for what will not work here, and has the window say so.
func examine(ctx context.Context, w *window.Window, c *app.Config) {
	found := preflight.Examine(ctx, preflight.Config{
		Server: c.Server, TLS: c.TLS, OpenScreen: c.OpenScreen, OpenInjector: c.OpenInjector, Hands: tells(c),
	})
	if ctx.Err() == nil {
		w.ShowFindings(findings(found.Findings))
	}
}

// findings are what was found as the window shows it.
func findings(found []checkup.Finding) []window.Finding {
	var list []window.Finding
	for _, f := range found {
		list = append(list, window.Finding{
			Title: f.Subject, Text: strings.TrimSpace(f.Detail + ". " + f.Hint), Bad: f.Level == checkup.Bad,
		})
	}
	return list
}

// tells returns what finds out whether this system tells the person's own hands from a
// program's; nil where nothing can.
func tells(c *app.Config) func() (bool, error) {
	if c.OpenPresence == nil {
		return nil
	}
	return func() (bool, error) {
		nothing := func() {}
		watch, err := c.OpenPresence(presence.Config{Key: c.StopKey, Touched: nothing, Stop: nothing, Log: c.Log})
		if err != nil {
			return false, err
		}
		return watch.Tells(), watch.Close()
	}
}
