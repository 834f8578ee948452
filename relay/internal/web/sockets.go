package web

import (
	"context"
	"net/netip"
	"sync"
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
}

// sockets knows those that are open.
type sockets struct {
	mu     sync.Mutex // guards the rest
	closed bool
	open   map[*socket]struct{}
	// entered counts all that ever did.
	entered uint64
	counts  map[socketKind]map[netip.Prefix]int
	// empty is closed when the last one has left after close.
	empty chan struct{}
}

func newSockets() *sockets {
	return &sockets{
		open:   make(map[*socket]struct{}),
		counts: map[socketKind]map[netip.Prefix]int{hostSocket: {}, technicianSocket: {}},
		empty:  make(chan struct{}),
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
	s.entered++
	return welcome
}

func (s *sockets) leave(k *socket) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.open, k)
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

// news returns a number that is another one after every newcomer.
func (s *sockets) news() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.entered
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
