package ui

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// sayWord begins a line that is for the technician.
const sayWord = "say "

// tooSoonLine refuses what may be the end of what somebody else has typed.
const tooSoonLine = "That came too soon to be yours. Read the question, and answer in a moment."

// What the person can type while somebody is there.
const (
	inSessionLine = "Type stop to end the session, view to take control back, or control to allow it."
	moreLine      = "Type pause to show nothing for a while, or say and a text to write to them."
	filesLine     = "Type give and the path of a file to give it to them."
)

// hear understands one line that the person typed.
func (t *Terminal) hear(ctx context.Context, typed string) {
	t.mu.Lock()
	q, phase := t.question, t.state.Phase
	t.mu.Unlock()
	inSession := phase == Connecting || phase == Active || phase == Reconnecting
	line := strings.ToLower(typed)
	switch {
	case line == "":
	case inSession && strings.HasPrefix(line, sayWord):
		t.command(ctx, Chat{strings.TrimSpace(typed[len(sayWord):])})
	case inSession && line == "pause":
		t.command(ctx, Pause{})
	case inSession && line == "pause recording":
		t.command(ctx, PauseRecording{})
	case inSession && line == "go on recording":
		t.command(ctx, UnpauseRecording{})
	case inSession && line == "go on":
		t.command(ctx, Unpause{})
	case line == "quit":
		t.command(ctx, Quit{})
	case line == "stop" && inSession:
		t.command(ctx, Stop{})
	case inSession && (line == "same" || line == "differ"):
		t.compare(ctx, line)
	case q != nil && q.give:
		t.answerGive(q, typed)
	case q != nil:
		t.answer(q, line)
	case inSession && t.hearFiles(ctx, typed):
	case inSession:
		t.hearInSession(ctx, line)
	default:
		t.print("Nobody is asking for anything now. Type quit to close this program.")
	}
}

func (t *Terminal) hearInSession(ctx context.Context, line string) {
	if scopes := scopesOf(line); scopes != nil {
		t.command(ctx, Allow{scopes})
		return
	}
	t.print(inSessionLine, moreLine)
}

// answer answers a question with the line, or says what would be an answer.
func (t *Terminal) answer(q *question, line string) {
	recorded := false
	if q.records {
		line, recorded = recordOf(line)
	}
	switch {
	case time.Now().Before(q.settled):
		t.print(tooSoonLine)
	case line == "no":
		q.say(Answer{Scopes: signaling.Scopes{}})
	case line == "report":
		q.say(Answer{Reported: true})
	case line == "control" && q.again:
		q.say(Answer{Scopes: q.ask}) // everything goes on
	case scopesOf(line).Has(signaling.ScopeControl) && !q.ask.Has(signaling.ScopeControl):
		t.print("Control was not asked for. Type view or no.")
	case scopesOf(line) != nil:
		q.say(Answer{Scopes: scopesOf(line).Narrow(q.ask), Recorded: recorded})
	case q.ask.Has(signaling.ScopeControl):
		t.print("Type view, control or no.")
	default:
		t.print("Type view or no.")
	}
}

// say gives the answer. Only the first one counts.
func (q *question) say(answer Answer) {
	select {
	case q.answer <- answer:
	default:
	}
}

func (t *Terminal) command(ctx context.Context, c Command) {
	select {
	case t.commands <- c:
	case <-ctx.Done():
	}
}

// changes says what is different between two states.
func changes(before, now State) []string {
	if now.Phase != Active {
		if now.Phase != before.Phase {
			return slices.Concat(phaseLines(now), recordingLines(before, now))
		}
		return slices.Concat(pauseLines(before, now), recordingLines(before, now))
	}
	return slices.Concat(activeLines(before, now), pauseLines(before, now), recordingLines(before, now), wordsLines(before.Words, now))
}

