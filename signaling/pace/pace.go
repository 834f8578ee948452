// Package pace limits how often someone may try something: buckets of tries that
// fill up again with time, kept in tables that strangers cannot make grow.
package pace

import (
	"net/netip"
	"time"

	"golang.org/x/time/rate"
)

// maxTracked bounds a table, in entries.
const maxTracked = 10_000

// Network is what one machine cannot leave by itself: an IPv4 address, or the /64
// of an IPv6 address. It is zero for an address that is none.
func Network(addr netip.Addr) netip.Prefix {
	addr = addr.Unmap().WithZone("")
	bits := addr.BitLen()
	if addr.Is6() {
		bits = 64
	}
	prefix, _ := addr.Prefix(bits) // zero for an address that is none
	return prefix
}

// Bucket holds some tries at first and never more, and fills up again with time. It
// is safe for concurrent use.
type Bucket struct{ limiter *rate.Limiter }

// NewBucket returns a Bucket of size tries that gains one every so long.
func NewBucket(size int, every time.Duration) *Bucket {
	return &Bucket{rate.NewLimiter(rate.Every(every), size)}
}

// Wait returns how long until there is a try; 0 when there is one.
func (b *Bucket) Wait(now time.Time) time.Duration {
	missing := 1 - b.limiter.TokensAt(now)
	if missing <= 0 {
		return 0
	}
	return max(time.Duration(missing/float64(b.limiter.Limit())*float64(time.Second)), time.Millisecond)
}

// Take takes a try and reports whether there was one.
func (b *Bucket) Take(now time.Time) bool { return b.limiter.AllowN(now, 1) }

// GiveBack puts a try back. The bucket never holds more than its size.
func (b *Bucket) GiveBack(now time.Time) { b.limiter.AllowN(now, -1) }

// Table has a Bucket for each key, up to a bound. What is full again is forgotten
// first; when nothing is, newcomers share one Bucket, so that a flood of keys neither
// grows the table nor washes out what it knows. Its user guards it.
type Table[K comparable] struct {
	size   int
	every  time.Duration
	known  map[K]*Bucket
	shared *Bucket
}

// NewTable returns an empty Table of buckets of size tries that gain one every so
// long.
func NewTable[K comparable](size int, every time.Duration) *Table[K] {
	return &Table[K]{size: size, every: every, known: map[K]*Bucket{}, shared: NewBucket(size, every)}
}

// Known returns the key's Bucket if there is one.
func (t *Table[K]) Known(key K) (*Bucket, bool) {
	b, ok := t.known[key]
	return b, ok
}

// Of returns the key's Bucket, a new one if need be.
func (t *Table[K]) Of(key K, now time.Time) *Bucket {
	if b, ok := t.known[key]; ok {
		return b
	}
	if len(t.known) >= maxTracked {
		t.forget(now)
	}
	if len(t.known) >= maxTracked {
		return t.shared
	}
	b := NewBucket(t.size, t.every)
	t.known[key] = b
	return b
}

func (t *Table[K]) forget(now time.Time) {
	for key, b := range t.known {
		if b.limiter.TokensAt(now) >= float64(t.size) {
			delete(t.known, key)
		}
	}
}
