package app

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
)

var everything = signaling.NewScopes(signaling.AllScopes()...)

// do has the session's goroutine do something.
func (p *play) do(f func(*session)) {
	p.session.mail <- func() { f(p.session) }
	synctest.Wait()
}

// runs brings the session to a connection, without one: under a grant of everything.
func (p *play) runs(request *signaling.Request, answer signaling.Scopes) {
	p.says(request)
	p.person.answers <- answer
	synctest.Wait()
	p.do(func(s *session) {
		s.deadline.Stop()
		s.phase = ui.Active
		s.gate.SetGrant(everything, time.Now().Add(24*time.Hour))
		s.gate.Return()
	})
	p.take()
}

func (p *play) now() signaling.Scopes {
	scopes, _ := p.session.gate.Permissions()
	return scopes
}

func (p *play) hasSaid(text string) bool {
	for {
		select {
		case said := <-p.person.said:
			if strings.Contains(said, text) {
				return true
			}
		default:
			return false
		}
	}
}

// After half an hour of control the person is asked again, and meanwhile there is
// none.
func TestControlIsConfirmedAgain(t *testing.T) {
	for _, c := range []struct {
		name   string
		answer func(*play)
		want   signaling.Scopes
		end    signaling.EndReason
	}{
		{"control", func(p *play) { p.person.answers <- viewAndControl }, viewAndControl, ""},
		{"view", func(p *play) { p.person.answers <- onlyView }, onlyView, ""},
		{"silence", func(*play) { time.Sleep(signaling.ConfirmWithin) }, onlyView, ""},
		{"no", func(p *play) { p.person.answers <- signaling.Scopes{} }, nil, signaling.EndHostStopped},
		{"a request instead", func(p *play) {
			p.says(request("r_2", 60))
			<-p.person.requests
			p.person.answers <- onlyView
		}, onlyView, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				r := request("r_1", 60)
				r.Limits = &signaling.Limits{Scopes: viewAndControl, ConfirmEvery: 1800}
				p.runs(r, viewAndControl)
				<-p.person.requests
				time.Sleep(30*time.Minute - time.Second)
				if !p.now().Has(signaling.ScopeControl) || len(p.person.requests) > 0 {
					t.Fatal("asked too early")
				}
				time.Sleep(time.Second)
				asked := <-p.person.requests
				if asked.Again != 30*time.Minute || asked.Within != signaling.ConfirmWithin || asked.Technician != ines {
					t.Errorf("asked %+v", asked)
				}
				if d := cmp.Diff(onlyView, p.now()); d != "" {
					t.Errorf("while the person is asked: %s", d)
				}
				c.answer(p)
				sent := p.take()
				if !slices.Equal(p.now(), c.want) {
					t.Errorf("then there is %v, want %v", p.now(), c.want)
				}
				var end signaling.EndReason
				for _, m := range sent {
					if m, ok := m.(*signaling.End); ok {
						end = m.Reason
					}
				}
				if end != c.end {
					t.Errorf("ended with %q, want %q", end, c.end)
				}
				if c.end == "" && len(sent) == 0 {
					t.Error("the relay was not told")
				}
				time.Sleep(30 * time.Minute)
				synctest.Wait()
				if again := len(p.person.requests); (again == 1) != c.want.Has(signaling.ScopeControl) {
					t.Errorf("asked %d times more in the next half hour", again)
				}
			})
		})
	}
}

// The earliest end counts, the person is told a minute before, and the session ends
// by the host's own clock.
func TestSessionsEndInTime(t *testing.T) {
	for _, c := range []struct {
		name     string
		own      time.Duration
		relay    []int
		min, max time.Duration
	}{
		{"the relay's", 0, []int{600}, 10 * time.Minute, 10 * time.Minute},
		{"this machine's own", 5 * time.Minute, []int{600}, 5 * time.Minute, 5 * time.Minute},
		{"the earliest", 0, []int{600, 3600, 300, 0}, 5 * time.Minute, 5 * time.Minute},
	} {
		t.Run(c.name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.session.config.Limits.Longest = c.own
				start := time.Now()
				p.runs(request("r_1", 60), onlyView)
				for _, seconds := range c.relay {
					p.says(&signaling.Limits{Scopes: onlyView, EndsIn: seconds})
				}
				time.Sleep(c.min - signaling.EndNotice - time.Second)
				if p.hasSaid("one minute") {
					t.Error("told too early")
				}
				time.Sleep(2 * time.Second)
				if !p.hasSaid("one minute") {
					t.Error("not told a minute before")
				}
				sent := p.take()
				for len(sent) == 0 && time.Since(start) < time.Hour {
					time.Sleep(time.Second)
					sent = p.take()
				}
				want := []signaling.Message{&signaling.End{Reason: signaling.EndTimeLimit}}
				if d := cmp.Diff(want, sent); d != "" {
					t.Error(d)
				}
				if lasted := time.Since(start); lasted < c.min || lasted > c.max+2*time.Second {
					t.Errorf("lasted %s", lasted)
				}
			})
		})
	}
}

// What this machine does not allow is not even asked.
func TestOwnLimitsComeFirst(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.session.config.Limits = Limits{Scopes: onlyView, VerifyWords: true}
		p.do((*session).keepOwnLimits)
		p.runs(request("r_1", 60), everything)
		if asked := <-p.person.requests; !slices.Equal(asked.Ask, onlyView) {
			t.Errorf("the person was asked for %v", asked.Ask)
		}
		if d := cmp.Diff(onlyView, p.session.possible()); d != "" {
			t.Error(d)
		}
		p.says(&signaling.Limits{Scopes: everything})
		if d := cmp.Diff(onlyView, p.now()); d != "" || !p.session.gate.WordsWanted() {
			t.Error(d)
		}
	})
}

