package port

import (
	"errors"
	"net"
)

// prefixed is a connection with a byte that was read too early. Like any
// net.Conn it has one reader at a time; writing and closing are free.
type prefixed struct {
	net.Conn
	first []byte // owned by the reader
}

// Read returns the byte that was put back, then what follows.
func (p *prefixed) Read(b []byte) (int, error) {
	if len(p.first) == 0 || len(b) == 0 {
		return p.Conn.Read(b)
	}
	n := copy(b, p.first)
	p.first = p.first[n:]
	return n, nil
}

// CloseWrite tells the peer that nothing more comes. HTTP servers look for it,
// to let a last answer arrive before they close.
func (p *prefixed) CloseWrite() error {
	if half, ok := p.Conn.(interface{ CloseWrite() error }); ok {
		return half.CloseWrite()
	}
	return errors.ErrUnsupported
}