// recordingLines says how the recording stands, when that has changed. Of one that is over
// they say where the person can see what was done.
func recordingLines(before, now State) []string {
	switch {
	case now.Phase == Ended && now.Copy != "":
		return []string{"What was done can be seen here, by whoever has this address. Keep it to yourself:", signaling.Clean(now.Copy, maxLine)}
	case now.Phase == Ended || now.Recording == before.Recording:
		return nil
	}
	switch now.Recording {
	case signaling.RecordingOn:
		line := "The session is recorded. " + readersLine(now.Readers)
		if now.RecordingPausable {
			line += "Type pause recording to hold it back for a while."
		}
		return []string{strings.TrimSpace(line)}
	case signaling.RecordingPaused:
		return []string{"The recording is paused: what happens now is in no recording, and that it is paused stands in it. Type go on recording to go on."}
	case signaling.RecordingStalled:
		return []string{"The recording does not reach the relay at present. What was recorded is kept here meanwhile."}
	case signaling.RecordingOff:
		return []string{"The session is not recorded any more."}
	}
	return nil
}

// pauseLines says that a pause has begun or ended. That of a session that is over is over.
func pauseLines(before, now State) []string {
	name := Who(now.Technician)
	switch {
	case now.Phase == Ended || now.Paused == before.Paused:
		return nil
	case now.Paused:
		return []string{"Paused: " + name + " sees nothing and can do nothing. Type go on to go on, or stop to end the session."}
	}
	return []string{"No longer paused: " + name + " can " + deeds(now.Scopes) + " again."}
}

// activeLines says what is different in a session that runs.
func activeLines(before, now State) []string {
	if now.Phase != before.Phase {
		return phaseLines(now)
	}
	var lines []string
	if now.Path != before.Path {
		lines = append(lines, "The connection now goes "+via(now.Path)+".")
	}
	if line := controlLine(before, now); line != "" {
		lines = append(lines, line)
	}
	if line := othersLine(before, now); line != "" {
		lines = append(lines, line)
	}
	return lines
}

// othersLine says that clipboard or files have come or gone, while control stays as it was.
func othersLine(before, now State) string {
	const control = signaling.ScopeControl
	if before.Scopes.Has(control) != now.Scopes.Has(control) || slices.Equal(before.Scopes, now.Scopes) {
		return ""
	}
	return Who(now.Technician) + " can now " + deeds(now.Scopes) + "."
}

// controlLine says that control has come or gone, or nothing when all is as before. A
// session that pauses for a question is not shown, and so takes nothing back.
func controlLine(before, now State) string {
	const control = signaling.ScopeControl
	name := Who(now.Technician)
	had, has := before.Scopes.Has(control), now.Scopes.Has(control)
	switch {
	case has && !had:
		return name + " can now " + deeds(now.Scopes) + ". Type view to take control back."
	case has || !had:
		return ""
	case now.Allowed.Has(control):
		return "The relay does not allow control any more. " + name + " can only see your screen."
	}
	return "Control is taken back. " + name + " can only see your screen."
}

// phaseLines says what a new phase means.
func phaseLines(s State) []string {
	switch s.Phase {
	case Connecting:
		return []string{"Connecting to " + Who(s.Technician) + " …"}
	case Active:
		if s.Paused {
			return []string{Who(s.Technician) + " is connected " + via(s.Path) + ". The session is paused: type go on to go on, or stop to end it."}
		}
		lines := []string{
			Who(s.Technician) + " is connected " + via(s.Path) + " and can " + deeds(s.Scopes) + ".",
			inSessionLine, moreLine,
		}
		if s.Scopes.Has(signaling.ScopeFilesFromHost) {
			lines = append(lines, filesLine)
		}
		return lines
	case Reconnecting:
		return []string{"The connection to " + Who(s.Technician) + " broke. Waiting for it to come back. Type stop to end the session."}
	case Ended:
		return []string{"The session is over: " + ending(s.Reason) + "."}
	}
	return nil
}
