package web

import (
	"context"
	"maps"
	"net/netip"
	"slices"
	"sync"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// socketKind is who is at the other end of a WebSocket.
type socketKind string

const (
	hostSocket       socketKind = "host"
	technicianSocket socketKind = "technician"
)

// socket is one open WebSocket.
type socket struct {
	kind    socketKind
	addr    netip.Addr
	network netip.Prefix
	// cancel ends the connection.
	cancel context.CancelFunc
	// signIn is the ID of a technician's sign-in, accountID that of the account.
	signIn, accountID string
	// left is when it was closed, and judged whether what was done over it has been ended;
	// guarded by the mu of sockets.
	left   time.Time
	judged bool
}

// sockets knows those that are open.
type sockets struct {
	mu     sync.Mutex // guards the rest
	closed bool
	open   map[*socket]struct{}
	// departed are those of technicians that have closed, the newest of each sign-in:
	// what was done over them goes on for as long as they may come back.
	departed map[string]*socket
	// passed counts who came, and technicians who went.
	passed uint64
	counts map[socketKind]map[netip.Prefix]int
	// empty is closed when the last one has left after close.
	empty chan struct{}
}

func newSockets() *sockets {
	return &sockets{
		open:     make(map[*socket]struct{}),
		departed: make(map[string]*socket),
		counts:   map[socketKind]map[netip.Prefix]int{hostSocket: {}, technicianSocket: {}},
		empty:    make(chan struct{}),
	}
}

// admission is the answer to a newcomer.
type admission int

const (
	welcome admission = iota
	tooMany
	closedForAll
)

// enter adds k unless most of its kind are open from its network.
func (s *sockets) enter(k *socket, most int) admission {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return closedForAll
	}
	if s.counts[k.kind][k.network] >= most {
		return tooMany
	}
	s.counts[k.kind][k.network]++
	s.open[k] = struct{}{}
	s.passed++
	return welcome
}

func (s *sockets) leave(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, k)
	if k.kind == technicianSocket && !k.judged {
		k.left = time.Now()
		s.departed[k.signIn] = k
		s.passed++
	}
	counts := s.counts[k.kind]
	if counts[k.network]--; counts[k.network] == 0 {
		delete(counts, k.network)
	}
	s.checkEmpty()
}

// close lets nobody in any more.
func (s *sockets) close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.closed = true
		s.checkEmpty()
	}
}

// checkEmpty is called with mu held.
func (s *sockets) checkEmpty() {
	if s.closed && len(s.open) == 0 {
		close(s.empty)
	}
}

// wait waits until all have left; when ctx ends before, it makes them.
func (s *sockets) wait(ctx context.Context) error {
	select {
	case <-s.empty:
		return nil
	case <-ctx.Done():
	}
	s.mu.Lock()
	for k := range s.open {
		k.cancel()
	}
	s.mu.Unlock()
	<-s.empty
	return context.Cause(ctx)
}

// news returns a number that is another one after every newcomer and every technician who has left.
func (s *sockets) news() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.passed
}

// technicians returns the open sockets of technicians.
func (s *sockets) technicians() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	var list []*socket
	for k := range s.open {
		if k.kind == technicianSocket {
			list = append(list, k)
		}
	}
	return list
}

// absent returns the newest socket of each sign-in that has closed one and may come back
// to a session.
func (s *sockets) absent() []*socket {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.departed, func(_ string, k *socket) bool { return time.Since(k.left) > signaling.ReturnWithin })
	return slices.Collect(maps.Values(s.departed))
}

// forget notes that what was done over a socket is ended.
func (s *sockets) forget(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	k.judged = true
	if s.departed[k.signIn] == k {
		delete(s.departed, k.signIn)
	}
}
