package broker_test

import (
	"crypto/ed25519"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

// invited is a technician with an invitation.
func (w *world) invited(seconds int) (*side, *signaling.Invited) {
	w.t.Helper()
	return w.invitedBy(ines.ID, seconds)
}

func (w *world) invitedBy(account string, seconds int) (*side, *signaling.Invited) {
	w.t.Helper()
	tech := w.dialTechnician(account)
	tech.send(&signaling.Invite{Version: 1, Ask: view, Ticket: "INC-7", ExpiresIn: seconds})
	i := expect[*signaling.Invited](tech)
	expect[*signaling.Invitations](tech)
	return tech, i
}

// opens has a host come with an invitation's code.
func (w *world) opens(code string) *hostSide {
	w.t.Helper()
	h := &hostSide{side: w.dialHost()}
	h.open(code)
	return h
}

func (h *hostSide) open(code string) {
	h.t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	if err != nil {
		h.t.Fatal(err)
	}
	h.key = key
	m := registration(key)
	m.Invitation = code
	h.send(m)
}

// From the invitation to the session, by its code or by its name, the technician
// being there or coming later.
func TestAnInvitationLeadsToASession(t *testing.T) {
	for _, byCode := range []bool{true, false} {
		for _, there := range []bool{true, false} {
			t.Run(fmt.Sprintf("by code %v, there %v", byCode, there), func(t *testing.T) {
				inWorld(t, func(t *testing.T, w *world) {
					tech, i := w.invited(0)
					if i.Link != issuerName+"/join#"+i.Code || i.ExpiresIn != 24*3600 {
						t.Errorf("invited: %+v", i)
					}
					if !there {
						tech.drop()
						w.restart()
					}
					h := w.opens(i.Code)
					h.registered = expect[*signaling.Registered](h.side)
					a := h.registered.Invitation
					if a == nil || a.Technician.ID != ines.ID || a.Ticket != "INC-7" || a.ExpiresIn != 24*3600 {
						t.Fatalf("the host waits for %+v", a)
					}
					if !there {
						tech = w.dialTechnician(ines.ID)
					}
					if list := expect[*signaling.Invitations](tech).Invitations; len(list) != 1 || list[0].Host == nil || list[0].Host.Name != "reception-pc" {
						t.Errorf("listed: %+v", list)
					}
					o := expect[*signaling.Opened](tech)
					if o.ID != i.ID || o.SessionID != h.registered.SessionID || o.Ticket != "INC-7" {
						t.Errorf("opened: %+v", o)
					}
					m := redeem(i.Code)
					m.Ticket = ""
					if !byCode {
						m.Code, m.Invitation = "", i.ID
					}
					tech.send(m)
					if list := expect[*signaling.Invitations](tech).Invitations; len(list) > 0 {
						t.Errorf("still listed: %+v", list)
					}
					expect[*signaling.Requested](tech)
					if r := expect[*signaling.Request](h.side); r.Ticket != "INC-7" || r.Technician.ID != ines.ID {
						t.Errorf("request: %+v", r)
					}
					again := w.opens(i.Code)
					again.expectError(signaling.CodeInvalidCode)
				})
			})
		}
	}
}

// Unknown, expired, withdrawn, used and open ones are answered by the same words.
func TestInvitationsThatCannotBeOpened(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		tech, open := w.invited(0)
		h := w.opens(open.Code)
		expect[*signaling.Registered](h.side)
		_, expired := w.invitedBy("u_2", 60)
		time.Sleep(time.Minute)
		tech2, withdrawn := w.invitedBy("u_3", 0)
		tech2.send(&signaling.Withdraw{ID: withdrawn.ID})
		synctest.Wait()
		var answers []*signaling.Error
		for _, code := range []string{"000000000", "no code", open.Code, expired.Code, withdrawn.Code} {
			answers = append(answers, expect[*signaling.Error](w.opens(code).side))
		}
		for _, a := range answers {
			if d := cmp.Diff(answers[0], a); d != "" || a.Code != signaling.CodeInvalidCode {
				t.Errorf("%+v: %s", a, d)
			}
		}
		tech.drop()
		// The host that has opened one leaves: another may come.
		h.send(&signaling.End{Reason: signaling.EndHostQuit})
		h.expectEnd(signaling.EndHostQuit)
		if r := expect[*signaling.Registered](w.opens(open.Code).side); r.Invitation == nil {
			t.Error("not opened again")
		}
	})
}

