package turn

import (
	"errors"
	"net"
)

// maxFailures is how many errors in a row a UDP socket may give before it
// counts as broken. Single ones are normal: some systems report to the reader
// that an earlier packet met a closed port.
const maxFailures = 100

var errFailing = errors.New("socket keeps failing")

// packets is the socket of TURN over UDP.
type packets struct {
	net.PacketConn
	failed func(error)
}

// ReadFrom implements net.PacketConn. The library stops at the first error, so
// only lasting ones are passed on.
func (p *packets) ReadFrom(b []byte) (int, net.Addr, error) {
	for range maxFailures {
		n, addr, err := p.PacketConn.ReadFrom(b)
		if err == nil {
			return n, addr, nil
		}
		if errors.Is(err, net.ErrClosed) {
			p.failed(err)
			return 0, nil, err
		}
	}
	p.failed(errFailing)
	return 0, nil, errFailing
}
