package port

import (
	"net"
	"sync"
)

// queueLen is how many connections may wait for Accept. Further ones are
// closed: whoever serves them is not keeping up, and must not hold up the
// other half of the port.
const queueLen = 128

// queue is a net.Listener fed by the splitter.
type queue struct {
	addr  net.Addr
	conns chan net.Conn
	done  chan struct{}

	mu     sync.Mutex // guards closed, and puts against Close
	closed bool
}

func newQueue(addr net.Addr) *queue {
	return &queue{addr: addr, conns: make(chan net.Conn, queueLen), done: make(chan struct{})}
}

// put hands a connection over, or closes it when the queue is full or closed.
func (q *queue) put(conn net.Conn) {
	if !q.offer(conn) {
		_ = conn.Close()
	}
}

func (q *queue) offer(conn net.Conn) bool {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	select {
	case q.conns <- conn:
		return true
	default:
		return false
	}
}

// Accept implements net.Listener.
func (q *queue) Accept() (net.Conn, error) {
	select {
	case <-q.done: // a closed queue gives nothing out, even if something waits
		return nil, net.ErrClosed
	default:
	}
	select {
	case conn := <-q.conns:
		return conn, nil
	case <-q.done:
		return nil, net.ErrClosed
	}
}

// Close implements net.Listener; connections not yet accepted are closed.
func (q *queue) Close() error {
	if !q.end() {
		return nil
	}
	for {
		select {
		case conn := <-q.conns: // nothing can be added any more
			_ = conn.Close()
		default:
			return nil
		}
	}
}

func (q *queue) end() (first bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.closed {
		return false
	}
	q.closed = true
	close(q.done)
	return true
}

// Addr implements net.Listener.
func (q *queue) Addr() net.Addr { return q.addr }
