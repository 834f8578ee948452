package ui

import (
	"strings"

	"github.com/lendhand/lendhand/signaling"
)

// widest is the number of characters of foreign text that a line shows at most.
const widest = 200

// plain makes text that came from elsewhere fit for a terminal: it may not hold an
// escape sequence or turn the line around, even if somebody upstream forgot to check.
func plain(s string) string { return signaling.Clean(s, widest) }

// who names a technician: "Ines Okafor (Example Help Desk)".
func who(p signaling.Person) string {
	name := plain(p.Name)
	if org := plain(p.Organisation); org != "" {
		name += " (" + org + ")"
	}
	return name
}

// deeds says what scopes allow, as the end of "they can …".
func deeds(scopes signaling.Scopes) string {
	words := map[signaling.Scope]string{
		signaling.ScopeView:    "see your screen",
		signaling.ScopeControl: "use your mouse and keyboard",
	}
	var list []string
	for _, s := range scopes {
		list = append(list, words[s])
	}
	return strings.Join(list, " and ")
}

// requestLine says in one line who asks for what.
func requestLine(r Request) string {
	line := "Request: " + who(r.Technician)
	if ticket := plain(r.Ticket); ticket != "" {
		line += ", ticket " + ticket + ","
	}
	line += " asks to " + deeds(r.Ask) + ". "
	if r.Recorded {
		return line + "The session will be recorded."
	}
	return line + "The session will not be recorded."
}

// via names the path of the media.
func via(p signaling.Path) string {
	if p == signaling.PathRelay {
		return "through the relay"
	}
	return "directly"
}

// ending says why a session is over.
func ending(r signaling.EndReason) string {
	words := map[signaling.EndReason]string{
		signaling.EndDeclined:          "you said no",
		signaling.EndNoAnswer:          "nobody answered the request",
		signaling.EndHostStopped:       "you stopped it",
		signaling.EndTechnicianStopped: "the technician stopped it",
		signaling.EndHostQuit:          "this program was closed",
		signaling.EndHostLost:          "this computer lost its connection to the relay",
		signaling.EndTechnicianLost:    "the technician did not come back",
		signaling.EndConnectionFailed:  "no connection to the technician was found in time",
		signaling.EndGrantInvalid:      "the technician's permission from the relay was not valid",
		signaling.EndGrantExpired:      "the technician's permission ran out",
		signaling.EndRevoked:           "an administrator ended it",
		signaling.EndScreenLost:        "the screen went away",
		signaling.EndError:             "something failed",
	}
	if w, ok := words[r]; ok {
		return w
	}
	return plain(string(r))
}
