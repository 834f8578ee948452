//go:build !darwin && !windows

package screenshot

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xinerama"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// desktop lists the monitors over a connection of its own: the library opens one
// for each question, and answers 0 to all that can be wrong.
type desktop struct {
	c *xgb.Conn
}

// openDesktop asks for what the library cannot do without. MIT-SHM is not among
// it: without shared memory the library reads the picture from the socket.
func openDesktop() (*desktop, error) {
	// The library would ask the portal for a PNG each time, and wait for its answer
	// without end.
	if err := xdisplay.RefuseWayland(); err != nil {
		return nil, err
	}
	c, err := xdisplay.Open("XINERAMA")
	if err != nil {
		return nil, err
	}
	if err := xinerama.Init(c); err != nil {
		c.Close()
		return nil, fmt.Errorf("%w: XINERAMA: %w", capture.ErrMissingExtension, err)
	}
	return &desktop{c: c}, nil
}

func (d *desktop) monitors() ([]capture.Monitor, error) { return xdisplay.Monitors(d.c) }

func (d *desktop) close() { d.c.Close() }
