//go:build !linux && !windows

package ui

import "io"

// discard does nothing here: a line that was begun before a question stays.
func discard(io.Reader) {}
