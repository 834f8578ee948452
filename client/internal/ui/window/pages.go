package window

import (
	"math"
	"strings"
	"time"

	"github.com/lendhand/lendhand/signaling"
)

// The makers of elements. Text is in the language already.

func heading(text string) Element { return Element{ID: "heading", Kind: Heading, Text: text} }

func text(id, text string) Element { return Element{ID: id, Kind: Text, Text: text} }

func quiet(id, text string) Element { return Element{ID: id, Kind: Quiet, Text: text} }

func warning(id, text string) Element { return Element{ID: id, Kind: Warning, Text: text} }

func status(id, text string) Element { return Element{ID: id, Kind: Status, Text: text} }

func button(id, text string) Element { return Element{ID: id, Kind: Button, Text: text} }

func row(id string, children ...Element) Element {
	return Element{ID: id, Kind: Row, Children: children}
}

func (e Element) main() Element   { e.Main = true; return e }
func (e Element) danger() Element { e.Danger = true; return e }

// countdown is a bar of which so much is left, and what that means in words. What is not
// seen does not change it.
func countdown(id, says string, left, whole time.Duration) []Element {
	bar := Element{ID: id + "-bar", Kind: Countdown, Name: says, Part: math.Round(part(left, whole)*1000) / 1000}
	return []Element{text(id, says), bar}
}

// startPage is shown while there is no code.
func (w *Window) startPage() Page {
	l := w.config.Language
	doing := l.text("start.looking", "relay", w.relay())
	if w.now.relay.Connected {
		doing = l.text("start.code")
	}
	return Page{ID: "start", Elements: []Element{
		heading(l.text("start.heading")),
		status("doing", doing),
		button("quit", l.text("close")),
	}}
}

// codePage shows the code, and what to do with it.
func (w *Window) codePage(now time.Time) Page {
	l, m := w.config.Language, &w.now
	p := Page{ID: "code", Focus: "code", Elements: []Element{
		heading(l.text("code.heading", "relay", w.relay())),
		{ID: "code", Kind: Code, Text: m.code.String(), Name: w.saidCode()},
		text("how", l.text("code.how")),
		warning("warning", l.text("code.warning")),
		w.codeButtons(),
	}}
	p.Elements = append(p.Elements, w.life(m.codeTill.Sub(now))...)
	p.Elements = append(p.Elements,
		status("state", l.text("code.ready")),
		text("invitation-label", l.text("invitation.label")),
		w.invitation(),
		button("quit", l.text("close")))
	return p
}

// life says how long the code is still good for.
func (w *Window) life(left time.Duration) []Element {
	l := w.config.Language
	says := l.text("code.late")
	if left > 0 {
		says = l.text("code.next", "time", l.left(left))
	}
	return countdown("life", says, left, w.now.codeLife)
}

func (w *Window) codeButtons() Element {
	l := w.config.Language
	buttons := row("code-buttons", button("copy", l.text("code.copy")))
	if w.config.Speaker != nil {
		buttons.Children = append(buttons.Children, button("speak", l.text("code.speak")))
	}
	return buttons
}

// invitation takes the number of an invitation.
func (w *Window) invitation() Element {
	l := w.config.Language
	return Element{
		ID: "invitation", Kind: Field, Name: l.text("invitation.label"), Text: l.text("invitation.hint"),
		Children: []Element{button("invitation-open", l.text("invitation.open"))},
	}
}

// spoken says a code digit by digit, in its groups.
func spoken(code signaling.Code) string {
	groups := strings.Fields(code.String())
	for i, g := range groups {
		groups[i] = strings.Join(strings.Split(g, ""), " ")
	}
	return strings.Join(groups, ", ")
}

// saidCode is the code as it is read aloud.
func (w *Window) saidCode() string {
	return w.config.Language.text("code.spoken", "code", spoken(w.now.code))
}

// awaitedPage says whom an opened invitation has the person wait for.
func (w *Window) awaitedPage() Page {
	l, a := w.config.Language, w.now.awaited
	p := Page{ID: "awaited", Elements: []Element{heading(l.text("awaited.heading", "name", a.who))}}
	if a.ticket != "" {
		p.Elements = append(p.Elements, text("ticket", l.text("ticket", "ticket", a.ticket)))
	}
	p.Elements = append(p.Elements,
		text("how", l.text("awaited.text")),
		warning("warning", l.text("awaited.warning")),
		button("quit", l.text("close")))
	return p
}

// awayPage says that the relay cannot be reached.
func (w *Window) awayPage() Page {
	l := w.config.Language
	p := Page{ID: "away", Elements: []Element{heading(l.text("away.heading", "relay", w.relay()))}}
	p.Elements = append(p.Elements, w.why()...)
	p.Elements = append(p.Elements, button("quit", l.text("close")))
	return p
}

// why says what keeps the relay away. What only somebody else can mend is said as it is,
// in English, to be passed on.
func (w *Window) why() []Element {
	l, r := w.config.Language, w.now.relay
	if _, plain := l.find("problem:" + r.Problem); plain {
		return []Element{status("problem", l.text("problem:"+r.Problem)), text("hint", l.text("away.hint"))}
	}
	detail := r.Problem + "."
	if r.Hint != saysGoesOn {
		detail += " " + r.Hint
	}
	return []Element{status("problem", l.text("away.other")), quiet("detail", cut(detail, longText))}
}

// fatalPage says why the program cannot go on.
func (w *Window) fatalPage() Page {
	l, f := w.config.Language, w.now.fatal
	p := Page{ID: "fatal", Elements: []Element{
		heading(l.text("fatal.heading")), text("what", l.text("fatal.text")), warning("problem", l.english(f.message)),
	}}
	if f.hint != "" {
		p.Elements = append(p.Elements, text("hint", l.english(f.hint)))
	}
	p.Elements = append(p.Elements, button("quit", l.text("close")))
	return p
}

// findingsPage lists what will not work here.
func (w *Window) findingsPage() Page {
	l := w.config.Language
	return Page{ID: "findings", Elements: []Element{
		heading(l.text("findings.heading")),
		text("what", l.text("findings.text")),
		{ID: "findings", Kind: Log, Name: l.text("findings.heading"), Children: w.findings()},
		row("buttons",
			button("findings-on", l.text("findings.on")).main(),
			button("findings-copy", l.text("findings.copy")),
			button("quit", l.text("close"))),
	}}
}

// relay names the relay.
func (w *Window) relay() string {
	if name := w.now.relay.Name; name != "" {
		return cut(name, longName)
	}
	return cut(w.config.Relay, longName)
}
