package speech

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// voice is one that Windows has.
type voice struct {
	id string // of its entry in the registry
	// languages are those that it speaks, as Windows numbers them in hexadecimal: "407" or
	// "409;9".
	languages string
	preferred bool // the person has chosen it
}

// primary is the part of Windows' number of a language that all its countries share.
func primary(number uint64) uint64 { return number & 0x3ff }

// speaks reports whether it is a voice of a language, in whatever country.
func (v *voice) speaks(language uint64) bool {
	for one := range strings.SplitSeq(v.languages, ";") {
		number, err := strconv.ParseUint(strings.TrimSpace(one), 16, 32)
		if err == nil && number != 0 && primary(number) == primary(language) {
			return true
		}
	}
	return false
}

// bestFirst sorts voices for a language: those that speak it come first, and among equals
// the one that the person has chosen.
func bestFirst(voices []voice, language uint64) []voice {
	rank := func(v voice) int {
		n := 0
		if !v.speaks(language) {
			n += 2
		}
		if !v.preferred {
			n++
		}
		return n
	}
	return slices.SortedStableFunc(slices.Values(voices), func(a, b voice) int { return cmp.Compare(rank(a), rank(b)) })
}
