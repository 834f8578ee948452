package gtk

import (
	"strings"

	"github.com/lendhand/lendhand/client/internal/ui/window"
)

// roles are what a screen reader calls things, by the numbers of this machine's ATK.
type roles struct {
	heading, alert, status, log, dialog, frame, redundant, image int32
}

func (t *Toolkit) newRoles() roles {
	role := t.api.AtkRoleFor
	return roles{
		heading: role("heading"), alert: role("alert"), status: role("statusbar"), log: role("log"),
		dialog: role("dialog"), frame: role("frame"), redundant: role("redundant object"), image: role("image"),
	}
}

// window is the role of the main window: what is in a dialog is read out when it comes.
func (r roles) window(urgent bool) int32 {
	if urgent {
		return r.dialog
	}
	return r.frame
}

func (t *Toolkit) role(o object, role int32) {
	t.api.AtkRole(t.api.Accessible(o), role)
}

// name says what a screen reader calls a part. Without a name of its own GTK takes the
// text.
func (ps *parts) name(p *part, e window.Element) {
	name := e.Name
	if name == "" && p.label == 0 && e.Kind != window.Text {
		name = e.Text
	}
	if name == "" {
		return
	}
	ps.api.AtkName(ps.api.Accessible(p.inner), name)
}

// speak has a screen reader say what changed by itself. ATK has a signal for that since
// 2.46; before, a reader has the roles to go by.
func (ps *parts) speak(p *part, anew bool) {
	said := p.element.Name
	if said == "" {
		said = p.element.Text
	}
	switch p.element.Kind {
	case window.Status:
		if anew {
			return // it is read with the page
		}
	case window.Warning:
	default:
		return
	}
	if strings.TrimSpace(said) != "" {
		ps.announce(p.inner, said)
	}
}

func (t *Toolkit) announce(o object, text string) {
	const polite = 1
	accessible := t.api.Accessible(o)
	kind := t.api.TypeFor("AtkObject")
	for _, signal := range []string{"notification", "announcement"} {
		if t.api.SignalLookup(signal, kind) != 0 {
			t.api.EmitByName(accessible, signal, text, polite)
			return
		}
	}
}
