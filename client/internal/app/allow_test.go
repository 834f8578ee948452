package app

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

// wantConsents compares the statements that the host has sent since the last call,
// each as the request that it answers and its scopes. Nothing else may have been sent.
func (p *play) wantConsents(t *testing.T, want ...string) {
	t.Helper()
	key, err := grant.DecodeKey(p.me.register().SessionKey)
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, m := range p.take() {
		m, ok := m.(*signaling.Consent)
		if !ok {
			t.Fatalf("sent %+v", m)
		}
		c, err := grant.VerifyConsent(m.Statement, key, issuerName, "s_1")
		if err != nil {
			t.Fatal(err)
		}
		got = append(got, fmt.Sprint(c.RequestID, c.Scopes))
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

// answers has the person answer a request.
func (p *play) answers(t *testing.T, id string, ask, answer signaling.Scopes) {
	t.Helper()
	p.says(&signaling.Request{RequestID: id, Technician: ines, Ask: ask, ExpiresIn: 60})
	p.person.answers <- answer
	synctest.Wait()
}

// begins is the first yes, with the relay's confirmation, and a grant of everything.
func (p *play) begins(t *testing.T, ask signaling.Scopes) {
	t.Helper()
	p.answers(t, "r_1", ask, ask)
	p.wantConsents(t, fmt.Sprint("r_1", ask))
	p.says(&signaling.Connect{})
	p.session.gate.SetGrant(viewAndControl, time.Now().Add(time.Hour))
}

func (p *play) orders(c ui.Command) {
	p.person.commands <- c
	synctest.Wait()
}

func (p *play) wantAllowed(t *testing.T, want signaling.Scopes) {
	t.Helper()
	now, _ := p.session.gate.Permissions()
	if d := cmp.Diff(want, now); d != "" {
		t.Error(d)
	}
}

// An interface that answers too much allows no more than was asked.
func TestAnswerIsNarrowed(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.answers(t, "r_1", onlyView, viewAndControl)
		p.wantConsents(t, "r_1[view]")
		p.session.gate.SetGrant(viewAndControl, time.Now().Add(time.Hour))
		p.wantAllowed(t, onlyView)
	})
}

// A relay that comes back hears the newest word of the person, and no older one.
func TestNewestConsentIsRepeated(t *testing.T) {
	back := &signaling.Resumed{State: signaling.StateConnecting}
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, viewAndControl)
		p.says(back)
		p.wantConsents(t) // the relay asks when it has missed an answer

		p.orders(ui.AllowView())
		p.wantConsents(t, "[view]")
		p.says(back)
		p.wantConsents(t, "[view]")

		p.answers(t, "r_2", viewAndControl, viewAndControl)
		p.wantConsents(t, "r_2[view control]")
		p.says(back)
		p.wantConsents(t)

		// The relay has missed the answer, and the person has changed their mind since.
		p.orders(ui.AllowView())
		p.wantConsents(t, "[view]")
		p.says(back)
		p.says(request("r_2", 30))
		p.wantConsents(t, "[view]", "r_2[view control]", "[view]")
	})
}

func consentInvalid() signaling.Message {
	return &signaling.Error{Code: signaling.CodeConsentInvalid, Message: "Consent refused."}
}

// Without the first consent there is no session.
func TestFirstConsentRefused(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.answers(t, "r_1", viewAndControl, viewAndControl)
		p.take()
		p.says(consentInvalid())
		if d := cmp.Diff([]signaling.Message{&signaling.End{Reason: signaling.EndError}}, p.take()); d != "" {
			t.Error(d)
		}
	})
}

// A further consent that the relay refuses leaves everything as it was.
func TestFurtherConsentRefused(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, onlyView)
		p.answers(t, "r_2", viewAndControl, viewAndControl)
		p.wantConsents(t, "r_2[view control]")
		p.wantAllowed(t, viewAndControl)
		p.says(consentInvalid())
		p.wantAllowed(t, onlyView)
		if s := receive(t, "word", p.person.said); !strings.Contains(s, "does not accept") {
			t.Errorf("the person reads %q", s)
		}
		p.orders(ui.AllowControl())
		if s := receive(t, "word", p.person.said); !strings.Contains(s, "not asked for") {
			t.Errorf("the person reads %q", s)
		}
		p.wantConsents(t)
	})
}

// What the person has taken back stays so, whatever the relay says.
func TestNarrowingRefused(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, viewAndControl)
		p.orders(ui.AllowView())
		p.wantConsents(t, "[view]")
		p.says(consentInvalid())
		p.wantConsents(t)
		p.wantAllowed(t, onlyView)
	})
}

// A relay that asks again although it has the answer refuses the second one. That
// changes nothing.
func TestSecondAnswerRefused(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, onlyView)
		p.answers(t, "r_2", viewAndControl, viewAndControl)
		p.says(request("r_2", 30))
		p.wantConsents(t, "r_2[view control]", "r_2[view control]")
		p.says(consentInvalid())
		p.wantAllowed(t, viewAndControl)
		if n := len(p.person.said); n > 0 {
			t.Errorf("the person reads %q", <-p.person.said)
		}
	})
}

func TestGrantRunsOut(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.begins(t, viewAndControl)
		p.session.gate.SetGrant(viewAndControl, time.Now().Add(10*time.Second))
		time.Sleep(10*time.Second - time.Nanosecond)
		if sent := p.take(); len(sent) > 0 {
			t.Errorf("too soon: %+v", sent)
		}
		time.Sleep(time.Nanosecond)
		if d := cmp.Diff([]signaling.Message{&signaling.End{Reason: signaling.EndGrantExpired}}, p.take()); d != "" {
			t.Error(d)
		}
	})
}

// A grant that was overtaken by a newer one changes nothing.
func TestOlderGrantDoesNotReplaceANewer(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.answers(t, "r_1", viewAndControl, viewAndControl)
		issue := func(scopes signaling.Scopes) string {
			token, _, err := p.issuer.Issue(grant.Grant{Subject: ines.ID, SessionID: "s_1", Scopes: scopes, Fingerprint: "f"})
			if err != nil {
				t.Fatal(err)
			}
			return token
		}
		older := issue(viewAndControl)
		time.Sleep(2 * time.Second)
		newer := issue(onlyView)
		time.Sleep(2 * time.Second)
		newest := issue(viewAndControl)
		for _, c := range []struct {
			token string
			want  signaling.Scopes
		}{{newer, onlyView}, {older, onlyView}, {newest, viewAndControl}} {
			err := make(chan error, 1)
			p.session.mail <- func() { err <- p.session.takeGrant(c.token, "f") }
			if err := <-err; err != nil {
				t.Fatal(err)
			}
			p.wantAllowed(t, c.want)
		}
	})
}
