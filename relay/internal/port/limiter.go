package port

import (
	"net"
	"net/netip"
	"sync"

	"github.com/lendhand/lendhand/signaling/pace"
)

// limiter bounds how many connections are undecided, in all and per address.
type limiter struct {
	max, maxPer int // set at construction

	mu  sync.Mutex // guards the rest
	all int
	per map[netip.Prefix]int
}

func newLimiter(max, maxPer int) *limiter {
	return &limiter{max: max, maxPer: maxPer, per: make(map[netip.Prefix]int)}
}

// take claims a place; release gives it back and must be called once.
func (l *limiter) take(addr net.Addr) (release func(), ok bool) {
	key := origin(addr)
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.all >= l.max || l.per[key] >= l.maxPer {
		return nil, false
	}
	l.all++
	l.per[key]++
	return func() { l.release(key) }, true
}

func (l *limiter) release(key netip.Prefix) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.all--
	if l.per[key]--; l.per[key] == 0 {
		delete(l.per, key)
	}
}

// origin is where one client can hardly leave.
func origin(addr net.Addr) netip.Prefix {
	from, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{}
	}
	return pace.Network(from.Addr())
}
