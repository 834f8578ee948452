//go:build !linux && !windows

package main

import "github.com/lendhand/lendhand/client/internal/presence"

// openPresence opens nothing: the person's own hands cannot be watched here yet.
func openPresence(presence.Config) (presence.Watch, error) { return nil, presence.ErrMissing }
