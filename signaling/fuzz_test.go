package signaling

import (
	"strings"
	"testing"
	"unicode"
)

// What is taken for a code has nine digits of ours, in the order in which they were
// typed, and nothing beside them that counts.
func FuzzParseCode(f *testing.F) {
	f.Fuzz(func(t *testing.T, typed string) {
		code, err := ParseCode(typed)
		if err != nil {
			if code != "" {
				t.Fatalf("%q is refused and becomes %q", typed, code)
			}
			return
		}
		digits := strings.Map(func(r rune) rune {
			if r >= '0' && r <= '9' {
				return r
			}
			return -1
		}, typed)
		if string(code) != digits || len(digits) != codeDigits {
			t.Errorf("%q becomes %q", typed, code)
		}
		if strings.ContainsFunc(typed, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) && r > '9' || r == '+' }) {
			t.Errorf("%q is a code", typed)
		}
		if again, err := ParseCode(code.String()); err != nil || again != code {
			t.Errorf("%q is shown as %q, which is %q, %v", code, code.String(), again, err)
		}
	})
}
