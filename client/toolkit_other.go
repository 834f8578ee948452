//go:build !linux && !windows

package main

import "log/slog"

// openToolkit has no window to offer here.
func openToolkit(*slog.Logger) (*toolkit, error) { return nil, errNoToolkit }
