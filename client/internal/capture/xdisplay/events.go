package xdisplay

import (
	"bufio"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"time"

	"github.com/jezek/xgb"
)

// Sizes of what a server sends (X11 protocol, appendix B), in bytes.
const (
	unit       = 32      // an event, an error, or the beginning of a reply
	setupHead  = 8       // the beginning of the first answer
	longEvent  = 1 << 16 // no event is longer
	readAtOnce = 4096
)

// Codes of what a server sends.
const (
	codeError   = 0
	codeReply   = 1
	codeGeneric = 35
)

// OpenEvents is OpenWire for a program that wants generic events, whose ends xgb takes for
// the next messages. Every event goes to take, as bytes that are valid until it returns,
// and none to the queue of the connection: requests work as ever. take must not wait for
// an answer of the server.
func OpenEvents(within time.Duration, take func(event []byte), extensions ...string) (*xgb.Conn, net.Conn, error) {
	divert := func(wire net.Conn) net.Conn {
		return &diverted{Conn: wire, in: bufio.NewReaderSize(wire, readAtOnce), take: take, first: true}
	}
	return open(within, divert, extensions)
}

// diverted is a network connection from which the events are taken.
type diverted struct {
	net.Conn
	take func(event []byte)

	// Owned by who reads.
	in    *bufio.Reader
	first bool // nothing was read yet
	left  int  // bytes of the present message that are yet to be read
	event []byte
}

// Read reads messages other than events.
func (d *diverted) Read(p []byte) (int, error) {
	for d.left == 0 {
		if err := d.next(); err != nil {
			return 0, err
		}
	}
	n, err := d.in.Read(p[:min(len(p), d.left)])
	d.left -= n
	return n, err
}

// next looks at the beginning of the next message, and takes it if it is an event.
func (d *diverted) next() error {
	if d.first {
		head, err := d.in.Peek(setupHead)
		if err != nil {
			return err
		}
		d.first = false
		d.left = setupHead + 4*int(binary.LittleEndian.Uint16(head[6:]))
		return nil
	}
	head, err := d.in.Peek(unit)
	if err != nil {
		return err
	}
	more := 4 * int64(binary.LittleEndian.Uint32(head[4:]))
	switch head[0] {
	case codeError:
		d.left = unit
	case codeReply:
		d.left = unit + int(more)
	default:
		if head[0]&^0x80 != codeGeneric {
			more = 0
		}
		return d.divert(unit + more)
	}
	return nil
}

func (d *diverted) divert(size int64) error {
	if size > longEvent {
		return fmt.Errorf("an event of %d bytes", size)
	}
	if int64(cap(d.event)) < size {
		d.event = make([]byte, size)
	}
	event := d.event[:size]
	if _, err := io.ReadFull(d.in, event); err != nil {
		return err
	}
	d.take(event)
	return nil
}
