package window

import (
	"fmt"
	"slices"
	"time"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
)

// ShowCode shows the code to read out. Nobody is awaited any more.
func (w *Window) ShowCode(code signaling.Code, life time.Duration) {
	w.change(func(m *model) {
		m.code, m.codeLife, m.codeTill = code, life, time.Now().Add(life)
		m.awaited = nil
		if m.passing {
			m.notice = ""
		}
	})
}

// ShowFindings shows what was found out about this machine, before anything else, when
// something of it is bad and nobody is there.
func (w *Window) ShowFindings(findings []checkup.Finding) {
	w.change(func(m *model) {
		if checkup.Worst(findings) == checkup.Bad {
			m.findings = slices.Clone(findings)
		}
	})
}

// ShowRelay shows how it stands with the relay.
func (w *Window) ShowRelay(r ui.Relay) {
	w.change(func(m *model) { m.relay = r })
}

// Show shows the session's state. The end of one is shown until the person has read it.
func (w *Window) Show(s ui.State) {
	w.change(func(m *model) {
		before := m.state
		switch {
		case s.Phase == ui.Ended:
			m.over()
		case !m.inSession():
			m.begin(s)
		}
		m.state = s
		if !s.Since.IsZero() {
			m.since = s.Since
		}
		if s.Words.List != before.Words.List {
			m.comparing, m.passed = false, false
		}
		if waits(s) && !waits(before) {
			m.appear()
		}
	})
}

// appear brings a window back that the person has sent away.
func (m *model) appear() {
	m.attend = m.attend || m.hidden
	m.hidden = false
}

// forget forgets the session before.
func (m *model) forget() {
	m.state, m.asked, m.since, m.ended, m.files = ui.State{}, nil, time.Time{}, false, nil
}

// begin notes that somebody was let in.
func (m *model) begin(s ui.State) {
	m.state, m.since = s, time.Now()
	m.code, m.awaited, m.key = "", nil, ""
	m.notice, m.chat, m.unread, m.files = "", nil, 0, nil
	m.ended, m.hidden, m.chatting, m.comparing, m.passed = false, false, false, false, false
}

// over notes that the session has ended. Of its chat nothing is left.
func (m *model) over() {
	m.appear()
	m.ended, m.quitting, m.chatting = true, false, false
	if m.passing {
		m.notice = ""
	}
	m.code, m.awaited = "", nil
	m.chat, m.unread = nil, 0
}

// ShowChat shows one more message of the chat.
func (w *Window) ShowChat(said ui.Said) {
	w.change(func(m *model) {
		m.chat = append(m.chat, w.line(said))
		m.chat = slices.Clone(m.chat[max(0, len(m.chat)-maxChat):])
		if !said.Mine {
			m.unread++
		}
	})
}

// Say tells the person something, on whatever page they are.
func (w *Window) Say(n ui.Notice) {
	w.change(func(m *model) {
		if a := whom(n); a != nil {
			m.awaited, m.code, m.notice = a, "", ""
			return
		}
		if n.Message == saysKey && len(n.Args) == 1 {
			m.key = cut(fmt.Sprint(n.Args[0]), shortName)
			return
		}
		if n.Message == saysNoKey {
			m.key = "" // it may have done so until now
		}
		m.notice, m.passing = w.config.Language.notice(n), false
		m.appear()
	})
}

// change changes what is known, and shows what that changes.
func (w *Window) change(f func(*model)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.now)
	w.render(time.Now())
}
