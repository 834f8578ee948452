package app

import (
	"strings"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/problem"
)

// invite has the technician make an invitation.
func (tech *technician) invite(ask signaling.Scopes) signaling.Code {
	tech.w.t.Helper()
	tech.send(&signaling.Invite{Version: signaling.Version, Ask: ask, Ticket: "INC-1042"})
	code, err := signaling.ParseCode(fromRelay[*signaling.Invited](tech).Code)
	if err != nil {
		tech.w.t.Fatal(err)
	}
	return code
}

// Scenario: a person starts the program with the code of a technician's invitation.
// They read whom they wait for, nobody is shown a code, and the technician sees the
// desktop after a yes. The session after that has a code as always.
func TestAnInvitationIsOpened(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	tech := w.newTechnician()
	w.invited = tech.invite(onlyView)
	w.startHost()
	for said := ""; !strings.Contains(said, "Waiting for "+ui.Who(ines)+", ticket INC-1042."); {
		said = receive(t, "line about the technician", w.person.said)
	}
	opened := fromRelay[*signaling.Opened](tech)
	tech.send(&signaling.Redeem{Version: signaling.Version, Code: string(w.invited), Ask: onlyView, Ticket: "INC-1042", Fingerprint: tech.Fingerprint})
	if tech.session = fromRelay[*signaling.Requested](tech).SessionID; tech.session != opened.SessionID {
		t.Errorf("session %s, want that of the host who came, %s", tech.session, opened.SessionID)
	}
	w.letIn(tech, onlyView)
	tech.offer(tech.granted.Grant)
	w.person.waitPhase(t, ui.Active)
	tech.WaitFrame()
	if len(w.person.codes) > 0 {
		t.Errorf("the person was shown the code %s", <-w.person.codes)
	}
	w.person.commands <- ui.Stop{}
	if code := receive(t, "code of the next session", w.person.codes); code == w.invited {
		t.Error("the next session has the invitation's code")
	}
}

// An invitation is opened once, and its code is not to be guessed: whoever comes with
// another is told so, and no session begins.
func TestAnInvitationThatIsNone(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	tech := w.newTechnician()
	used := tech.invite(onlyView)
	w.invited = used
	w.startHost()
	fromRelay[*signaling.Opened](tech)
	wrong := signaling.Code(string(used[:8]) + string('0'+('9'-used[8])))
	for name, code := range map[string]signaling.Code{"used": used, "never made": wrong} {
		t.Run(name, func(t *testing.T) {
			w.invited = code
			err := w.newApp(w.trust()).Run(t.Context())
			if err == nil || problem.Hint(err) == "" {
				t.Errorf("the program ends with %v, hint %q", err, problem.Hint(err))
			}
			if len(w.store.All()) != 1 {
				t.Errorf("%d sessions, want the one that the invitation is for", len(w.store.All()))
			}
		})
	}
}
