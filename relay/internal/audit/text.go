package audit

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// Text returns the event as a line for people. Names are those of accounts, by their
// IDs: a name stands beside its ID, since an account may be called "relay". Nothing
// in the line acts on a terminal.
func (e Event) Text(names map[string]string) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d  %s  %s", e.Number, e.Time.UTC().Format(time.DateTime), quoted(string(e.Kind)))
	for _, f := range []struct{ name, value string }{
		{"by", e.Actor}, {"session", e.Session}, {"of", e.Subject}, {"from", e.Address},
	} {
		if f.value != "" {
			fmt.Fprintf(&b, "  %s %s", f.name, quoted(f.value))
		}
		if name := names[f.value]; name != "" {
			fmt.Fprintf(&b, " (%s)", quoted(name))
		}
	}
	for _, key := range slices.Sorted(maps.Keys(e.Detail)) {
		fmt.Fprintf(&b, "  %s=%s", quoted(key), quoted(e.Detail[key]))
	}
	return b.String()
}

// quoted returns s as it is when it is one plain word, and in quotes otherwise.
func quoted(s string) string {
	if s != "" && !strings.ContainsFunc(s, func(r rune) bool {
		return r == ' ' || r == '"' || r == '=' || !strconv.IsPrint(r) || signaling.Unsafe(r)
	}) {
		return s
	}
	return strconv.Quote(s)
}
