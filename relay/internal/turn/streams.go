package turn

import (
	"bufio"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"net/netip"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling/pace"
)

const (
	// introduction is how long a connection may last without an allocation.
	introduction = 15 * time.Second
	// maxStrangers is how many connections without an allocation one network may have:
	// a browser opens a few at a time, an office some dozens.
	maxStrangers = 64
	// maxSilence is how long one with an allocation may say nothing: clients
	// refresh every nine minutes or so.
	maxSilence = 11 * time.Minute
	// writeTimeout is when a client that takes nothing any more is given up.
	writeTimeout = 10 * time.Second
)

var errFrame = errors.New("not a TURN frame")

// streams is the listener of TURN over TLS. It gives package pion/turn
// connections that deliver whole, checked frames, and that end.
type streams struct {
	net.Listener
	max    int
	holds  func(clientKey) bool // whether a client has an allocation
	failed func(error)

	mu     sync.Mutex // guards the rest
	closed bool
	conns  map[clientKey]*stream
}

func newStreams(l net.Listener, max int, holds func(clientKey) bool, failed func(error)) *streams {
	return &streams{Listener: l, max: max, holds: holds, failed: failed, conns: make(map[clientKey]*stream)}
}

// Accept implements net.Listener.
func (s *streams) Accept() (net.Conn, error) {
	for {
		conn, err := s.Listener.Accept()
		if err != nil {
			s.report(err)
			return nil, err
		}
		c := &stream{
			Conn: conn, list: s, key: keyOf(conn.RemoteAddr()), from: networkOf(conn.RemoteAddr()),
			opened: time.Now(), in: bufio.NewReaderSize(conn, maxPacket),
		}
		if s.add(c) {
			return c, nil
		}
		_ = conn.Close()
	}
}

// networkOf returns the network that a client can hardly leave.
func networkOf(addr net.Addr) netip.Prefix {
	client, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{}
	}
	return pace.Network(client.Addr())
}

// report lets a failure be known. That the port was closed is none: UDP goes on.
func (s *streams) report(err error) {
	if !errors.Is(err, net.ErrClosed) {
		s.failed(err)
	}
}

// add refuses a connection when there are too many, in all or of strangers from its
// network.
func (s *streams) add(c *stream) bool {
	if s.strangers(c.from) >= maxStrangers {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || len(s.conns) >= s.max {
		return false
	}
	s.conns[c.key] = c
	return true
}

// strangers counts the connections from a network that have no allocation.
func (s *streams) strangers(from netip.Prefix) (n int) {
	s.mu.Lock()
	var keys []clientKey
	for key, c := range s.conns {
		if c.from == from {
			keys = append(keys, key)
		}
	}
	s.mu.Unlock()
	for _, key := range keys {
		if !s.holds(key) { // has a lock of its own
			n++
		}
	}
	return n
}

func (s *streams) remove(c *stream) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.conns[c.key] == c {
		delete(s.conns, c.key)
	}
}

// close ends the connection of a client.
func (s *streams) close(client clientKey) {
	s.mu.Lock()
	c := s.conns[client]
	s.mu.Unlock()
	if c != nil {
		_ = c.Close()
	}
}

// closeAll ends all connections, and those that are about to begin.
func (s *streams) closeAll() {
	s.mu.Lock()
	s.closed = true
	conns := make([]*stream, 0, len(s.conns))
	for _, c := range s.conns {
		conns = append(conns, c)
	}
	s.mu.Unlock()
	for _, c := range conns {
		_ = c.Close()
	}
}

// stream is the connection of one client.
type stream struct {
	net.Conn
	list   *streams
	key    clientKey
	from   netip.Prefix
	opened time.Time
	in     *bufio.Reader // owned by the reader
}

// Read returns exactly one frame, or an error that ends the connection. Frames
// are checked here because the library trusts the length that they state.
func (c *stream) Read(p []byte) (int, error) {
	if err := c.SetReadDeadline(c.deadline()); err != nil {
		return 0, err
	}
	header, err := c.in.Peek(4)
	if err != nil {
		return 0, err
	}
	size, err := frameSize(header)
	if err != nil {
		return 0, err
	}
	if size >= maxPacket || size > len(p) {
		return 0, errFrame
	}
	return io.ReadFull(c.in, p[:size])
}

func (c *stream) deadline() time.Time {
	if c.list.holds(c.key) {
		return time.Now().Add(maxSilence)
	}
	return c.opened.Add(introduction)
}

// frameSize returns the length of the frame that begins with header: a STUN
// message (RFC 8489 §5) or channel data padded to four bytes (RFC 8656 §12.5).
func frameSize(header []byte) (int, error) {
	length := int(binary.BigEndian.Uint16(header[2:4]))
	switch {
	case header[0] < 0x40 && length%4 == 0:
		return 20 + length, nil
	case header[0] >= 0x40 && header[0] < 0x80:
		return 4 + (length+3)&^3, nil
	}
	return 0, errFrame
}

// Write implements net.Conn.
func (c *stream) Write(p []byte) (int, error) {
	if err := c.SetWriteDeadline(time.Now().Add(writeTimeout)); err != nil {
		return 0, err
	}
	n, err := c.Conn.Write(p)
	if err != nil {
		_ = c.Close()
	}
	return n, err
}

// Close implements net.Conn.
func (c *stream) Close() error {
	c.list.remove(c)
	return c.Conn.Close()
}
