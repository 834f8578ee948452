package broker_test

import (
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/broker"
)

var view = signaling.NewScopes(signaling.ScopeView)

// limited has the world's broker limit everybody by l, which the test may change.
func (w *world) limited(l *broker.Limits) {
	w.limits = func(string) broker.Limits { return *l }
	w.restart()
}

// What the organisation does not allow is not asked, not granted, and cannot be
// asked for later.
func TestLimitsNarrowWhatIsAsked(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limited(&broker.Limits{Scopes: view, ConfirmEvery: 30 * time.Minute, VerifyWords: true, Longest: time.Hour})
		h, tech, requested, request := w.asked(signaling.ScopeView, signaling.ScopeControl)
		limits := &signaling.Limits{Scopes: view, ConfirmEvery: 1800, VerifyWords: true, EndsIn: 3600}
		if d := cmp.Diff(limits, request.Limits) + cmp.Diff(view, request.Ask) + cmp.Diff(view, requested.Ask); d != "" {
			t.Error(d)
		}
		h.consent(request, signaling.ScopeView)
		if d := cmp.Diff(limits, expect[*signaling.Limits](h.side)) + cmp.Diff(limits, expect[*signaling.Limits](tech)); d != "" {
			t.Error(d)
		}
		if g := expect[*signaling.Granted](tech); !slices.Equal(g.Scopes, view) {
			t.Errorf("granted %v", g.Scopes)
		}
		expect[*signaling.Connect](h.side)
		h.send(&signaling.Connected{Path: signaling.PathDirect})
		synctest.Wait()
		tech.send(&signaling.Ask{Ask: signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)})
		tech.expectError(signaling.CodeNotPermitted)
		h.quiet()
	})
}

func TestLimitsThatLeaveNothing(t *testing.T) {
	for code, l := range map[signaling.ErrorCode]broker.Limits{
		signaling.CodeNotPermitted:      {},
		signaling.CodeRecordingRequired: {Scopes: view, Recording: broker.RecordingRequired},
	} {
		t.Run(string(code), func(t *testing.T) {
			inWorld(t, func(t *testing.T, w *world) {
				w.limited(&l)
				h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
				tech.send(&signaling.Invite{Version: 1, Ask: view})
				tech.expectError(code)
				if code == signaling.CodeNotPermitted { // nothing is said about the code
					tech.send(redeem("000000000"))
					tech.expectError(code)
				}
				h.quiet()
				tech.send(redeem(h.code))
				tech.expectError(code)
				if code == signaling.CodeNotPermitted {
					h.quiet()
				}
			})
		})
	}
}

// Who reads out a code to somebody whose sessions must be recorded learns why nobody
// comes. Whoever guesses learns no more than others do.
func TestThePersonLearnsThatRecordingIsRequired(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		w.limited(&broker.Limits{Scopes: view, Recording: broker.RecordingRequired})
		h, tech := w.waitingHost(), w.dialTechnician(ines.ID)
		tech.send(redeem("000000000"))
		tech.expectError(signaling.CodeInvalidCode)
		h.quiet()
		tech.send(redeem(h.code))
		tech.expectError(signaling.CodeRecordingRequired)
		h.expectEnd(signaling.EndRecordingRequired)
		tech.send(redeem(h.code)) // it is used up
		tech.expectError(signaling.CodeInvalidCode)
		tech.quiet()
	})
}

// A change reaches both sides of a session at once.
func TestLimitsThatChange(t *testing.T) {
	both := signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl)
	inWorld(t, func(t *testing.T, w *world) {
		l := broker.Unlimited()
		w.limited(&l)
		h, tech, _ := w.running(both...)
		began := time.Now()
		l.Scopes = view
		w.broker.LimitsChanged()
		if m := expect[*signaling.Limits](h.side); !slices.Equal(m.Scopes, view) {
			t.Errorf("the host is told of %v", m.Scopes)
		}
		expect[*signaling.Limits](tech)
		if g := expect[*signaling.Granted](tech); !slices.Equal(g.Scopes, view) {
			t.Errorf("granted %v", g.Scopes)
		}
		if took := time.Since(began); took > time.Second {
			t.Errorf("took %s", took)
		}
		w.broker.LimitsChanged() // nothing is different
		h.quiet()
		l.Recording = broker.RecordingRequired
		w.broker.LimitsChanged()
		h.expectEnd(signaling.EndRecordingRequired)
		tech.expectEnd(signaling.EndRecordingRequired)
	})
}

// The longest session ends with both told a minute before.
func TestTheLongestSession(t *testing.T) {
	inWorld(t, func(t *testing.T, w *world) {
		l := broker.Limits{Scopes: view, Longest: 10 * time.Minute}
		w.limited(&l)
		h, tech, _, request := w.asked(signaling.ScopeView)
		h.consent(request, signaling.ScopeView)
		began := time.Now()
		synctest.Wait()
		h.send(&signaling.Connected{Path: signaling.PathDirect})
		for name, s := range map[string]*side{"host": h.side, "technician": tech} {
			told, end := last(s)
			if d := cmp.Diff([]int{600, 60}, told); d != "" || end != signaling.EndTimeLimit || time.Since(began) != l.Longest {
				t.Errorf("%s: %s, ended with %q after %s", name, d, end, time.Since(began))
			}
		}
	})
}

// last reads to the end of a session, and returns what was said of it before.
func last(s *side) (told []int, end signaling.EndReason) {
	for stop := time.After(time.Hour); ; {
		select {
		case m := <-s.in:
			switch m := m.(type) {
			case *signaling.Limits:
				told = append(told, m.EndsIn)
			case *signaling.Ended:
				return told, m.Reason
			}
		case <-stop:
			return told, ""
		}
	}
}
