package app

import (
	"context"
	"crypto/tls"
	"testing"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// Scenario: the person waits with a code, and types the number that they were sent
// instead. They read whom they wait for, and the technician comes by the invitation.
func TestAnInvitationIsTypedWhileWaiting(t *testing.T) {
	w := newWorld(t)
	tech := w.newTechnician()
	receive(t, "code", w.person.codes)
	w.person.commands <- ui.Open{Code: tech.invite(onlyView)}
	w.person.waitSaid(t, "Waiting for "+ui.Who(ines)+", ticket INC-1042.")
	opened := fromRelay[*signaling.Opened](tech)
	tech.send(&signaling.Redeem{Version: signaling.Version, Invitation: opened.ID, Ask: onlyView, Fingerprint: tech.Fingerprint})
	fromRelay[*signaling.Requested](tech)
	w.letIn(tech, onlyView)
	w.person.commands <- ui.Open{Code: "123456789"}
	w.person.waitSaid(t, "Somebody is here already.")
	w.person.commands <- ui.Stop{}
	receive(t, "code of the next session", w.person.codes)
}

// A number that is wrong is said to be so, and a code comes back; a hasty person waits a
// moment and does not lose the relay.
func TestAWrongInvitationIsTyped(t *testing.T) {
	w := newWorld(t)
	receive(t, "code", w.person.codes)
	for range 2 {
		w.person.commands <- ui.Open{Code: "123456789"}
		w.person.waitSaid(t, "That invitation is not valid.")
		receive(t, "code in its place", w.person.codes)
	}
	w.person.commands <- ui.Open{Code: "123456789"}
	w.person.waitSaid(t, "too many invitations at once")
}

// A program that stays goes on with a code when the invitation that it was started with
// cannot be opened.
func TestAProgramThatStays(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	w.invited, w.stays = "123456789", true
	w.startHost()
	w.person.waitSaid(t, "That invitation is not valid.")
	receive(t, "code in its place", w.person.codes)
}

// It also goes on trying a relay that it does not trust, and says why; whoever opens an
// invitation meanwhile waits, and whoever quits does not.
func TestAProgramThatStaysWithoutARelay(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	w.stays = true
	app := w.newApp(&tls.Config{MinVersion: tls.VersionTLS12}) // does not know the relay's authority
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	w.person.waitSaid(t, "not trusted")
	w.person.commands <- ui.Open{Code: "123456789"}
	w.person.commands <- ui.Quit{}
	if err := receive(t, "end", ended); err != nil {
		t.Error(err)
	}
	if got := app.memory.invitation(); got != "123456789" {
		t.Errorf("the next try opens %q", got)
	}
}

// The clipboard has switches of its own: they are allowed with looking alone, and
// taken back one by one.
func TestScopesOnTheirOwn(t *testing.T) {
	const in, out = signaling.ScopeClipboardToHost, signaling.ScopeClipboardFromHost
	scopes := func(s ...signaling.Scope) signaling.Scopes {
		return signaling.NewScopes(append(s, signaling.ScopeView)...)
	}
	withSession(t, func(t *testing.T, p *play) {
		m := request("r_1", 60)
		m.Ask = everything
		p.runs(m, scopes(in, out))
		p.wantAllowed(t, scopes(in, out))
		p.orders(ui.Allow{Scopes: scopes(out)})
		p.wantAllowed(t, scopes(out))
		p.orders(ui.Allow{Scopes: scopes(out, signaling.ScopeControl)})
		p.wantAllowed(t, scopes(out, signaling.ScopeControl))
		p.orders(ui.Pause{})
		if p.session.gate.Do(out, func() {}) {
			t.Error("the clipboard goes in a pause")
		}
		p.orders(ui.Unpause{Own: true})
		p.orders(ui.Allow{Scopes: scopes()})
		p.wantAllowed(t, scopes())
	})
}

// What was not asked for is not to be had by a switch either.
func TestAScopeThatWasNotAskedFor(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), viewAndControl)
		more := signaling.NewScopes(append(viewAndControl, signaling.ScopeClipboardFromHost)...)
		p.orders(ui.Allow{Scopes: more})
		p.wantAllowed(t, viewAndControl)
		if !p.hasSaid("That was not asked for.") {
			t.Error("the person is not told")
		}
	})
}

// Scenario: over a real connection the person takes the clipboard back alone, and the
// technician's page is told.
func TestTheClipboardIsTakenBack(t *testing.T) {
	w := newWorld(t)
	clipboard := signaling.NewScopes(append(viewAndControl, signaling.ScopeClipboardFromHost)...)
	tech := w.session(clipboard, clipboard)
	tech.waitScopes(clipboard)
	w.person.commands <- ui.Allow{Scopes: viewAndControl}
	tech.waitScopes(viewAndControl)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q", got)
	}
}
