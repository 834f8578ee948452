package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/ui/window/gtk"
)

// openToolkit opens what draws with GTK.
func openToolkit(log *slog.Logger) (*toolkit, error) {
	kit, err := gtk.Open(gtk.Config{Log: log})
	if err != nil {
		return nil, err
	}
	return &toolkit{Toolkit: kit, run: kit.Run}, nil
}
