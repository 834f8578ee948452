package port

import (
	"net"
	"net/netip"
	"sync"
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

// origin is what one client can hardly have many of: an IPv4 address, or the
// /64 that an IPv6 network gives to a household.
func origin(addr net.Addr) netip.Prefix {
	ap, err := netip.ParseAddrPort(addr.String())
	if err != nil {
		return netip.Prefix{}
	}
	ip := ap.Addr().Unmap().WithZone("")
	bits := 32
	if ip.Is6() {
		bits = 64
	}
	prefix, _ := ip.Prefix(bits) // bits always fit
	return prefix
}
