package catalogue

import (
	"strings"
	"unicode"
	"unicode/utf8"
)

// maxTerms bounds the words of one search, maxPrefixes those of them that are beginnings
// of words: every one costs as much as all the words that begin so.
const (
	maxTerms    = 12
	maxPrefixes = 3
)

// matchOf writes words as an expression of SQLite's FTS5: all of them, the last three as
// beginnings of words. Whatever is in the words, they are strings there and no operators.
// It is empty when nothing of them could be found.
func matchOf(words string) string {
	var terms []string
	for field := range strings.FieldsSeq(words) {
		term := strings.Join(strings.FieldsFunc(spaced(field), func(r rune) bool { return !isWord(r) }), " ")
		if term == "" {
			continue
		}
		if terms = append(terms, `"`+term+`"`); len(terms) == maxTerms { // in it there is no quotation mark
			break
		}
	}
	for i := max(0, len(terms)-maxPrefixes); i < len(terms); i++ {
		if utf8.RuneCountInString(terms[i]) > len(`"a"`) {
			terms[i] += "*"
		}
	}
	return strings.Join(terms, " AND ")
}

// isWord reports whether r can be part of a word, as the tokenizer unicode61 has it. What
// hangs on a letter is left to the tokenizer.
func isWord(r rune) bool { return unicode.In(r, unicode.L, unicode.N, unicode.Co, unicode.M) }

// unspacedScripts write words without spaces between them.
var unspacedScripts = []*unicode.RangeTable{unicode.Han, unicode.Hiragana, unicode.Katakana, unicode.Thai, unicode.Lao, unicode.Khmer, unicode.Myanmar}

func isUnspaced(r rune) bool {
	return unicode.In(r, unspacedScripts...) && !unicode.Is(unicode.M, r)
}

// spaced puts spaces around the characters of scripts that have none, so that each is a
// word, and what is asked for a phrase of them.
func spaced(text string) string {
	if strings.IndexFunc(text, isUnspaced) < 0 {
		return text
	}
	var b strings.Builder
	for _, r := range text {
		if isUnspaced(r) {
			b.WriteString(" " + string(r) + " ")
		} else {
			b.WriteRune(r)
		}
	}
	return b.String()
}

// unspaced is the way back, for people.
func unspaced(text string) string {
	fields := strings.Fields(text)
	var b strings.Builder
	for i, f := range fields {
		last, _ := utf8.DecodeLastRuneInString(b.String())
		first, _ := utf8.DecodeRuneInString(f)
		if i > 0 && (!isUnspaced(last) || !isUnspaced(first)) {
			b.WriteByte(' ')
		}
		b.WriteString(f)
	}
	return b.String()
}

// Fold makes texts alike that differ in case only, or in space around them.
func Fold(text string) string { return strings.ToLower(strings.TrimSpace(text)) }

// clean makes text valid UTF-8 without control characters: a host is nobody's friend, and
// SQLite ends strings at a NUL.
func clean(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) {
			return ' '
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// cut returns at most limit bytes of text, whole characters.
func cut(text string, limit int) string {
	if len(text) <= limit {
		return text
	}
	for limit > 0 && !utf8.RuneStart(text[limit]) {
		limit--
	}
	return text[:limit]
}
