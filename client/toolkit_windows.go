package main

import (
	"log/slog"

	"github.com/lendhand/lendhand/client/internal/ui/window/win32"
)

// openToolkit opens what draws with the controls of Windows.
func openToolkit(log *slog.Logger) (*toolkit, error) {
	kit, err := win32.Open(win32.Config{Log: log})
	if err != nil {
		return nil, err
	}
	return &toolkit{Toolkit: kit, run: kit.Run}, nil
}
