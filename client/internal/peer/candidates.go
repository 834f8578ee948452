package peer

import (
	"net"
	"strings"
	"time"
)

const (
	// maxCandidates is the number of addresses that a technician may name for one set of
	// ICE credentials. Each makes this machine send packets there.
	maxCandidates = 64
	// candidatesAtOnce is how many it may name in all restarts of all its connections, and
	// one more with every candidateEvery that has passed.
	candidatesAtOnce = 512
	candidateEvery   = time.Second
	// offersAtOnce is how many offers it may make, and one more with every offerEvery that
	// has passed. A browser's side makes one in some seconds.
	offersAtOnce = 9
	offerEvery   = 2 * time.Second
)

// credit is how many of something may still come, by when the credit is full again.
type credit struct{ full time.Time }

// take takes one of most, which come back one with every each. It reports whether there
// was one.
func (c *credit) take(most int, each time.Duration, now time.Time) bool {
	full := c.full
	if full.Before(now) {
		full = now
	}
	if full = full.Add(each); full.Sub(now) > time.Duration(most)*each {
		return false
	}
	c.full = full
	return true
}

// Allowance bounds what a technician may have this machine do by offers and candidates, in
// all connections that follow each other. Its zero value is that of a new technician; it
// belongs to who calls Accept and AddCandidate.
type Allowance struct{ offers, addresses credit }

// guests are the technician's addresses in one connection.
type guests struct {
	allowance *Allowance
	seen      map[string]bool // with the credentials in force
}

// admit reports whether a candidate is a new one, or fails when there are too many.
func (g *guests) admit(candidate string, now time.Time) (fresh bool, err error) {
	key := address(candidate)
	if g.seen[key] {
		return false, nil
	}
	if len(g.seen) >= maxCandidates || !g.allowance.addresses.take(candidatesAtOnce, candidateEvery, now) {
		return false, ErrCandidates
	}
	g.seen[key] = true
	return true, nil
}

// again forgets the addresses, for new credentials.
func (g *guests) again() { g.seen = make(map[string]bool, maxCandidates) }

// address returns what makes a candidate another one: all but its preference, by which a
// browser may write it otherwise in a description.
func address(candidate string) string {
	// RFC 8839 section 5.1: foundation component transport priority address port typ …
	f := strings.Fields(candidate)
	if len(f) < 8 {
		return candidate
	}
	return strings.Join([]string{f[1], f[2], f[4], f[5], f[7]}, " ")
}

// reachable reports whether packets may go to an address that a technician names: not to
// what listens on this machine for itself alone, nor to many machines at once. Private
// networks are where a direct path is best.
func reachable(ip net.IP) bool {
	return !ip.IsLoopback() && !ip.IsUnspecified() && !ip.IsMulticast() && !ip.Equal(net.IPv4bcast)
}
