package account

import (
	"fmt"
	"net/netip"
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// The pace of wrong passwords, by account and by address: some at once, then one
// every now and then. At this pace a password of MinPassword characters outlives
// its owner's patience, and the owner's typing errors cost no wait.
const (
	triesByName    = 10
	everyByName    = 15 * time.Second
	triesByAddress = 20
	everyByAddress = 5 * time.Second

	// maxTracked bounds each table of the throttle, in entries.
	maxTracked = 10_000
)

// TooManyError says that too many wrong passwords came.
type TooManyError struct {
	// Wait is how long until the next one is looked at.
	Wait time.Duration
}

// Error returns what happened.
func (e *TooManyError) Error() string {
	return fmt.Sprintf("too many wrong passwords: wait %s", e.Wait.Round(time.Second))
}

// throttle paces tries at passwords. Somebody who tries many passwords for a name
// uses up the name's pace; who has signed in with that name from the same address
// before has a pace of their own, and is not locked out by that.
type throttle struct {
	mu        sync.Mutex // guards the rest
	names     paces
	addresses paces
	// familiar has a pace for each name and address that have signed in together.
	familiar paces
}

func newThrottle() *throttle {
	return &throttle{
		names:     newPaces(everyByName, triesByName),
		addresses: newPaces(everyByAddress, triesByAddress),
		familiar:  newPaces(everyByName, triesByName),
	}
}

// try takes one try of the name and of the address, or returns a [*TooManyError].
// The caller calls right, with the time, when the password was right: that gives
// the try back.
func (t *throttle) try(name string, addr netip.Addr, now time.Time) (right func(time.Time), err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	where := network(addr)
	pair := name + " " + where
	byName, ok := t.familiar.known(pair)
	if !ok {
		byName = t.names.get(name, now)
	}
	byAddress := t.addresses.get(where, now)
	if wait := max(byName.wait(now), byAddress.wait(now)); wait > 0 {
		return nil, &TooManyError{Wait: wait}
	}
	byName.take(now)
	byAddress.take(now)
	return func(now time.Time) { t.right(pair, byName, byAddress, now) }, nil
}

func (t *throttle) right(pair string, byName, byAddress *pace, now time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	byName.giveBack(now)
	byAddress.giveBack(now)
	t.familiar.get(pair, now)
}

// network is what one machine cannot leave by itself: an IPv4 address, or the /64
// of an IPv6 address.
func network(addr netip.Addr) string {
	addr = addr.Unmap().WithZone("")
	if addr.Is6() {
		if prefix, err := addr.Prefix(64); err == nil {
			return prefix.String()
		}
	}
	return addr.String()
}

// pace is one bucket of tries.
type pace struct{ limiter *rate.Limiter }

// wait returns how long until there is a try.
func (p *pace) wait(now time.Time) time.Duration {
	missing := 1 - p.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return max(time.Duration(missing/float64(p.limiter.Limit())*float64(time.Second)), time.Millisecond)
}

func (p *pace) take(now time.Time) { p.limiter.AllowN(now, 1) }

// giveBack relies on a limiter's bucket never holding more than its burst.
func (p *pace) giveBack(now time.Time) { p.limiter.AllowN(now, -1) }

// paces is a bounded table of them. What is full again is forgotten first; when
// nothing is, newcomers share one pace, so that a flood of names or addresses
// neither grows the table nor washes out what it knows.
type paces struct {
	every  time.Duration
	burst  int
	table  map[string]*pace
	shared *pace
}

func newPaces(every time.Duration, burst int) paces {
	p := paces{every: every, burst: burst, table: make(map[string]*pace)}
	p.shared = p.fresh()
	return p
}

func (p *paces) fresh() *pace { return &pace{rate.NewLimiter(rate.Every(p.every), p.burst)} }

func (p *paces) known(key string) (*pace, bool) {
	found, ok := p.table[key]
	return found, ok
}

func (p *paces) get(key string, now time.Time) *pace {
	if found, ok := p.table[key]; ok {
		return found
	}
	if len(p.table) >= maxTracked {
		p.forget(now)
	}
	if len(p.table) >= maxTracked {
		return p.shared
	}
	made := p.fresh()
	p.table[key] = made
	return made
}

func (p *paces) forget(now time.Time) {
	for key, one := range p.table {
		if one.limiter.TokensAt(now) >= float64(p.burst) {
			delete(p.table, key)
		}
	}
}
