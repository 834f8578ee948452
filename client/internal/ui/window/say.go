package window

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// The notices that have a place of their own: whom an invitation has the person wait
// for, which key stops the session, and what the page of a relay that is away says anyway.
const (
	saysAwaited       = "Waiting for %s."
	saysAwaitedTicket = "Waiting for %s, ticket %s."
	saysKey           = "%s stops at once, whatever has the screen."
	saysNoKey         = "%s does not stop the session on this desktop."
	saysGoesOn        = "This program goes on trying."
)

// whom returns whom the person waits for, and nil when the notice is of something else.
func whom(n ui.Notice) *awaited {
	switch {
	case n.Message == saysAwaited && len(n.Args) == 1:
		return &awaited{who: cut(fmt.Sprint(n.Args[0]), 2*longName)}
	case n.Message == saysAwaitedTicket && len(n.Args) == 2:
		return &awaited{who: cut(fmt.Sprint(n.Args[0]), 2*longName), ticket: cut(fmt.Sprint(n.Args[1]), longName)}
	}
	return nil
}

// notice returns a notice in the language. One that the language does not know is in
// English.
func (l *Language) notice(n ui.Notice) string {
	message := cut(fmt.Sprintf(n.Message, n.Args...), longText)
	if _, known := l.find("say:" + n.Message); known {
		var values []string
		for i, arg := range n.Args {
			values = append(values, strconv.Itoa(i+1), cut(fmt.Sprint(arg), longText))
		}
		message = l.text("say:"+n.Message, values...)
	}
	return strings.TrimSpace(message + " " + l.english(n.Hint))
}

// english returns the text for what is said in English, or that itself.
func (l *Language) english(said string) string {
	if _, known := l.find("say:" + said); !known {
		return cut(said, longText)
	}
	return l.text("say:" + said)
}
