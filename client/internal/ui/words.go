package ui

import (
	"fmt"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// widest is the number of characters of foreign text that a line shows at most.
const widest = 200

// plain makes text that came from elsewhere fit for a terminal: it may not hold an
// escape sequence, turn the line around or look like another text, even if somebody
// upstream forgot to check.
func plain(s string) string { return signaling.Clean(signaling.Seen(s), widest) }

// Who names a technician: "Ines Okafor (Example Help Desk)".
func Who(p signaling.Person) string {
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

		signaling.ScopeClipboardToHost:   "put text into your clipboard",
		signaling.ScopeClipboardFromHost: "read what you copy",
		signaling.ScopeFilesToHost:       "send you files",
		signaling.ScopeFilesFromHost:     "get files that you send",
	}
	var list []string
	for _, s := range scopes {
		list = append(list, words[s])
	}
	if last := len(list) - 1; last > 1 {
		return strings.Join(list[:last], ", ") + " and " + list[last]
	}
	return strings.Join(list, " and ")
}

// requestLine says in one line who asks for what.
func requestLine(r Request) string {
	line := "Request: " + Who(r.Technician)
	if ticket := plain(r.Ticket); ticket != "" {
		line += ", ticket " + ticket + ","
	}
	line += " asks to " + deeds(r.Ask) + ". "
	switch r.Recording {
	case RecordingRequired:
		return line + "The session will be recorded. " + readersLine(r.Readers) + "Without the recording there is no session."
	case RecordingAsked:
		return strings.TrimSpace(line + "They ask to record the session, which you decide by itself. " + readersLine(r.Readers))
	case RecordingAgreed:
		return strings.TrimSpace(line + "The session is recorded. " + readersLine(r.Readers))
	case Unrecorded:
	}
	return line + "The session will not be recorded."
}

// readersLine says who can open a recording.
func readersLine(readers []string) string {
	var names []string
	for _, r := range readers {
		names = append(names, plain(r))
	}
	if len(names) == 0 {
		return ""
	}
	return "Who can open the recording: " + strings.Join(names, ", ") + ". "
}

// againLine asks in one line whether control goes on.
func againLine(r Request) string {
	return "Still there? " + Who(r.Technician) + " has had control for " + minutes(r.Again) + ". Type control to go on, view to let them only see, or no to end the session."
}

// minutes says how long something lasted.
func minutes(d time.Duration) string {
	if d < time.Minute {
		return fmt.Sprintf("%d seconds", int(d.Round(time.Second)/time.Second))
	}
	if n := int(d.Round(time.Minute) / time.Minute); n > 1 {
		return fmt.Sprintf("%d minutes", n)
	}
	return "one minute"
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
		signaling.EndReported:          "you have reported that you called nobody",
		signaling.EndBarHidden:         "the bar that shows who is there could not be kept in sight",
		signaling.EndHostQuit:          "this program was closed",
		signaling.EndHostLost:          "this computer lost its connection to the relay",
		signaling.EndTechnicianLost:    "the technician did not come back",
		signaling.EndConnectionFailed:  "no connection to the technician was found in time",
		signaling.EndGrantInvalid:      "the technician's permission from the relay was not valid",
		signaling.EndGrantExpired:      "the technician's permission ran out",
		signaling.EndTimeLimit:         "it has lasted as long as it may",
		signaling.EndWordsDiffer:       "it is not sure that the technician was at the other end",
		signaling.EndRecordingRequired: "their organisation wants sessions recorded, which this program cannot",
		signaling.EndRecordingLost:     "the recording, which their organisation wants, could not be kept up",
		signaling.EndRevoked:           "an administrator ended it",
		signaling.EndScreenLost:        "the screen went away",
		signaling.EndError:             "something failed",
	}
	if w, ok := words[r]; ok {
		return w
	}
	return plain(string(r))
}
