package main

import (
	"github.com/lendhand/lendhand/client/internal/titles"
	"github.com/lendhand/lendhand/client/internal/titles/x11"
)

// openTitles opens what tells the titles of windows, for a recording.
func openTitles() (titles.Watch, error) {
	w, err := x11.Open()
	if err != nil {
		return nil, err
	}
	return w, nil
}
