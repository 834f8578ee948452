package main

import (
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/presence/winhook"
)

// openPresence opens the watch over the person's own hands.
func openPresence(config presence.Config) (presence.Watch, error) {
	w, err := winhook.Open(config)
	if err != nil {
		return nil, err
	}
	return w, nil
}
