package broker_test

import (
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/gorilla/websocket"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

func TestSessionFromCodeToEnd(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, requested, request := w.asked()
		id := h.registered.SessionID
		if requested.SessionID != id || requested.Host.Name != "reception-pc" || requested.ExpiresIn != 60 {
			t.Errorf("requested %+v", requested)
		}
		want := &signaling.Request{
			RequestID: request.RequestID, Technician: signaling.Person{ID: ines.ID, Name: "Technician u_ines"},
			Ask: signaling.AllScopes(), Ticket: "INC-1", ExpiresIn: 60,
		}
		if diff := cmp.Diff(want, request); diff != "" {
			t.Errorf("request: %s", diff)
		}
		if w.turn.has("open " + id) {
			t.Error("TURN is open before the yes")
		}
		h.consent(request, signaling.ScopeView)
		if servers := expect[*signaling.Connect](h.side).ICEServers; len(servers) != 1 || servers[0].Username != "host" {
			t.Errorf("host's servers %+v", servers)
		}
		granted := expect[*signaling.Granted](tech)
		verifier, err := grant.NewVerifier(h.registered.Issuer, h.registered.Keys)
		if err != nil {
			t.Fatal(err)
		}
		g, err := verifier.Verify(granted.Grant, grant.Expect{SessionID: id, Subject: ines.ID, Fingerprint: techPrint})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(signaling.Scopes(signaling.AllScopes()), g.Scopes); diff != "" {
			t.Errorf("granted scopes: %s", diff)
		}
		tech.send(&signaling.Offer{SDP: "v=0\r\na=candidate:1 1 udp 1 203.0.113.9 4000 typ srflx\r\n", Grant: granted.Grant})
		expect[*signaling.Offer](h.side)
		h.send(&signaling.Answer{SDP: "v=0\r\n"})
		expect[*signaling.Answer](tech)
		h.send(&signaling.Candidate{Candidate: "candidate:1 1 udp 1 203.0.113.8 5000 typ host"})
		expect[*signaling.Candidate](tech)
		tech.send(&signaling.Candidate{Candidate: "candidate:1 1 udp 1 3b1e.local 5000 typ host"})
		expect[*signaling.Candidate](h.side)
		h.send(&signaling.Connected{Path: signaling.PathDirect})
		if got := w.state(id); got != signaling.StateActive {
			t.Errorf("state %s", got)
		}
		tech.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
		h.expectEnd(signaling.EndTechnicianStopped)
		tech.expectEnd(signaling.EndTechnicianStopped)
		for _, call := range []string{"open", "allow", "end"} {
			if call = call + " " + id; !w.turn.has(call) && !w.turn.has(call+" 203.0.113.9:4000") {
				t.Errorf("TURN was not told: %s", call)
			}
		}
		if !w.turn.has("allow " + id + " 203.0.113.8:5000") {
			t.Error("TURN was not told of the host's candidate")
		}
		h.register() // the same connection serves the next session
		if got := w.broker.Counts().Waiting; got != 1 {
			t.Errorf("%d waiting", got)
		}
	})
}

// Unknown, malformed, expired, used and spoiled codes get the same answer.
func TestDeadCodesAreAnsweredAlike(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h := w.waitingHost()
		used := h.code
		tech, second := w.dialTechnician(ines.ID), w.dialTechnician("u_second")
		tech.send(redeem(used))
		expect[*signaling.Requested](tech)
		request := expect[*signaling.Request](h.side)

		other := w.waitingHost()
		expired := other.code
		time.Sleep(signaling.CodeLife)
		fresh := expect[*signaling.CodeIssued](other.side).Code
		if fresh == expired {
			t.Error("the expired code was issued again")
		}
		_ = request
		var answers []*signaling.Error
		for _, code := range []string{used, expired, "000000000", "12345", "abcdefghi"} {
			second.send(redeem(code))
			answers = append(answers, expect[*signaling.Error](second))
		}
		if answers[0].Code != signaling.CodeInvalidCode {
			t.Errorf("answered %v", answers[0])
		}
		for _, a := range answers[1:] {
			if diff := cmp.Diff(answers[0], a); diff != "" {
				t.Errorf("answers differ:\n%s", diff)
			}
		}
		second.send(redeem(fresh))
		expect[*signaling.Requested](second)
	})
}

