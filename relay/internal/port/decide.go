package port

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"time"
)

const (
	// acmeProtocol is what a certificate authority's check negotiates
	// (RFC 8737 §4): the handshake is all that it wants.
	acmeProtocol = "acme-tls/1"
	// recordHandshake begins every TLS connection (RFC 8446 §5.1).
	recordHandshake = 0x16
	// lastSTUN is the last first byte of a STUN message (RFC 7983 §7). A TURN
	// client's first message is always STUN: channels come later.
	lastSTUN = 0x03
)

// admit starts deciding on a connection, or closes it when too many are
// undecided already: who waits must not grow without bound.
func (s *Splitter) admit(conn net.Conn) {
	release, ok := s.pending.take(conn.RemoteAddr())
	if !ok {
		_ = conn.Close()
		return
	}
	s.wg.Go(func() {
		defer release()
		s.decide(conn)
	})
}

// decide takes a connection through the handshake to its first byte and hands
// it over, or closes it. What goes wrong here is the client's and not logged.
func (s *Splitter) decide(raw net.Conn) {
	unhook := context.AfterFunc(s.ctx, func() { _ = raw.Close() })
	defer unhook()
	conn, to := s.open(raw)
	if conn == nil {
		_ = raw.Close()
		return
	}
	// From here on Close must not touch it; if it just did, the queue is closed.
	unhook()
	to.put(conn)
}

// open returns the decrypted connection and where it belongs, or nil.
func (s *Splitter) open(raw net.Conn) (net.Conn, *queue) {
	if raw.SetDeadline(time.Now().Add(s.cfg.HandshakeTimeout)) != nil {
		return nil, nil
	}
	first, err := readByte(raw)
	if err != nil {
		return nil, nil
	}
	if first != recordHandshake {
		s.answerPlain(raw, first)
		return nil, nil
	}
	conn := tls.Server(&prefixed{Conn: raw, first: []byte{first}}, s.cfg.TLS)
	if conn.HandshakeContext(s.ctx) != nil || conn.ConnectionState().NegotiatedProtocol == acmeProtocol {
		return nil, nil
	}
	return s.sort(conn)
}

// sort reads the first byte inside TLS and puts it back.
func (s *Splitter) sort(conn *tls.Conn) (net.Conn, *queue) {
	if conn.SetDeadline(time.Now().Add(s.cfg.FirstByteTimeout)) != nil {
		return nil, nil
	}
	first, err := readByte(conn)
	if err != nil || conn.SetDeadline(time.Time{}) != nil {
		return nil, nil
	}
	opened := &prefixed{Conn: conn, first: []byte{first}}
	if first <= lastSTUN {
		return opened, s.turn
	}
	return opened, s.http
}

func readByte(r io.Reader) (byte, error) {
	var b [1]byte
	_, err := io.ReadFull(r, b[:])
	return b[0], err
}

// answerPlain tells someone who typed http:// what to type instead. Anything
// that does not begin like an HTTP method is left without an answer.
func (s *Splitter) answerPlain(conn net.Conn, first byte) {
	if first < 'A' || first > 'Z' {
		return
	}
	url := s.cfg.PublicURL
	if url == "" {
		url = "https://…"
	}
	text := fmt.Sprintf("This port speaks HTTPS: use %s\n", url)
	_, err := fmt.Fprintf(conn, "HTTP/1.1 400 Bad Request\r\nContent-Type: text/plain; charset=utf-8\r\n"+
		"Content-Length: %d\r\nConnection: close\r\n\r\n%s", len(text), text)
	if err != nil {
		return
	}
	drain(conn)
}

// drain reads what is left of a small request: closing over unread bytes
// resets the connection, and the client may lose the answer.
func drain(conn net.Conn) {
	if half, ok := conn.(interface{ CloseWrite() error }); ok {
		_ = half.CloseWrite()
	}
	_ = conn.SetReadDeadline(time.Now().Add(time.Second))
	_, _ = io.CopyN(io.Discard, conn, 16<<10)
}
