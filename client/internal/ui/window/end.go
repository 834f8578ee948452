package window

import (
	"fmt"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
)

// endedPage says why it is over, and what to do if it felt wrong.
func (w *Window) endedPage() Page {
	l, m := w.config.Language, &w.now
	title := "ended.heading"
	if m.since.IsZero() {
		title = "ended.refused"
	}
	buttons := row("buttons", button("new-code", l.text("ended.new")).main())
	if m.state.Copy != "" && w.config.Browser != nil {
		buttons.Children = append(buttons.Children, button("copy-open", l.text("ended.copy")))
	}
	buttons.Children = append(buttons.Children, button("quit", l.text("close")))
	p := Page{ID: fmt.Sprintf("ended %d", m.questions), Elements: []Element{
		heading(l.text(title)),
		text("reason", l.reason(m.state.Reason)),
		text("safe", l.text("ended.safe")),
		warning("wrong", l.text("ended.wrong")),
	}}
	p.Elements = append(p.Elements, w.filesLog()...)
	p.Elements = append(p.Elements, buttons)
	return p
}

// reason says why a session is over.
func (l *Language) reason(r signaling.EndReason) string {
	if _, known := l.find("end." + string(r)); !known {
		return l.text("end.other")
	}
	return l.text("end." + string(r))
}

// quitPage asks whether the program is to be closed while somebody is there.
func (w *Window) quitPage() Page {
	l := w.config.Language
	return Page{ID: "quit", Escape: "quit-no", Elements: []Element{
		heading(l.text("quit.heading")),
		text("what", l.text("quit.text", "name", cut(w.now.state.Technician.Name, longName))),
		row("buttons",
			button("quit-no", l.text("quit.no")).main(),
			button("quit-yes", l.text("quit.yes")).danger()),
	}}
}

// findings are the lines of what was found out about this machine, first what will
// not work.
func (w *Window) findings() []Element {
	l := w.config.Language
	list := slices.Clone(w.now.findings)
	slices.SortStableFunc(list, func(a, b checkup.Finding) int { return int(b.Level - a.Level) })
	var lines []Element
	for _, f := range list {
		key := "findings.good"
		if f.Level == checkup.Bad {
			key = "findings.bad"
		}
		line := l.text(key, "title", l.subject(f.Subject))
		if what := l.meaning(f); what != "" {
			line += " · " + what
		}
		lines = append(lines, Element{Kind: Text, Text: line})
	}
	return lines
}

// subject is what a finding is about; one that the language does not know, in English.
func (l *Language) subject(title string) string {
	if _, known := l.find("find:" + title); !known {
		return cut(title, longName)
	}
	return l.text("find:" + title)
}

// meaning is what a finding means for the person. What the language has no words for
// stays as it was found.
func (l *Language) meaning(f checkup.Finding) string {
	if f.Level != checkup.Bad {
		return ""
	}
	if _, known := l.find("meaning." + f.Subject); known {
		return l.text("meaning." + f.Subject)
	}
	return cut(strings.TrimSpace(f.Detail+". "+f.Hint), longText)
}

// report is all that was found as text to paste, in English, for those who help.
func (w *Window) report() string {
	var b strings.Builder
	_ = checkup.Print(&b, "lendhand", w.now.findings) // a Builder takes everything
	return b.String()
}

// questionID is the ID of the page of a question: each one is a new page.
func (w *Window) questionID() string { return fmt.Sprintf("question %d", w.now.question.number) }
