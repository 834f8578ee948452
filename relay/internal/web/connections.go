package web

import (
	"net"
	"net/http"
	"net/netip"
	"sync"

	"github.com/lendhand/lendhand/signaling/pace"
)

// The most connections that may speak HTTP at once: each costs memory for as long as
// its requests may take. A browser has six; WebSocket connections count elsewhere.
const (
	mostConnections           = 4096
	mostConnectionsPerAddress = 256
)

// connections knows who speaks HTTP.
type connections struct {
	most, mostPer int // set at construction

	mu   sync.Mutex // guards the rest
	open map[net.Conn]netip.Prefix
	per  map[netip.Prefix]int
}

func newConnections(most, mostPer int) *connections {
	return &connections{most: most, mostPer: mostPer, open: make(map[net.Conn]netip.Prefix), per: make(map[netip.Prefix]int)}
}

// follow is the server's ConnState hook. It hangs up on newcomers that are too many;
// the server then reports their end like any other.
func (c *connections) follow(conn net.Conn, state http.ConnState) {
	switch state {
	case http.StateNew:
		if !c.add(conn) {
			_ = conn.Close()
		}
	case http.StateHijacked, http.StateClosed:
		c.remove(conn)
	}
}

func (c *connections) add(conn net.Conn) bool {
	from, _ := netip.ParseAddrPort(conn.RemoteAddr().String())
	network := pace.Network(from.Addr())
	c.mu.Lock()
	defer c.mu.Unlock()
	if len(c.open) >= c.most || c.per[network] >= c.mostPer {
		return false
	}
	c.open[conn] = network
	c.per[network]++
	return true
}

func (c *connections) remove(conn net.Conn) {
	c.mu.Lock()
	defer c.mu.Unlock()
	network, ok := c.open[conn]
	if !ok {
		return // was never let in
	}
	delete(c.open, conn)
	if c.per[network]--; c.per[network] == 0 {
		delete(c.per, network)
	}
}
