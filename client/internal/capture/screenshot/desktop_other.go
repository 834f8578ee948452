//go:build darwin || windows

package screenshot

import (
	"fmt"

	"github.com/kbinani/screenshot"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// connection is none: the library needs nothing kept open here.
type connection struct{}

func connect() (connection, error) { return connection{}, nil }

func (connection) monitors() ([]capture.Monitor, error) {
	var list []capture.Monitor
	for n := range screenshot.NumActiveDisplays() {
		list = append(list, capture.Monitor{
			ID:      n,
			Bounds:  screenshot.GetDisplayBounds(n),
			Primary: n == 0,
		})
	}
	if len(list) == 0 {
		return nil, fmt.Errorf("list monitors: %w: none is connected", capture.ErrNoDisplay)
	}
	return list, nil
}

func (connection) close() {}
