package signaling

import (
	"strings"
	"unicode"
)

// Seen leaves out of a text what takes no room where it is shown, so that two texts that
// look alike are alike, and one that seems empty is. What scripts need stays: joiners
// between letters of those that join, and variants of characters other than the plain
// ones of Latin, Greek and Cyrillic.
func Seen(s string) string {
	var b strings.Builder
	var before rune // the last that is kept
	for _, r := range s {
		if invisible(r) || joins(r) && !joined(before) {
			continue
		}
		b.WriteRune(r)
		before = r
	}
	return strings.TrimRightFunc(b.String(), joins)
}

const (
	nonJoiner, joiner = '\u200c', '\u200d'
	// emptyBraille is a character that looks like a space and is none.
	emptyBraille = '\u2800'
)

// joins reports whether a character only changes how its neighbours look.
func joins(r rune) bool {
	return r == nonJoiner || r == joiner || unicode.Is(unicode.Variation_Selector, r)
}

// joined reports whether a character can be changed so.
func joined(r rune) bool {
	return r > unicode.MaxASCII && !joins(r) && !unicode.IsSpace(r) &&
		!unicode.In(r, unicode.Latin, unicode.Greek, unicode.Cyrillic)
}

// invisible reports whether a character is never seen. Some that Unicode counts as
// formatting are: those that stand before numbers.
func invisible(r rune) bool {
	switch {
	case joins(r), unicode.Is(unicode.Prepended_Concatenation_Mark, r):
		return false
	case r == emptyBraille, unicode.Is(unicode.Other_Default_Ignorable_Code_Point, r):
		return true
	}
	return unicode.Is(unicode.Cf, r)
}
