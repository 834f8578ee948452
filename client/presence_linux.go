package main

import (
	"github.com/lendhand/lendhand/client/internal/presence"
	"github.com/lendhand/lendhand/client/internal/presence/x11"
)

// openPresence opens the watch over the person's own hands.
func openPresence(config presence.Config) (presence.Watch, error) {
	w, err := x11.Open(config)
	if err != nil {
		return nil, err
	}
	return w, nil
}
