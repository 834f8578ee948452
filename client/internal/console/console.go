// Package console gives a program for Windows a console where it needs one. It is built without, as that
// would stand black beside its window, and Windows gives such a program nothing to print to.
package console

import (
	"slices"
	"strings"
)

// Wanted reads the one flag, or its environment variable, that has to be known before the others are read:
// whether the interface is the one in a terminal.
func Wanted(args []string, environment string) bool {
	const flag = "--ui"
	for n, arg := range slices.Backward(args) {
		if value, ok := strings.CutPrefix(arg, flag+"="); ok {
			return value == "terminal"
		}
		if arg == flag && n+1 < len(args) {
			return args[n+1] == "terminal"
		}
	}
	return environment == "terminal"
}
