//go:build linux

package x11

import (
	"net"
	"sync"
	"time"
)

const (
	// answerWithin is how long the server may take to answer. One that is busy, or that
	// another program has to itself, answers late; one that hangs never does.
	answerWithin = 10 * time.Second
	// closeWithin is how long it may take when nobody needs the answer any more.
	closeWithin = time.Second
)

// guard ends the connection to a server that does not answer. Then everything that waits
// for it returns.
type guard struct {
	wire  net.Conn
	timer *time.Timer // stopped while nobody waits
}

func newGuard(wire net.Conn) guard {
	g := guard{wire: wire, timer: time.AfterFunc(answerWithin, func() { _ = wire.Close() })}
	g.timer.Stop()
	return g
}

// begin is called before a question, and end after the last answer.
func (g *guard) begin() { g.timer.Reset(answerWithin) }
func (g *guard) end()   { g.timer.Stop() }

// hasten has whoever waits return soon.
func (g *guard) hasten() { g.timer.Reset(closeWithin) }

// close ends the connection, and waits for those who read from it.
func (d *display) close(reading *sync.WaitGroup) {
	d.guard.hasten()
	defer d.guard.end()
	d.c.Close()
	reading.Wait()
}
