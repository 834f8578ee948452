package ui

import (
	"context"

	"github.com/lendhand/lendhand/signaling"
)

var (
	onlyView       = signaling.NewScopes(signaling.ScopeView)
	viewAndControl = signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
)

// hear understands one line that the person typed.
func (t *Terminal) hear(ctx context.Context, line string) {
	t.mu.Lock()
	q, phase := t.question, t.state.Phase
	t.mu.Unlock()
	inSession := phase == Connecting || phase == Active || phase == Reconnecting
	switch {
	case line == "":
	case line == "quit":
		t.command(ctx, Quit)
	case line == "stop" && inSession:
		t.command(ctx, Stop)
	case q != nil:
		t.answer(q, line)
	case inSession:
		t.hearInSession(ctx, line)
	default:
		t.print("Nobody is asking for anything now. Type quit to close this program.")
	}
}

func (t *Terminal) hearInSession(ctx context.Context, line string) {
	switch line {
	case "view":
		t.command(ctx, AllowView)
	case "control":
		t.command(ctx, AllowControl)
	default:
		t.print("Type stop to end the session, view to take control back, or control to allow it.")
	}
}

// answer answers a question with the line, or says what would be an answer.
func (t *Terminal) answer(q *question, line string) {
	switch {
	case line == "no":
		q.say(signaling.Scopes{})
	case line == "view":
		q.say(onlyView.Narrow(q.ask))
	case line == "control" && q.ask.Has(signaling.ScopeControl):
		q.say(viewAndControl.Narrow(q.ask))
	case line == "control":
		t.print("Control was not asked for. Type view or no.")
	case q.ask.Has(signaling.ScopeControl):
		t.print("Type view, control or no.")
	default:
		t.print("Type view or no.")
	}
}

// say gives the answer. Only the first one counts.
func (q *question) say(scopes signaling.Scopes) {
	select {
	case q.answer <- scopes:
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
	if now.Phase != before.Phase {
		return phaseLines(now)
	}
	if now.Phase != Active {
		return nil
	}
	var lines []string
	if now.Path != before.Path {
		lines = append(lines, "The connection now goes "+via(now.Path)+".")
	}
	had, has := before.Scopes.Has(signaling.ScopeControl), now.Scopes.Has(signaling.ScopeControl)
	switch {
	case has && !had:
		lines = append(lines, who(now.Technician)+" can now "+deeds(now.Scopes)+". Type view to take control back.")
	case had && !has:
		lines = append(lines, "You have taken control back. "+who(now.Technician)+" can only see your screen.")
	}
	return lines
}

// phaseLines says what a new phase means.
func phaseLines(s State) []string {
	switch s.Phase {
	case Connecting:
		return []string{"Connecting to " + who(s.Technician) + " …"}
	case Active:
		return []string{
			who(s.Technician) + " is connected " + via(s.Path) + " and can " + deeds(s.Scopes) + ".",
			"Type stop to end the session, view to take control back, or control to allow it.",
		}
	case Reconnecting:
		return []string{"The connection to " + who(s.Technician) + " broke. Waiting for it to come back. Type stop to end the session."}
	case Ended:
		return []string{"The session is over: " + ending(s.Reason) + "."}
	}
	return nil
}