func TestFiveWrongTriesSpoilACode(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
		other := w.waitingHost()
		wrong := h.code[:3] + wrongRest(h.code[3:])
		for range signaling.CodeTries {
			h.quiet()
			tech.send(redeem(wrong))
			tech.expectError(signaling.CodeInvalidCode)
		}
		fresh := expect[*signaling.CodeIssued](h.side).Code
		tech.send(redeem(h.code))
		tech.expectError(signaling.CodeInvalidCode)
		other.quiet() // its code begins with other digits
		tech.send(redeem(fresh))
		expect[*signaling.Requested](tech)
	})
}

func wrongRest(rest string) string {
	if rest == "000000" {
		return "000001"
	}
	return "000000"
}

func TestWrongTriesAreLimited(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech := w.waitingHost(), w.dialTechnician("u_guesser")
		for i := range 10 {
			tech.send(redeem(h.code[:3] + "x")) // no code at all, so it spoils none
			if e := expect[*signaling.Error](tech); e.Code != signaling.CodeInvalidCode {
				t.Fatalf("try %d: %v", i, e)
			}
		}
		tech.send(redeem(h.code)) // right, but too late
		if e := expect[*signaling.Error](tech); e.Code != signaling.CodeTooManyTries || !strings.Contains(e.Hint, "seconds") {
			t.Errorf("got %v, hint %q", e, e.Hint)
		}
		w.dialTechnician("u_guesser").send(redeem(h.code)) // another tab has the same budget
		h.quiet()
		time.Sleep(time.Minute)
		tech.send(redeem(h.code))
		expect[*signaling.Requested](tech)
	})
}

// Wrong tries are limited by account, by network and in all, whichever is used up
// first.
func TestEachBudgetLimits(t *testing.T) {
	for name, tt := range map[string]struct {
		visitor func(n int) string
		most    int
	}{
		"one account from many networks": {func(n int) string { return fmt.Sprintf("u_guesser/10.0.%d.1", n) }, 10},
		"many accounts from one network": {func(n int) string { return fmt.Sprintf("u_%d/2001:db8::%x", n, n+1) }, 30},
		"many accounts, many networks":   {func(n int) string { return fmt.Sprintf("u_%d/10.0.%d.%d", n, n/200, n%200) }, 300},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				for n := range tt.most + 1 {
					tech := w.dialTechnician(tt.visitor(n))
					tech.send(redeem("no code"))
					want := signaling.CodeInvalidCode
					if n == tt.most {
						want = signaling.CodeTooManyTries
					}
					tech.expectError(want)
					tech.drop()
				}
			})
		})
	}
}

func TestFloodsAreDropped(t *testing.T) {
	t.Run("of messages", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			_, tech, _ := w.running()
			for range 300 {
				if tech.ws.WriteMessage(websocket.TextMessage, []byte(`{"type":"candidate","candidate":""}`)) != nil {
					break
				}
			}
			tech.closedWith(signaling.CodeTooFast)
		})
	})
	t.Run("of sessions", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h := w.waitingHost()
			for range 4 {
				h.send(&signaling.End{Reason: signaling.EndHostQuit})
				h.expectEnd(signaling.EndHostQuit)
				h.register()
			}
			h.send(&signaling.End{Reason: signaling.EndHostQuit})
			h.expectEnd(signaling.EndHostQuit)
			h.send(registration(h.key))
			h.expectError(signaling.CodeTooFast)
			h.closedWith(signaling.CodeTooFast)
			if all := w.store.All(); len(all) != 0 {
				t.Errorf("the store remembers %d sessions that nobody found", len(all))
			}
		})
	})
}

func TestNoAndSilence(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _, request := w.asked()
		h.send(&signaling.Refuse{RequestID: request.RequestID, Reason: signaling.EndDeclined})
		tech.expectEnd(signaling.EndDeclined)
		h.expectEnd(signaling.EndDeclined)
	})
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _, _ := w.asked()
		time.Sleep(signaling.AnswerWithin - time.Second)
		h.quiet()
		time.Sleep(time.Second)
		tech.expectEnd(signaling.EndNoAnswer)
		h.expectEnd(signaling.EndNoAnswer)
	})
}

