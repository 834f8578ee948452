package window

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// switchable are the scopes that have a switch, in the order that they stand in.
func switchable() []signaling.Scope {
	return []signaling.Scope{
		signaling.ScopeClipboardToHost, signaling.ScopeClipboardFromHost,
		signaling.ScopeFilesToHost, signaling.ScopeFilesFromHost,
	}
}

// requestPage asks whether somebody may look or control. The warning comes before the
// first yes, and the keyboard is on none of the answers.
func (w *Window) requestPage(now time.Time) Page {
	q := w.now.question
	p := Page{ID: w.questionID(), Urgent: true, Escape: "no"}
	p.Elements = append(p.Elements, w.asking(q)...)
	p.Elements = append(p.Elements, w.recorded(q)...)
	p.Elements = append(p.Elements, w.switches(q.Ask, q.on)...)
	p.Elements = append(p.Elements, w.within(q, now, "request.within")...)
	p.Elements = append(p.Elements, w.answers(q)...)
	return p
}

// asking says who asks for what.
func (w *Window) asking(q *question) []Element {
	l := w.config.Language
	name, what := cut(q.Technician.Name, longName), "request.view"
	if q.Ask.Has(signaling.ScopeControl) {
		what = "request.control"
	}
	list := []Element{heading(l.text(what, "name", name))}
	if len(q.Photo) > 0 {
		list = append(list, Element{ID: "photo", Kind: Photo, Name: name, Image: q.Photo})
	}
	list = append(list, text("who", l.who(q.Technician)), quiet("checked", l.text("request.checked", "relay", w.relay())))
	if q.Ticket != "" {
		list = append(list, text("ticket", l.text("ticket", "ticket", cut(q.Ticket, longName))))
	}
	return append(list, warning("warning", l.text("request.warning")), text("look", l.text("request.look")))
}

// recordSwitch is the switch of a recording that the person decides by itself.
const recordSwitch = "record"

// recorded says whether it is recorded, and who can see that.
func (w *Window) recorded(q *question) []Element {
	l := w.config.Language
	switch q.Recording {
	case ui.RecordingRequired:
		return []Element{warning("recorded", l.text("request.recorded")+" "+l.text("request.required")+w.readers(q.Readers))}
	case ui.RecordingAgreed:
		return []Element{text("recorded", l.text("request.recorded")+w.readers(q.Readers))}
	case ui.RecordingAsked:
		return []Element{
			text("recorded", l.text("request.record")+w.readers(q.Readers)),
			{ID: recordSwitch, Kind: Switch, Text: l.text("request.record.switch"), On: q.record},
		}
	case ui.Unrecorded:
	}
	return []Element{text("recorded", l.text("request.unrecorded"))}
}

// readers goes on with who can open the recording.
func (w *Window) readers(names []string) string {
	l := w.config.Language
	if len(names) == 0 {
		return ""
	}
	return " " + l.text("request.readers", "readers", l.list(names))
}

// switches are those for what was asked.
func (w *Window) switches(asked, on signaling.Scopes) []Element {
	var list []Element
	for _, s := range switchable() {
		if asked.Has(s) {
			list = append(list, Element{
				ID: scopeID + string(s), Kind: Switch, Text: w.config.Language.text("scope." + string(s)), On: on.Has(s),
			})
		}
	}
	return list
}

// within says how long the person has, and what silence means.
func (w *Window) within(q *question, now time.Time, key string) []Element {
	left := max(0, q.till.Sub(now))
	l := w.config.Language
	return countdown("within", l.text(key, "time", l.left(left)), left, q.Within)
}

func (w *Window) answers(q *question) []Element {
	l := w.config.Language
	yes := row("yes", button("yes-view", l.text("request.yes-view")))
	if q.Ask.Has(signaling.ScopeControl) {
		yes.Children = append(yes.Children, button("yes-control", l.text("request.yes-control")))
	}
	return []Element{yes, row("refuse",
		button("no", l.text("request.no")).danger(),
		button("reported", l.text("request.reported")).danger())}
}

// againPage asks whether control goes on.
func (w *Window) againPage(now time.Time) Page {
	l, q := w.config.Language, w.now.question
	p := Page{ID: w.questionID(), Urgent: true, Escape: "only-look", Elements: []Element{
		heading(l.text("again.heading", "name", cut(q.Technician.Name, longName))),
		text("who", l.who(q.Technician)),
		text("again", l.text("again.text", "time", l.lasted(q.Again))),
	}}
	p.Elements = append(p.Elements, w.within(q, now, "again.within")...)
	p.Elements = append(p.Elements, row("answers",
		button("go-on", l.text("again.go-on")),
		button("only-look", l.text("again.only-look")),
		button("end", l.text("again.end")).danger()))
	return p
}
