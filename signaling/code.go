package signaling

import (
	"crypto/rand"
	"errors"
	"fmt"
	"math/big"
	"strings"
)

// Code is the nine digits that a host reads out and a technician types. The first
// three find the host, the others prove that the technician was told: a try with
// the right first group and a wrong rest counts against the code.
type Code string

// ErrCodeForm is returned for text that is not nine digits.
var ErrCodeForm = errors.New("a code is nine digits")

const (
	codeDigits  = 9
	groupDigits = 3
)

// NewCode draws a code from crypto/rand, each of the 10⁹ equally likely.
func NewCode() (Code, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(1_000_000_000))
	if err != nil {
		return "", fmt.Errorf("draw a code: %w", err)
	}
	return Code(fmt.Sprintf("%09d", n)), nil
}

// ParseCode reads a code as people type it: spaces, dots and hyphens between the
// digits are ignored.
func ParseCode(s string) (Code, error) {
	if len(s) > 4*codeDigits {
		return "", ErrCodeForm
	}
	digits := strings.Map(func(r rune) rune {
		switch r {
		case ' ', '\t', '-', '.', '\u00a0', '\u2009', '\u202f':
			return -1
		}
		return r
	}, s)
	if len(digits) != codeDigits || strings.Trim(digits, "0123456789") != "" {
		return "", ErrCodeForm
	}
	return Code(digits), nil
}

// Group returns the first three digits, by which the relay finds the host.
func (c Code) Group() string { return string(c[:groupDigits]) }

// String returns the code as it is shown: 482 913 077.
func (c Code) String() string {
	if len(c) != codeDigits {
		return string(c)
	}
	return string(c[:3] + " " + c[3:6] + " " + c[6:])
}
