package account

import (
	zxcvbn "github.com/ccojocar/zxcvbn-go"

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
	if zxcvbn.PasswordStrength(password, known).Entropy < leastBits {
		return problem.New("that password is easy to guess: it is among the first that are tried",
			"Choose four words that have nothing to do with each other, or let a password manager make one.")
	}
	return nil
}
