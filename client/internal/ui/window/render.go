package window

import (
	"reflect"
	"strings"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
)

// render shows what has changed since it was called last.
func (w *Window) render(now time.Time) {
	if w.inSight() {
		w.now.unread = 0
	}
	page, bar := w.page(now), w.makeBar(now)
	if now := buttons(page, bar); now != w.buttons {
		w.buttons, w.since = now, time.Now()
	}
	w.showBar(bar)
	if w.read != "" && (page.ID != "code" || w.read != w.now.code) {
		w.read = ""
		w.config.Speaker.Quiet() // nobody should take it down any more
	}
	if !reflect.DeepEqual(page, w.shown) {
		w.shown = page
		w.config.Toolkit.Show(page)
	}
	if w.now.attend {
		w.now.attend = false
		w.config.Toolkit.Attend()
	}
}

// showBar shows the bar, or takes it away.
func (w *Window) showBar(bar *Bar) {
	if !reflect.DeepEqual(bar, w.bar) {
		w.bar = bar
		w.config.Toolkit.ShowBar(bar)
	}
}

// inSight reports whether the person can read the chat.
func (w *Window) inSight() bool {
	m := &w.now
	return m.inSession() && m.question == nil && !m.hidden && !m.quitting && !m.words()
}

// buttons names all that can be pressed, and the page that it is on: a press may have
// been meant for what was there before.
func buttons(page Page, bar *Bar) string {
	names := []string{page.ID}
	for _, e := range page.all() {
		if e.presses() {
			names = append(names, e.ID)
		}
	}
	if bar != nil {
		for _, e := range bar.Elements {
			names = append(names, e.ID)
		}
	}
	return strings.Join(names, "\n")
}

// all returns the elements of a page with those in its rows.
func (p Page) all() []Element {
	var list []Element
	for _, e := range p.Elements {
		list = append(list, e)
		list = append(list, e.Children...)
	}
	return list
}

// presses reports whether an element can be pressed.
func (e Element) presses() bool { return e.Kind == Button || e.Kind == Switch || e.Kind == Field }

// page returns what the main window shows now.
func (w *Window) page(now time.Time) Page {
	m := &w.now
	p := w.body(now)
	p.Title = w.config.Language.text("title")
	p.RightToLeft = w.config.Language.rightToLeft
	if p.Focus == "" {
		p.Focus = "heading"
	}
	if m.notice != "" {
		p.Elements = append(p.Elements, Element{ID: "told", Kind: Status, Text: m.notice})
	}
	return p
}

// body returns the page of what matters most now.
func (w *Window) body(now time.Time) Page {
	m := &w.now
	switch {
	case m.fatal != nil:
		return w.fatalPage()
	case m.question != nil && m.question.Give:
		return w.givePage(now)
	case m.question != nil && m.question.Again > 0:
		return w.againPage(now)
	case m.question != nil:
		return w.requestPage(now)
	case m.quitting:
		return w.quitPage()
	case m.inSession() && m.words():
		return w.wordsPage()
	case m.inSession():
		return w.sessionPage(now)
	case m.ended:
		return w.endedPage()
	case m.away():
		return w.awayPage()
	case len(m.findings) > 0:
		return w.findingsPage()
	case m.awaited != nil:
		return w.awaitedPage()
	case m.code != "":
		return w.codePage(now)
	}
	return w.startPage()
}

// away reports whether something keeps the relay away.
func (m *model) away() bool { return !m.relay.Connected && m.relay.Problem != "" }

// inSession reports whether somebody was let in and is there, or on their way.
func (m *model) inSession() bool {
	return m.state.Phase == ui.Connecting || m.state.Phase == ui.Active || m.state.Phase == ui.Reconnecting
}
