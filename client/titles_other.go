//go:build !linux && !windows

package main

import "github.com/lendhand/lendhand/client/internal/titles"

// openTitles opens nothing: this system does not tell the titles of windows yet.
func openTitles() (titles.Watch, error) { return nil, titles.ErrMissing }
