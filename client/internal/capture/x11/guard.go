//go:build linux

package x11

import (
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

// close ends the connection, and waits for those who read from it.
func (d *display) close(reading *sync.WaitGroup) {
	d.guard.Hasten(closeWithin)
	defer d.guard.End()
	d.c.Close()
	reading.Wait()
}
