//go:build !windows && !linux

package main

import (
	"errors"
	"log/slog"
)

// errNoToolkit says that this system has no windows that this program knows.
var errNoToolkit = errors.New("this program has no window on this system")

// openToolkit has no window to offer here.
func openToolkit(*slog.Logger) (*toolkit, error) { return nil, errNoToolkit }
