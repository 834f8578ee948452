package app

import (
	"image"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// presses has the technician press something on this machine.
func (p *play) presses() { p.do(func(s *session) { s.touch.note() }) }

// With control a technician can type into the person's own terminal. That counts for
// nothing: not for a question, not for the words, not for another half hour.
func TestWhatATechnicianTypesIsNotThePersons(t *testing.T) {
	const every = 30 * time.Minute
	limited := request("r_1", 60)
	limited.Limits = &signaling.Limits{Scopes: viewAndControl, ConfirmEvery: int(every / time.Second)}

	t.Run("questions", func(t *testing.T) {
		withSession(t, func(t *testing.T, p *play) {
			p.runs(limited, viewAndControl)
			if first := <-p.person.requests; first.Settle != 0 {
				t.Errorf("the first question settles for %s, without a technician", first.Settle)
			}
			time.Sleep(every - settle/2)
			p.presses()
			time.Sleep(settle / 2)
			if asked := <-p.person.requests; asked.Again == 0 || asked.Settle != settle/2 {
				t.Errorf("asked %+v", asked)
			}
			if d := cmp.Diff(onlyView, p.now()); d != "" {
				t.Errorf("while the person is asked: %s", d)
			}
		})
	})

	t.Run("the half hour", func(t *testing.T) {
		for _, c := range []struct {
			name  string
			rest  time.Duration
			again time.Duration // the next question
		}{{"typed", settle - time.Millisecond, time.Minute}, {"said", settle, every}} {
			t.Run(c.name, func(t *testing.T) {
				withSession(t, func(t *testing.T, p *play) {
					p.runs(limited, viewAndControl)
					<-p.person.requests
					time.Sleep(every - time.Minute)
					p.presses()
					time.Sleep(c.rest)
					p.orders(ui.AllowView())
					p.orders(ui.AllowControl())
					if !p.now().Has(signaling.ScopeControl) {
						t.Fatal("there is no control")
					}
					given := time.Now()
					<-p.person.requests
					if took := time.Since(given); took > c.again || took < c.again-settle {
						t.Errorf("asked after %s, want %s", took, c.again)
					}
				})
			})
		}
	})

	t.Run("words", func(t *testing.T) {
		withSession(t, func(t *testing.T, p *play) {
			p.runs(request("r_1", 60), viewAndControl)
			p.do(func(s *session) { s.verify.words = verifywords.Words{"tulip", "anchor", "violin", "acorn"} })
			p.presses()
			p.orders(ui.WordsSame{})
			p.says(&signaling.Limits{Scopes: viewAndControl, VerifyWords: true})
			if d := cmp.Diff(onlyView, p.now()); d != "" {
				t.Errorf("the technician has compared the words: %s", d)
			}
			if !p.hasSaid("technician's own word") {
				t.Error("the person is not told")
			}
			time.Sleep(settle)
			p.orders(ui.WordsSame{})
			if d := cmp.Diff(viewAndControl, p.now()); d != "" {
				t.Errorf("the person has compared them: %s", d)
			}
		})
	})
}

// Hands note what they press, and neither where they point nor what is refused.
func TestHandsNoteWhatTheyPress(t *testing.T) {
	key := events(1, holding(), press("KeyA"))
	point := &signaling.Pointer{Sequence: 1, X: 1, Y: 1}
	for _, c := range []struct {
		name    string
		m       signaling.Message
		allowed signaling.Scopes
		want    time.Duration
	}{
		{"a key", key, viewAndControl, settle},
		{"a key that is refused", key, onlyView, 0},
		{"the pointer", point, viewAndControl, 0},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				gate := consent.NewGate()
				gate.SetGrant(viewAndControl, time.Now().Add(time.Hour))
				gate.Allow(c.allowed, time.Now().Add(time.Hour))
				defer gate.Revoke()
				touch := newTouch()
				h := newHands(gate, still{}, placed(image.Rect(0, 0, 64, 48)), touch, newYield(), &journal{},
					func(signaling.ChannelID, signaling.Message) {}, slog.New(slog.DiscardHandler))
				go h.run()
				h.take(c.m)
				synctest.Wait()
				if got := touch.settling(); got != c.want {
					t.Errorf("settles for %s, want %s", got, c.want)
				}
				h.close()
			})
		})
	}
}

// A technician does not become another one, in name either: the person knows whom they
// said yes to.
func TestNobodyChangesTheirName(t *testing.T) {
	for _, other := range []signaling.Person{
		{ID: ines.ID, Name: "Your bank", Organisation: ines.Organisation},
		{ID: ines.ID, Name: ines.Name, Organisation: "Your bank"},
	} {
		withSession(t, func(t *testing.T, p *play) {
			p.runs(request("r_1", 60), onlyView)
			<-p.person.requests
			r := request("r_2", 60)
			r.Technician = other
			p.says(r)
			want := []signaling.Message{&signaling.Refuse{RequestID: "r_2", Reason: signaling.EndDeclined}}
			if d := cmp.Diff(want, p.take()); d != "" || len(p.person.requests) > 0 {
				t.Errorf("asked %d times: %s", len(p.person.requests), d)
			}
		})
	}
}

// What a relay has said of the end before the yes holds after it, whether it says it
// again or not.
func TestTheEndInARequestHolds(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		r := request("r_1", 60)
		r.Limits = &signaling.Limits{Scopes: onlyView, EndsIn: 600}
		p.runs(r, onlyView)
		p.says(&signaling.Limits{Scopes: onlyView, EndsIn: 6000})
		time.Sleep(10*time.Minute - time.Second)
		if sent := p.take(); len(sent) > 0 {
			t.Fatalf("too early: %+v", sent)
		}
		time.Sleep(2 * time.Second)
		ended := slices.ContainsFunc(p.take(), func(m signaling.Message) bool {
			end, ok := m.(*signaling.End)
			return ok && end.Reason == signaling.EndTimeLimit
		})
		if !ended {
			t.Error("the session lasts longer than the request has said")
		}
	})
}
