package window

import (
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// waits reports whether the person must say that the words are the same before anything
// but viewing is possible.
func waits(s ui.State) bool {
	return s.Words.Required && !s.Words.Same && s.Words.List != verifywords.Words{}
}

// words reports whether the page with the words is the one to show.
func (m *model) words() bool {
	s := &m.state
	if s.Phase != ui.Active || s.Paused || s.Words.Same || s.Words.List == (verifywords.Words{}) {
		return false
	}
	return m.comparing || waits(*s) && !m.passed && !m.hidden
}

// wordsPage has the person compare the words.
func (w *Window) wordsPage() Page {
	l, s := w.config.Language, &w.now.state
	name, words := cut(s.Technician.Name, longName), s.Words.List.String()
	p := Page{ID: "words " + words, Escape: "words-later", Elements: []Element{
		heading(l.text("words.heading")),
		text("how", l.text("words.text", "name", name)),
		{ID: "words", Kind: Code, Text: words, Name: l.text("words.spoken", "words", words)},
		quiet("why", l.text("words.why")),
	}}
	if waits(*s) && s.Allowed.Has(signaling.ScopeControl) {
		p.Elements = append(p.Elements, text("waits", l.text("words.waits", "name", name)))
	}
	if s.Words.Theirs == signaling.WordsSame {
		p.Elements = append(p.Elements, warning("theirs", l.text("words.theirs", "name", name)))
	}
	p.Elements = append(p.Elements,
		row("answers", button("words-same", l.text("words.same")), button("words-differ", l.text("words.differ")).danger()),
		row("close", button("words-later", l.text("words.later")), button("stop", l.text("do.stop")).danger()))
	return p
}
