package policy

import (
	"net/netip"
	"slices"
)

// Networks is a set of addresses. The zero value has all of them. It does not change.
type Networks struct {
	// limited tells a set that has no address from the one that has all.
	limited bool
	// prefixes are masked, sorted, and none is within another.
	prefixes []netip.Prefix
}

// NewNetworks returns the set of the addresses in the prefixes; without any prefix
// it has all addresses.
func NewNetworks(prefixes ...netip.Prefix) Networks {
	if len(prefixes) == 0 {
		return Networks{}
	}
	return Networks{limited: true, prefixes: simplify(prefixes)}
}

// simplify sorts prefixes and drops those that lie within others.
func simplify(prefixes []netip.Prefix) []netip.Prefix {
	sorted := make([]netip.Prefix, 0, len(prefixes))
	for _, p := range prefixes {
		sorted = append(sorted, p.Masked())
	}
	slices.SortFunc(sorted, netip.Prefix.Compare)
	var kept []netip.Prefix
	for _, p := range sorted { // a wider prefix comes before those within it
		if !slices.ContainsFunc(kept, func(k netip.Prefix) bool { return covers(k, p) }) {
			kept = append(kept, p)
		}
	}
	return kept
}

// covers reports whether all of p is in wide.
func covers(wide, p netip.Prefix) bool {
	return wide.Bits() <= p.Bits() && wide.Contains(p.Addr())
}

// Any reports whether the set has every address.
func (n Networks) Any() bool { return !n.limited }

// Prefixes returns what the set is made of: none when it has all addresses, or none.
func (n Networks) Prefixes() []netip.Prefix { return slices.Clone(n.prefixes) }

// Contains reports whether the address is in the set. An address that is not known
// is in none but the set of all.
func (n Networks) Contains(addr netip.Addr) bool {
	if !n.limited {
		return true
	}
	addr = addr.Unmap().WithZone("")
	return slices.ContainsFunc(n.prefixes, func(p netip.Prefix) bool { return p.Contains(addr) })
}

// Intersect returns the addresses that are in both sets.
func (n Networks) Intersect(other Networks) Networks {
	switch {
	case !n.limited:
		return other
	case !other.limited:
		return n
	}
	var both []netip.Prefix
	for _, a := range n.prefixes {
		for _, b := range other.prefixes {
			switch {
			case covers(a, b):
				both = append(both, b)
			case covers(b, a):
				both = append(both, a)
			}
		}
	}
	return Networks{limited: true, prefixes: simplify(both)}
}

// Within reports whether every prefix of the set lies within one of the other's.
func (n Networks) Within(other Networks) bool {
	if !other.limited {
		return true
	}
	return n.limited && !slices.ContainsFunc(n.prefixes, func(p netip.Prefix) bool {
		return !slices.ContainsFunc(other.prefixes, func(wide netip.Prefix) bool { return covers(wide, p) })
	})
}

// Equal reports whether both sets are made of the same prefixes.
func (n Networks) Equal(other Networks) bool {
	return n.limited == other.limited && slices.Equal(n.prefixes, other.prefixes)
}

// none reports whether the set has no address.
func (n Networks) none() bool { return n.limited && len(n.prefixes) == 0 }
