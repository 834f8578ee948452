package window

import (
	"strings"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// scopeID is what the IDs of the switches of scopes begin with.
const scopeID = "scope:"

// effect is what a press does to what others may do here.
type effect int

const (
	// plain does nothing to it.
	plain effect = iota + 1
	// tightens ends or narrows it.
	tightens
	// loosens gives more of it.
	loosens
)

// effects lists what can be pressed, but for the switches of scopes. What is not here is
// nothing that this program shows.
func effects() map[string]effect {
	return map[string]effect{
		Close: plain, "quit": plain, "quit-no": plain, "quit-yes": tightens,
		"copy": plain, "speak": plain, "invitation": plain, "new-code": plain,
		"findings-on": plain, "findings-copy": plain,
		"yes-view": loosens, "yes-control": loosens, "no": tightens, "reported": tightens,
		"go-on": loosens, "only-look": tightens, "end": tightens,
		"words": plain, "words-later": plain, "words-same": loosens, "words-differ": tightens,
		"pause": tightens, "unpause": loosens, "take-back": tightens, "allow-control": loosens,
		// What a technician does unseen by the auditors is more than they may otherwise; and
		// what the person shows in a pause was to be in no recording.
		"recording-pause": loosens, "recording-go-on": loosens, "copy-open": plain,
		"choose": plain, "give": plain, "give-it": loosens,
		"stop": tightens, "chat": plain, "chat-text": plain, "hide": plain,
	}
}

// effectOf returns what a press does, and 0 when it is of nothing that can be pressed.
func effectOf(p Press) effect {
	switch {
	case stopFile(p.ID) != nil:
		return tightens
	case !strings.HasPrefix(p.ID, scopeID) && p.ID != recordSwitch:
		return effects()[p.ID]
	case p.On:
		return loosens
	}
	return tightens
}

// verdict is whether a press counts, or why not.
type verdict int

const (
	counts verdict = iota + 1
	// isNobodys: a program injected it, or it is of something that is not there.
	isNobodys
	// isUnclear: it may be a program's, and would loosen.
	isUnclear
	// isTooSoon: the person cannot have read what they pressed.
	isTooSoon
)

// judge is the rule of the hands. Nothing that a program injects counts. What loosens
// must be the person's own hand, or assistive technology's where that was allowed; where
// the system does not tell hands apart, it must come while the technician's are held. What
// tightens may be any but a program's. What loosens, and every answer to a question,
// must come when the page was there for a while; what ends or narrows a session may come
// at once.
func judge(p Press, assistive, held, answers bool, inSight time.Duration) verdict {
	e := effectOf(p)
	switch {
	case e == 0 || p.Hand == ui.ProgramHand:
		return isNobodys
	case e == loosens && !assistive && p.Hand != ui.OwnHand && (p.Hand != ui.DeviceHand || !held):
		return isUnclear
	case (e == loosens || answers) && inSight < settle:
		return isTooSoon
	}
	return counts
}

// press does what the person has pressed, and returns what they want of the program, or
// nil.
func (w *Window) press(p Press) ui.Command {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	defer func() { w.render(time.Now()) }()
	switch {
	case p.ID == BarLost && w.bar != nil:
		return ui.Hidden{}
	case p.ID == Chosen:
		w.chosen(p)
		return nil
	case !w.there(p):
		return nil
	}
	q := w.now.question
	answers := q != nil && p.ID != "stop"
	v := judge(p, w.config.Assistive, w.now.holds(), answers, now.Sub(w.since))
	if v == counts && answers && now.Before(q.settled) {
		v = isTooSoon
	}
	switch v {
	case counts:
		return w.do(p)
	case isUnclear:
		w.refuse("hand.unknown")
	case isTooSoon:
		if answers {
			w.refuse("request.soon")
		} else {
			w.refuse("hand.soon")
		}
	}
	return nil
}

// holds reports whether nothing that the technician does reaches this machine now.
func (m *model) holds() bool {
	return m.question != nil || m.state.Paused || !m.state.Scopes.Has(signaling.ScopeControl)
}

// refuse says why a press did not count, and turns a switch back. A window that is hidden
// comes back for it: the bar has no room for that.
func (w *Window) refuse(why string) {
	w.now.appear()
	w.now.notice, w.now.passing = w.config.Language.text(why), true
	w.shown = Page{} // show it even if it is as before
}

// there reports whether what was pressed is in sight, and can be pressed.
func (w *Window) there(p Press) bool {
	if p.ID == Close && w.shown.Escape == "" || p.ID != "" && p.ID == w.shown.Escape {
		return true
	}
	list := w.shown.all()
	if w.bar != nil {
		list = append(list, w.bar.Elements...)
	}
	for _, e := range list {
		if e.ID == p.ID && e.presses() {
			return !e.Off && (!w.shown.Hidden || w.onBar(p.ID))
		}
	}
	return false
}

func (w *Window) onBar(id string) bool {
	if w.bar == nil {
		return false
	}
	for _, e := range w.bar.Elements {
		if e.ID == id {
			return true
		}
	}
	return false
}

// scope returns the scope that a switch is of.
func (p Press) scope() signaling.Scope { return signaling.Scope(strings.TrimPrefix(p.ID, scopeID)) }
