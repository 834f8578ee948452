package account

import (
	"strings"

	zxcvbn "github.com/ccojocar/zxcvbn-go"
	"github.com/ccojocar/zxcvbn-go/matching"

	"github.com/lendhand/lendhand/signaling/problem"
)

const (
	// leastBits is how hard to guess a password must be: 25 bits are more than thirty
	// million tries. The throttle lets two million through in a year.
	leastBits = 25
	// judged is how much of a password is looked at, in bytes: the time that it takes
	// grows faster than the length. A password that is easy this far is refused though
	// it goes on.
	judged = 64
)

// checkCommon refuses a password that is one of the first to be tried: the common
// ones, words and names with a number, walks over the keyboard, and what is known of
// the account.
func checkCommon(password string, known []string) error {
	if len(password) > judged {
		password = password[:judged]
	}
	if entropy(password, known) < leastBits {
		return problem.New("that password is easy to guess: it is among the first that are tried",
			"Choose four words that have nothing to do with each other, or let a password manager make one.")
	}
	return nil
}

const (
	// standIns are what people write for letters.
	standIns = "4@8({[<369#!1|0$5+7%2"
	letters  = "aabccccegghiilossttxz"
	// mostWays is how many ways to read them are looked at.
	mostWays = 32
)

// entropy estimates how hard the password is to guess, in bits. The library reads what
// stands for letters in every way, which takes seconds where there are many: then only
// what each stands for most is looked at.
func entropy(password string, known []string) float64 {
	if ways(password) <= mostWays {
		return zxcvbn.PasswordStrength(password, known).Entropy
	}
	return min(
		zxcvbn.PasswordStrength(password, known, matching.FilterL33tMatcher).Entropy,
		zxcvbn.PasswordStrength(spelled(password), known, matching.FilterL33tMatcher).Entropy,
	)
}

// ways estimates in how many ways the password can be read: each letter has one of its
// stand-ins, and those that stand for two letters are one of them.
func ways(password string) int {
	n := 1
	for _, ofOneLetter := range []string{"4@", "({[<", "69", "1!|", "1|7", "$5", "+7"} {
		n *= max(1, contained(password, ofOneLetter))
	}
	return n << contained(password, "1|7")
}

// contained counts the characters of the set that are in the password.
func contained(password, set string) (n int) {
	for _, r := range set {
		if strings.ContainsRune(password, r) {
			n++
		}
	}
	return n
}

// spelled puts letters in the place of what stands for them.
func spelled(password string) string {
	return strings.Map(func(r rune) rune {
		if at := strings.IndexRune(standIns, r); at >= 0 {
			return rune(letters[at])
		}
		return r
	}, password)
}
