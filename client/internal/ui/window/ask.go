package window

import (
	"context"
	"errors"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// question is a request that waits for its answer.
type question struct {
	ui.Request
	number  int       // of this program's questions
	till    time.Time // nobody answers later
	settled time.Time // nothing answers before
	on      signaling.Scopes
	record  bool // switched on, where they ask for a recording

	// Of a file to give: what was chosen, or the key of why it cannot be, and whether the
	// person is choosing.
	file     *ui.File
	problem  string
	choosing bool

	answer chan ui.Answer // capacity 1: only the first one counts
}

// Ask asks the person, and returns what they allow: nothing when they say no. Its error
// is the cause of ctx's end: a question that nobody answers in time, or that is
// withdrawn.
func (w *Window) Ask(ctx context.Context, r ui.Request) (ui.Answer, error) {
	q := &question{Request: r, answer: make(chan ui.Answer, 1)}
	q.till, q.settled = time.Now().Add(r.Within), time.Now().Add(r.Settle)
	if r.Give && r.Path != "" {
		q.look(r.Path)
	}
	w.change(func(m *model) {
		m.questions++
		q.number = m.questions
		m.question = q
		m.notice, m.hidden, m.quitting = "", false, false
		m.code, m.awaited = "", nil // used
		m.attend = true
		if !m.inSession() {
			m.forget()
		}
	})
	select {
	case a := <-q.answer:
		w.asked(q, a, nil)
		return a, nil
	case <-ctx.Done():
	}
	w.asked(q, ui.Answer{}, context.Cause(ctx))
	return ui.Answer{}, context.Cause(ctx)
}

// asked takes the question away, and says what came of it.
func (w *Window) asked(q *question, a ui.Answer, err error) {
	w.change(func(m *model) {
		if m.question != q {
			return // another one has come
		}
		m.question = nil
		m.notice, m.passing = w.config.Language.outcome(q, a, err), true
		if !a.Scopes.Has(signaling.ScopeView) || q.Again > 0 || q.Give {
			return
		}
		m.asked = signaling.NewScopes(append(m.asked, q.Ask...)...)
		if !m.inSession() {
			m.begin(ui.State{Phase: ui.Connecting, Technician: q.Technician, Allowed: a.Scopes})
		}
	})
}

// outcome says what came of a question; nothing when the person has said yes.
func (l *Language) outcome(q *question, a ui.Answer, err error) string {
	switch {
	case q.Give && errors.Is(err, context.DeadlineExceeded):
		return l.text("give.silence")
	case q.Give && err == nil:
		return ""
	case errors.Is(err, context.DeadlineExceeded) && q.Again > 0:
		return l.text("answer.again")
	case errors.Is(err, context.DeadlineExceeded):
		return l.text("answer.silence")
	case err != nil:
		return l.text("answer.withdrawn")
	case !a.Scopes.Has(signaling.ScopeView) && q.Again == 0:
		return l.text("answer.no")
	}
	return ""
}

// say answers the question.
func (q *question) say(a ui.Answer) {
	select {
	case q.answer <- a:
	default:
	}
}

// yes allows seeing, what more is given, and what is switched on.
func (q *question) yes(more ...signaling.Scope) {
	scopes := append(signaling.Scopes{signaling.ScopeView}, more...)
	q.say(ui.Answer{
		Scopes: signaling.NewScopes(append(scopes, q.on...)...).Narrow(q.Ask), Recorded: q.record && q.Recording == ui.RecordingAsked,
	})
}