// An invitation is its technician's: another account's try is a wrong code.
func TestAnInvitationIsBoundToItsAccount(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		_, i := w.invited(0)
		expect[*signaling.Registered](w.opens(i.Code).side)
		other := w.dialTechnician("u_other")
		for _, m := range []*signaling.Redeem{redeem(i.Code), {Version: 1, Invitation: i.ID, Ask: view, Fingerprint: techPrint}} {
			other.send(m)
			other.expectError(signaling.CodeInvalidCode)
		}
		other.send(&signaling.Withdraw{ID: i.ID})
		other.quiet()
		if n := len(w.store.All()); n != 1 {
			t.Errorf("%d sessions", n)
		}
	})
}

// When an invitation is over while a host waits, the host gets a code.
func TestAHostOutlivesItsInvitation(t *testing.T) {
	for name, end := range map[string]func(*side, *signaling.Invited){
		"expired":   func(*side, *signaling.Invited) { time.Sleep(time.Hour) },
		"withdrawn": func(tech *side, i *signaling.Invited) { tech.send(&signaling.Withdraw{ID: i.ID}) },
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				tech, i := w.invited(3600)
				h := w.opens(i.Code)
				expect[*signaling.Registered](h.side)
				end(tech, i)
				synctest.Wait()
				code := expect[*signaling.CodeIssued](h.side).Code
				other := w.dialTechnician("u_other")
				other.send(redeem(code))
				expect[*signaling.Requested](other)
			})
		})
	}
}

func TestThereAreNotTooManyInvitations(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		tech := w.dialTechnician(ines.ID)
		var first string
		for n := range 20 {
			tech.send(&signaling.Invite{Version: 1, Ask: view})
			if i := expect[*signaling.Invited](tech); n == 0 {
				first = i.ID
			}
			expect[*signaling.Invitations](tech)
		}
		tech.send(&signaling.Invite{Version: 1, Ask: view})
		tech.expectError(signaling.CodeManyInvitations)
		tech.send(&signaling.Withdraw{ID: first})
		if n := len(expect[*signaling.Invitations](tech).Invitations); n != 19 {
			t.Errorf("%d are left", n)
		}
	})
}

// Guesses of hosts cost their network's budget, and spoil nothing.
func TestGuessesOfInvitationsAreLimited(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		_, i := w.invited(0)
		refused := 0
		for n := range 100 {
			h := w.opens(i.Code[:3] + fmt.Sprintf("%06d", n))
			if e := expect[*signaling.Error](h.side); e.Code == signaling.CodeTooManyTries {
				refused++
			}
			h.drop()
		}
		if refused != 70 {
			t.Errorf("%d of 100 guesses were not even looked at, want 70", refused)
		}
		time.Sleep(time.Minute)
		if r := expect[*signaling.Registered](w.opens(i.Code).side); r.Invitation == nil {
			t.Error("the person cannot open it")
		}
	})
}

// The journal has what happened, in order, and no secret.
func TestJournal(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		tech, i := w.invited(0)
		h := w.opens(i.Code)
		h.registered = expect[*signaling.Registered](h.side)
		expect[*signaling.Invitations](tech)
		expect[*signaling.Opened](tech)
		tech.send(redeem("000000000"))
		tech.expectError(signaling.CodeInvalidCode)
		tech.send(redeem(i.Code, signaling.ScopeView, signaling.ScopeControl))
		expect[*signaling.Invitations](tech)
		expect[*signaling.Requested](tech)
		h.consent(expect[*signaling.Request](h.side), signaling.ScopeView)
		expect[*signaling.Connect](h.side)
		granted := expect[*signaling.Granted](tech)
		h.send(&signaling.Compared{Result: signaling.WordsSame})
		h.send(&signaling.End{Reason: signaling.EndHostStopped})
		h.expectEnd(signaling.EndHostStopped)
		var kinds []broker.EventKind
		for _, e := range w.events.take() {
			kinds = append(kinds, e.Kind)
			text := fmt.Sprint(e)
			if strings.Contains(text, i.Code) || strings.Contains(text, granted.Grant) || strings.Contains(text, h.registered.Token) {
				t.Errorf("a secret in %+v", e)
			}
			if e.Time.IsZero() || e.Actor == "" || e.Kind == broker.EventConsent && e.Detail["statement"] == "" {
				t.Errorf("incomplete: %+v", e)
			}
		}
		want := []broker.EventKind{
			broker.EventInvitationMade, broker.EventInvitationOpened, broker.EventCodeWrong, broker.EventCodeRedeemed,
			broker.EventRequest, broker.EventConsent, broker.EventGrant, broker.EventVerifyWords, broker.EventSessionEnded,
		}
		if d := cmp.Diff(want, kinds); d != "" {
			t.Error(d)
		}
	})
}
