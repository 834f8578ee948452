package window

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// sessionPage says who is there, what they may do, and has all that changes it.
func (w *Window) sessionPage(now time.Time) Page {
	m := &w.now
	p := Page{ID: "session", Hidden: m.hidden, Escape: "hide"}
	if m.chatting {
		p.ID, p.Focus = "session chat", "chat-text"
	}
	p.Elements = append(p.Elements, w.who(now)...)
	p.Elements = append(p.Elements, row("do", w.deeds()...))
	p.Elements = append(p.Elements, w.recording()...)
	if m.state.Phase == ui.Active {
		p.Elements = append(p.Elements, w.switches(m.asked, m.state.Allowed)...)
		p.Elements = append(p.Elements, w.giving()...)
		p.Elements = append(p.Elements, w.transfers()...)
		p.Elements = append(p.Elements, w.wordsLine()...)
		p.Elements = append(p.Elements, w.chat()...)
	}
	p.Elements = append(p.Elements, w.foot()...)
	return p
}

// who says who is there since when, and what they can do now.
func (w *Window) who(now time.Time) []Element {
	l, m := w.config.Language, &w.now
	list := []Element{
		heading(w.sessionHeading()),
		text("who", l.who(m.state.Technician)),
		status("can", w.can()),
		quiet("since", l.text("session.since", "start", clock(m.since), "time", l.minutes(now.Sub(m.since)))),
	}
	if !m.state.Until.IsZero() {
		list = append(list, quiet("until", l.text("session.until", "end", clock(m.state.Until))))
	}
	return list
}

func (w *Window) sessionHeading() string {
	l, s := w.config.Language, &w.now.state
	name := cut(s.Technician.Name, longName)
	switch {
	case s.Phase == ui.Connecting:
		return l.text("session.connecting", "name", name)
	case s.Phase == ui.Reconnecting:
		return l.text("session.reconnecting")
	case s.Paused:
		return l.text("session.paused")
	}
	return l.text("session.heading", "name", name)
}

// can says what the technician can do now.
func (w *Window) can() string {
	l, s := w.config.Language, &w.now.state
	name := cut(s.Technician.Name, longName)
	key := "session.view"
	switch {
	case s.Phase == ui.Connecting:
		key = "session.connecting.text"
	case s.Phase == ui.Reconnecting:
		key = "session.reconnecting.text"
	case s.Paused:
		key = "session.paused.text"
	case !s.Scopes.Has(signaling.ScopeView):
		key = "session.nothing"
	case s.Yielding && s.Scopes.Has(signaling.ScopeControl):
		key = "session.yielding"
	case s.Scopes.Has(signaling.ScopeControl):
		key = "session.control"
	}
	says := l.text(key, "name", name)
	if key == "session.view" && s.Allowed.Has(signaling.ScopeControl) && !waits(*s) {
		says += " " + l.text("session.narrowed")
	}
	return says
}

// deeds are the buttons that the bar has too. What ends or narrows comes last, so that
// it stays in its place.
func (w *Window) deeds() []Element {
	l, s := w.config.Language, &w.now.state
	var list []Element
	switch {
	case s.Phase != ui.Active:
	case s.Paused:
		list = append(list, button("unpause", l.text("do.unpause")))
	default:
		list = append(list, button("pause", l.text("do.pause")))
	}
	switch {
	case s.Phase != ui.Active || s.Paused:
	case s.Allowed.Has(signaling.ScopeControl):
		list = append(list, button("take-back", l.text("do.take-back")))
	case w.now.asked.Has(signaling.ScopeControl):
		list = append(list, button("allow-control", l.text("do.allow-control")))
	}
	return append(list, button("stop", l.text("do.stop")).danger())
}

// recording says how the recording stands, and has what holds it back.
func (w *Window) recording() []Element {
	l, s := w.config.Language, &w.now.state
	switch s.Recording {
	case signaling.RecordingOn:
		list := []Element{text("recording", l.text("session.recorded")+w.readers(s.Readers))}
		if s.RecordingPausable {
			list = append(list, button("recording-pause", l.text("do.recording-pause")))
		}
		return list
	case signaling.RecordingPaused:
		return []Element{
			text("recording", l.text("session.recording.paused")),
			button("recording-go-on", l.text("do.recording-go-on")),
		}
	case signaling.RecordingStalled:
		return []Element{text("recording", l.text("session.recording.stalled"))}
	case signaling.RecordingOff:
		return []Element{text("recording", l.text("session.recording.off"))}
	}
	return nil
}

// wordsLine says how far the comparison of the words is.
func (w *Window) wordsLine() []Element {
	l, words := w.config.Language, &w.now.state.Words
	switch {
	case words.Same:
		return []Element{quiet("words-done", l.text("words.done"))}
	case words.List != (verifywords.Words{}):
		return []Element{button("words", l.text("words.compare"))}
	case words.Missing:
		return []Element{text("words-missing", l.text("words.missing"))}
	}
	return nil
}

// chat is what was said, and where the person writes.
func (w *Window) chat() []Element {
	l, m := w.config.Language, &w.now
	name := cut(m.state.Technician.Name, shortName)
	return []Element{{ID: "chat-log", Kind: Log, Name: l.text("chat.heading"), Children: m.chat}, {
		ID: "chat-text", Kind: Field, Name: l.text("chat.label", "name", name), Text: l.text("chat.label", "name", name),
		Children: []Element{button("chat-send", l.text("chat.send"))},
	}}
}

// line is a message as a line of the chat.
func (w *Window) line(said ui.Said) Element {
	key := "chat.theirs"
	if said.Mine {
		key = "chat.mine"
	}
	name := cut(w.now.state.Technician.Name, shortName)
	return Element{Kind: Text, Text: w.config.Language.text(key, "name", name, "text", cut(said.Text, longChat))}
}

// foot is what comes last on the page.
func (w *Window) foot() []Element {
	l := w.config.Language
	var list []Element
	if w.now.away() {
		list = append(list, quiet("away", l.text("session.away", "relay", w.relay())))
	}
	if w.now.key != "" {
		list = append(list, quiet("key", l.text("session.key", "key", w.now.key)))
	}
	return append(list, row("close", button("hide", l.text("session.hide")), button("quit", l.text("session.quit"))))
}
