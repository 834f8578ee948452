package window

import (
	"slices"
	"unicode/utf8"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// do does what a press that counts means, and returns what the person wants of the
// program, or nil.
func (w *Window) do(p Press) ui.Command {
	m := &w.now
	m.notice, m.passing = "", true
	switch {
	case m.question != nil && p.ID != "stop":
		w.answer(m.question, p)
		return nil
	case m.inSession():
		return w.inSession(p)
	}
	switch p.ID {
	case Close, "quit":
		return ui.Quit{}
	case "invitation":
		return w.open(p.Text)
	case "copy":
		w.config.Toolkit.Copy(m.code.String())
		m.notice = w.config.Language.text("code.copied")
	case "speak":
		w.read = m.code
		w.config.Speaker.Speak(w.saidCode(), w.config.Language.tag)
	case "new-code":
		m.forget()
	case "copy-open":
		w.config.Browser.Open(m.state.Copy)
	case "findings-on":
		m.findings = nil
	case "findings-copy":
		w.config.Toolkit.Copy(w.report())
	}
	return nil
}

// open opens an invitation by what the person has typed.
func (w *Window) open(typed string) ui.Command {
	code, err := signaling.ParseCode(typed)
	if err != nil {
		w.now.notice = w.config.Language.text("invitation.wrong")
		return nil
	}
	w.now.notice = w.config.Language.text("invitation.opening")
	return ui.Open{Code: code}
}

// answer answers a question, or notes what the answer will hold.
func (w *Window) answer(q *question, p Press) {
	if q.Give {
		w.answerGive(q, p)
		return
	}
	switch p.ID {
	case "yes-view":
		q.yes()
	case "yes-control":
		q.yes(signaling.ScopeControl)
	case "no", "end":
		q.say(ui.Answer{Scopes: signaling.Scopes{}})
	case "reported":
		q.say(ui.Answer{Scopes: signaling.Scopes{}, Reported: true})
	case "go-on":
		q.say(ui.Answer{Scopes: q.Ask})
	case "only-look":
		q.say(ui.Answer{Scopes: ui.AllowView().Scopes.Narrow(q.Ask)})
	case recordSwitch:
		q.record = p.On
		w.shown = Page{} // the toolkit has turned the switch already
	default:
		q.on = with(q.on, p)
		w.shown = Page{} // the toolkit has turned the switch already
	}
}

// with returns the scopes with the one of a switch, or without it.
func with(scopes signaling.Scopes, p Press) signaling.Scopes {
	if p.On {
		return signaling.NewScopes(append(slices.Clone(scopes), p.scope())...)
	}
	return signaling.NewScopes(slices.DeleteFunc(slices.Clone(scopes), func(s signaling.Scope) bool { return s == p.scope() })...)
}

// inSession does what is pressed while somebody is there.
func (w *Window) inSession(p Press) ui.Command {
	m := &w.now
	allowed := m.state.Allowed
	switch p.ID {
	case "stop":
		return ui.Stop{}
	case "pause":
		return ui.Pause{}
	case "recording-pause":
		return ui.PauseRecording{Own: p.Hand == ui.OwnHand}
	case "recording-go-on":
		return ui.UnpauseRecording{Own: p.Hand == ui.OwnHand}
	case "unpause":
		return ui.Unpause{Own: p.Hand == ui.OwnHand}
	case "take-back":
		return ui.AllowView()
	case "allow-control":
		return ui.Allow{Scopes: signaling.NewScopes(append(slices.Clone(allowed), signaling.ScopeControl)...)}
	case "words-same":
		return ui.WordsSame{}
	case "words-differ":
		return ui.WordsDiffer{}
	case "give":
		return ui.Give{}
	case "chat-text":
		return w.write(p.Text)
	case "quit-yes":
		return ui.Quit{}
	case "chat", "hide", "words", "words-later", "quit", "quit-no":
		w.turn(p.ID)
		return nil
	}
	if c := stopFile(p.ID); c != nil {
		return c
	}
	w.shown = Page{} // the toolkit has turned the switch already
	return ui.Allow{Scopes: with(allowed, p)}
}

// turn shows another page of the session, or none.
func (w *Window) turn(id string) {
	m := &w.now
	switch id {
	case "chat":
		m.hidden, m.quitting, m.comparing, m.passed, m.chatting = false, false, false, true, true
		m.attend = true
	case "hide":
		m.hidden, m.chatting = true, false
	case "words":
		m.comparing = true
	case "words-later":
		m.comparing, m.passed = false, true
	case "quit", "quit-no":
		m.quitting = id == "quit"
	}
}

// write says something to the technician.
func (w *Window) write(text string) ui.Command {
	switch said := signaling.Clean(text, len(text)); {
	case said == "":
		return nil
	case utf8.RuneCountInString(said) > longChat:
		w.now.notice = w.config.Language.text("chat.long")
		return nil
	default:
		return ui.Chat{Text: said}
	}
}