// Whatever a relay sends, in whatever order, nothing is allowed beyond what the person
// said, nor beyond any limit of before (THREATS, row 10).
func TestNoRelayLoosens(t *testing.T) {
	for range 30 {
		withSession(t, func(t *testing.T, p *play) {
			allowed, most := onlyView, everything
			p.runs(request("r_0", 60), allowed)
			<-p.person.requests
			for n := range 40 {
				m := someMessage(n)
				if l, ok := m.(*signaling.Limits); ok {
					most = most.Narrow(l.Scopes)
				}
				if r, ok := m.(*signaling.Request); ok && r.Limits != nil && r.Technician == ines {
					most = most.Narrow(r.Limits.Scopes)
				}
				p.says(m)
				if len(p.person.requests) > 0 {
					asked := <-p.person.requests
					answer := someSet()
					select {
					case p.person.answers <- answer:
						synctest.Wait()
						if answer = answer.Narrow(asked.Ask); answer.Has(signaling.ScopeView) {
							allowed = answer
						}
					case <-time.After(time.Second): // withdrawn meanwhile
					}
				}
				if now := p.now(); !now.Within(allowed) || !now.Within(most) {
					t.Fatalf("after %s: %v is more than %v or %v", signaling.TypeOf(m), now, allowed, most)
				}
			}
		})
	}
}

// someMessage is what a relay may send, but for the end.
func someMessage(n int) signaling.Message {
	technician := ines
	if rand.IntN(4) == 0 {
		technician.ID = "u_other"
	}
	limits := signaling.Limits{Scopes: someSet(), ConfirmEvery: rand.IntN(3) * 600, EndsIn: rand.IntN(2) * 3600}
	id := "r_" + string(rune('a'+n))
	return []signaling.Message{
		&signaling.Request{RequestID: id, Technician: technician, Ask: someSet(), ExpiresIn: rand.IntN(1000)},
		&signaling.Request{RequestID: id, Technician: technician, Ask: someSet(), ExpiresIn: 60, Limits: &limits},
		&limits,
		&signaling.Withdrawn{RequestID: id},
		&signaling.Resumed{State: signaling.StateActive},
		&signaling.Error{Code: signaling.CodeConsentInvalid, Message: "no"},
		&signaling.Registered{SessionID: "s_2", Token: "t", Issuer: "https://evil.example"},
		&signaling.Connect{},
		&signaling.CodeIssued{Code: "482913077", ExpiresIn: 600},
	}[rand.IntN(9)]
}

func someSet() signaling.Scopes {
	set := []signaling.Scope{signaling.ScopeView}
	for _, scope := range signaling.AllScopes() {
		if rand.IntN(3) > 0 {
			set = append(set, scope)
		}
	}
	return signaling.NewScopes(set...)
}

// The relay signs with a new key only when the host has said that it knows it.
func TestNewKeysAreTaken(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), onlyView)
		fresh, err := newSelf()
		if err != nil {
			t.Fatal(err)
		}
		issuer, err := grant.NewIssuer(fresh.key, issuerName)
		if err != nil {
			t.Fatal(err)
		}
		token, _, err := issuer.Issue(grant.Grant{Subject: ines.ID, SessionID: "s_1", Scopes: onlyView, Fingerprint: "sha-256 AA"})
		if err != nil {
			t.Fatal(err)
		}
		takes := func() (err error) {
			p.do(func(s *session) { err = s.takeGrant(token, "sha-256 AA") })
			return err
		}
		if takes() == nil {
			t.Error("a grant of an unknown key was accepted")
		}
		keys := append(issuer.Keys(), p.issuer.Keys()...)
		p.says(&signaling.Keys{Keys: keys})
		if d := cmp.Diff([]signaling.Message{&signaling.Known{IDs: []string{keys[0].ID, keys[1].ID}}}, p.take()); d != "" {
			t.Error(d)
		}
		if err := takes(); err != nil {
			t.Error(err)
		}
		p.says(&signaling.Keys{Keys: []signaling.GrantKey{{ID: "k", Key: "no key"}}})
		if sent := p.take(); len(sent) > 0 || takes() != nil {
			t.Errorf("damaged keys were taken: %+v", sent)
		}
	})
}

// The technician's page knows what there is no use in asking for: this machine's own
// limits, a desktop without input, and what the organisation takes away.
func TestTheTechnicianKnowsWhatIsPossible(t *testing.T) {
	w := newLimitedWorld(t, Limits{Scopes: onlyView})
	tech := w.session(viewAndControl, viewAndControl)
	m := peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Scopes.Has(signaling.ScopeView) })
	if d := cmp.Diff(onlyView, m.Possible); d != "" {
		t.Error(d)
	}
}

// Files cannot go yet; nothing else is ruled out.
func TestWhatIsRuledOut(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		if d := cmp.Diff(withClipboard, p.session.possible()); d != "" {
			t.Error(d)
		}
	})
}

// Nobody was let in, and the person reads why: they wait for somebody who will not come.
func TestRecordingRequiredBeforeAnybodyCame(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.says(&signaling.Ended{Reason: signaling.EndRecordingRequired})
		if got := p.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndRecordingRequired {
			t.Errorf("the person reads %q", got)
		}
	})
}
