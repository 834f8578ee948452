//go:build !darwin && !windows

package screenshot

import (
	"fmt"

	"github.com/jezek/xgb"
	"github.com/jezek/xgb/xinerama"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/xdisplay"
)

// connection lists the monitors: the library opens one for each question, and answers 0 to
// all that can be wrong.
type connection struct {
	c *xgb.Conn
}

// connect asks for what the library cannot do without. MIT-SHM is not among
// it: without shared memory the library reads the picture from the socket.
func connect() (connection, error) {
	// The library would ask the portal for a PNG each time, and wait for its answer
	// without end.
	if err := xdisplay.RefuseWayland(); err != nil {
		return connection{}, err
	}
	c, err := xdisplay.Open("XINERAMA")
	if err != nil {
		return connection{}, err
	}
	if err := xinerama.Init(c); err != nil {
		c.Close()
		return connection{}, fmt.Errorf("%w: XINERAMA: %w", capture.ErrMissingExtension, err)
	}
	return connection{c}, nil
}

func (c connection) monitors() ([]capture.Monitor, error) { return xdisplay.Monitors(c.c) }

func (c connection) close() { c.c.Close() }