func TestConsentIsTheHostsOwn(t *testing.T) {
	cases := map[string]func(*grant.Consent){
		"more than was asked":     func(c *grant.Consent) { c.Scopes = signaling.AllScopes() },
		"another technician":      func(c *grant.Consent) { c.Subject = "u_other" },
		"another request":         func(c *grant.Consent) { c.RequestID = "r_other" },
		"no request":              func(c *grant.Consent) { c.RequestID = "" },
		"another session":         func(c *grant.Consent) { c.SessionID = "s_other" },
		"another relay":           func(c *grant.Consent) { c.Audience = "https://evil.example" },
		"an hour that has passed": func(c *grant.Consent) { c.Expires = c.Issued.Add(-time.Hour) },
	}
	for name, change := range cases {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				h, tech, _, request := w.asked(signaling.ScopeView)
				h.send(h.statement(func(c *grant.Consent) { c.RequestID = request.RequestID; change(c) }))
				h.expectError(signaling.CodeConsentInvalid)
				tech.quiet()
				if got := w.state(h.registered.SessionID); got != signaling.StateRequested {
					t.Errorf("state %s", got)
				}
				h.consent(request, signaling.ScopeView)
				expect[*signaling.Granted](tech)
			})
		})
	}
	t.Run("another key", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h, tech, _, request := w.asked()
			h.key = w.keys[0]
			h.consent(request, signaling.ScopeView)
			h.expectError(signaling.CodeConsentInvalid)
			tech.quiet()
		})
	})
}

func TestAskForMore(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running(signaling.ScopeView)
		tech.send(&signaling.Ask{Ask: signaling.AllScopes()})
		first := expect[*signaling.Request](h.side)
		tech.send(&signaling.Ask{Ask: signaling.AllScopes()}) // one at a time
		tech.expectError(signaling.CodeWrongState)
		h.send(&signaling.Refuse{RequestID: first.RequestID, Reason: signaling.EndDeclined})
		if r := expect[*signaling.Refused](tech); r.Reason != signaling.EndDeclined {
			t.Errorf("refused with %q", r.Reason)
		}
		h.consent(first, signaling.ScopeView, signaling.ScopeControl) // too late
		h.expectError(signaling.CodeConsentInvalid)

		tech.send(&signaling.Ask{Ask: signaling.AllScopes()})
		second := expect[*signaling.Request](h.side)
		h.send(&signaling.Refuse{RequestID: second.RequestID, Reason: signaling.EndDeclined})
		expect[*signaling.Refused](tech)
		tech.send(&signaling.Ask{Ask: signaling.AllScopes()}) // a third time is a nuisance
		tech.expectError(signaling.CodeTooManyTries)
		h.quiet()
		time.Sleep(time.Minute)

		tech.send(&signaling.Ask{Ask: signaling.AllScopes()})
		expect[*signaling.Request](h.side)
		time.Sleep(signaling.AnswerWithin)
		expect[*signaling.Withdrawn](h.side)
		if r := expect[*signaling.Refused](tech); r.Reason != signaling.EndNoAnswer {
			t.Errorf("refused with %q", r.Reason)
		}
		tech.send(&signaling.Ask{Ask: signaling.AllScopes()})
		h.consent(expect[*signaling.Request](h.side), signaling.ScopeView, signaling.ScopeControl)
		if g := expect[*signaling.Granted](tech); !g.Scopes.Has(signaling.ScopeControl) {
			t.Errorf("granted %q", g.Scopes)
		}
		if got := w.state(h.registered.SessionID); got != signaling.StateActive {
			t.Errorf("state %s", got)
		}
	})
}

func TestPersonChangesTheirMind(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		h.send(h.statement(func(c *grant.Consent) { c.Scopes = signaling.AllScopes() }))
		synctest.Wait()
		if got := w.store.All()[h.registered.SessionID].Allowed; !got.Has(signaling.ScopeControl) {
			t.Errorf("allowed %q", got)
		}
		tech.quiet() // the grant covers it already; the host tells the technician itself
	})
}

func TestWrongStateChangesNothing(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, requested, _ := w.asked()
		for name, send := range map[string]func() *side{
			"connected before consent": func() *side { h.send(&signaling.Connected{Path: "direct"}); return h.side },
			"answer before consent":    func() *side { h.send(&signaling.Answer{SDP: "v=0"}); return h.side },
			"lost before found":        func() *side { h.send(&signaling.Disconnected{}); return h.side },
			"refuse another request":   func() *side { h.send(&signaling.Refuse{RequestID: "r", Reason: "declined"}); return h.side },
			"offer before consent":     func() *side { tech.send(&signaling.Offer{SDP: "v=0", Grant: "g"}); return tech },
			"candidate too early":      func() *side { tech.send(&signaling.Candidate{}); return tech },
			"ask too early":            func() *side { tech.send(&signaling.Ask{Ask: signaling.AllScopes()}); return tech },
			"another code":             func() *side { tech.send(redeem("123456789")); return tech },
		} {
			t.Log(name)
			send().expectError(signaling.CodeWrongState)
		}
		if got := w.state(requested.SessionID); got != signaling.StateRequested {
			t.Errorf("state %s", got)
		}
	})
}

