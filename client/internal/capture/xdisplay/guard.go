package xdisplay

import (
	"net"
	"time"
)

// Guard ends connections to a server that does not answer. Then everything that waits
// for it returns. Its methods may be called from any goroutine.
type Guard struct {
	within time.Duration
	timer  *time.Timer // stopped while nobody waits
}

// NewGuard returns a Guard of connections that OpenWire has opened. The server may take
// that long to answer.
func NewGuard(within time.Duration, wires ...net.Conn) Guard {
	end := func() {
		for _, wire := range wires {
			_ = wire.Close()
		}
	}
	g := Guard{within: within, timer: time.AfterFunc(within, end)}
	g.timer.Stop()
	return g
}

// Begin is called before a question.
func (g *Guard) Begin() { g.timer.Reset(g.within) }

// End is called after the last answer.
func (g *Guard) End() { g.timer.Stop() }

// Hasten has whoever waits return after that long.
func (g *Guard) Hasten(within time.Duration) { g.timer.Reset(within) }
