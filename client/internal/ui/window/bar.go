package window

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// makeBar returns what stays on top while somebody is there, and nil while nobody is.
// While a question is open, nothing on it but the end is to be pressed.
func (w *Window) makeBar(now time.Time) *Bar {
	l, m := w.config.Language, &w.now
	if !m.inSession() || m.fatal != nil {
		return nil
	}
	name := cut(m.state.Technician.Name, shortName)
	b := &Bar{
		Name: l.text("bar.name", "name", name), RightToLeft: l.rightToLeft,
		Calm: m.question != nil || w.nothing(),
		Elements: []Element{
			text("bar-can", l.text(w.barSays(), "name", name)),
			text("bar-time", l.minutes(now.Sub(m.since))),
		},
	}
	if key := barRecording(m.state.Recording); key != "" {
		b.Elements = append(b.Elements, text("bar-recording", l.text(key)))
	}
	if m.question != nil {
		b.Elements = append(b.Elements, button("stop", l.text("do.stop")).danger())
		return b
	}
	deeds := w.deeds()
	last := len(deeds) - 1
	b.Elements = append(b.Elements, deeds[:last]...)
	if m.state.Phase == ui.Active {
		b.Elements = append(b.Elements, w.giving()...)
		b.Elements = append(b.Elements, w.chatButton())
	}
	b.Elements = append(b.Elements, deeds[last])
	return b
}

// nothing reports whether the technician sees nothing now.
func (w *Window) nothing() bool {
	s := &w.now.state
	return s.Phase != ui.Active || s.Paused || !s.Scopes.Has(signaling.ScopeView)
}

// barSays is the key of what the technician may do now.
func (w *Window) barSays() string {
	m := &w.now
	switch s := &m.state; {
	case m.question != nil:
		return "bar.asking"
	case s.Phase == ui.Connecting:
		return "bar.connecting"
	case s.Phase == ui.Reconnecting:
		return "bar.away"
	case s.Paused:
		return "bar.paused"
	case !s.Scopes.Has(signaling.ScopeView):
		return "bar.nothing"
	case s.Scopes.Has(signaling.ScopeControl):
		return "bar.control"
	}
	return "bar.view"
}

// barRecording is the key of how the recording stands; empty while there is none.
func barRecording(s signaling.RecordingState) string {
	switch s {
	case signaling.RecordingOn:
		return "bar.recorded"
	case signaling.RecordingPaused:
		return "bar.recording.paused"
	case signaling.RecordingStalled:
		return "bar.recording.stalled"
	case signaling.RecordingOff:
	}
	return ""
}

// chatButton says how many messages the person has not seen.
func (w *Window) chatButton() Element {
	l := w.config.Language
	if w.now.unread > 0 {
		return button("chat", l.counted("do.chat", w.now.unread))
	}
	return button("chat", l.text("do.chat"))
}