func TestNobodySpeaksForTheOther(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		h.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
		h.expectError(signaling.CodeBadMessage)
		h.closedWith(signaling.CodeBadMessage)
		tech.quiet()
	})
}

func TestHostileConnections(t *testing.T) {
	cases := []struct {
		name, text string
		want       signaling.ErrorCode
	}{
		{"malformed", `{"type":`, signaling.CodeBadMessage},
		{"unknown", `{"type":"shell","command":"id"}`, signaling.CodeUnknownMessage},
		{"a technician's", `{"type":"ask","ask":["view"]}`, signaling.CodeUnknownMessage},
		{"not a first message", `{"type":"disconnected"}`, signaling.CodeNotIntroduced},
		{"another version", `{"type":"register","version":2,"name":"n","sessionKey":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo","fingerprint":"` + hostPrint + `"}`, signaling.CodeUnsupportedVersion},
		{"unknown session", `{"type":"resume","version":1,"sessionId":"s_1","token":"t"}`, signaling.CodeSessionUnknown},
		{"oversized", `{"type":"register","name":"` + strings.Repeat("n", signaling.MaxMessageUnknown) + `"}`, signaling.CodeMessageTooLarge},
	}
	for _, tt := range cases {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				s := w.dialHost()
				s.raw(tt.text)
				s.closedWith(tt.want)
			})
		})
	}
	t.Run("silent", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			start, s := time.Now(), w.dialHost()
			s.closedWith(signaling.CodeNotIntroduced)
			if took := time.Since(start); took > signaling.IntroduceWithin+time.Second {
				t.Errorf("stayed %s", took)
			}
		})
	})
	t.Run("oversized later", func(t *testing.T) {
		inWorld(t, func(t *testing.T, w *world) {
			h := w.waitingHost()
			h.raw(`{"type":"end","reason":"` + strings.Repeat("n", signaling.MaxMessage) + `"}`)
			h.closedWith(signaling.CodeMessageTooLarge)
		})
	})
}

func TestRevokedAccountLosesItsSessions(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		w.broker.EndSessionsOf(ines.ID)
		h.expectEnd(signaling.EndRevoked)
		tech.expectEnd(signaling.EndRevoked)
		tech.expectError(signaling.CodeUnauthenticated)
		tech.closedWith(signaling.CodeUnauthenticated)
	})
}

// A host cannot fill the journal, whatever it says over and over.
func TestAHostSaysSoMuchToTheJournal(t *testing.T) {
	flood := map[string]func(h *hostSide, n int){
		"consent": func(h *hostSide, n int) {
			h.send(h.statement(func(c *grant.Consent) { c.Expires = c.Expires.Add(time.Duration(n) * time.Second) }))
		},
		"compared": func(h *hostSide, _ int) { h.send(&signaling.Compared{Result: signaling.WordsSame}) },
		"known": func(h *hostSide, n int) {
			h.send(&signaling.Known{IDs: []string{"k", h.registered.Keys[0].ID}[n%2 : n%2+1]})
		},
	}
	for name, say := range flood {
		t.Run(name, func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				h, _, _ := w.running()
				w.events.take()
				isGone := false
				for n := 0; n < 60 && !isGone; n++ {
					say(h, n)
					synctest.Wait()
					select {
					case <-h.gone:
						isGone = true
					default:
					}
				}
				h.closedWith(signaling.CodeTooFast)
				if n := len(w.events.take()); n == 0 || n > 45 {
					t.Errorf("%d events in the journal", n)
				}
			})
		})
	}
}

// Who hangs up on the relay keeps nothing that was taken from them: the host hears it at
// once, and not after the minute in which they may come back.
func TestRevokedAccountLosesTheSessionsItLeft(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, tech, _ := w.running()
		w.broker.EndAbsentSessionsOf(ines.ID)
		h.quiet()
		tech.drop()
		began := time.Now()
		w.broker.EndAbsentSessionsOf("u_other")
		h.quiet()
		w.broker.EndAbsentSessionsOf(ines.ID)
		h.expectEnd(signaling.EndRevoked)
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %s", took)
		}
	})
}

// The browser whose sign-in was ended cannot hold on to the host, though its account is
// signed in elsewhere and keeps what runs there.
func TestEndedSignInLosesTheSessionOfItsConnection(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		h, _, requested := w.running()
		w.signOut()
		h.expectEnd(signaling.EndRevoked)
		if state := w.state(requested.SessionID); state != signaling.StateEnded {
			t.Errorf("the session is %s", state)
		}
	})
}
