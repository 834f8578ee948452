package app

import (
	"slices"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

var wordsFirst = Limits{VerifyWords: true}

// connected is a session whose technician's side has not begun with the words.
func (w *world) connected() *technician {
	w.t.Helper()
	tech := w.request(viewAndControl)
	w.letIn(tech, viewAndControl)
	tech.offer(tech.granted.Grant)
	w.person.waitPhase(w.t, ui.Active)
	return tech
}

// bound is what a technician's side knows of its connection.
func (tech *technician) bound(page *peertest.Technician) verifywords.Connection {
	tech.w.t.Helper()
	own, err := verifywords.ParseFingerprint(page.Fingerprint)
	if err != nil {
		tech.w.t.Fatal(err)
	}
	return verifywords.Connection{
		SessionID: tech.session, Host: verifywords.FingerprintOf(page.Proved()), Technician: own,
	}
}

// makeWords makes the words with the host.
func (tech *technician) makeWords(page *peertest.Technician) verifywords.Words {
	t := tech.w.t
	t.Helper()
	exchange := verifywords.NewTechnician(tech.bound(page))
	first := peertest.WaitFor(page, func(m *signaling.Permissions) bool { return m.Commitment != "" })
	nonce, err := exchange.Bind(first.Commitment)
	if err != nil {
		t.Fatal(err)
	}
	page.Send(signaling.ChannelControl, &signaling.Nonce{Nonce: nonce})
	words, err := exchange.Open(peertest.Wait[*signaling.Reveal](page).Nonce)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// waitWords waits until the person sees words, or what fits.
func (p *person) waitWords(t testing.TB, fits func(ui.Words) bool) ui.Words {
	t.Helper()
	for {
		if s := receive(t, "words", p.states); fits(s.Words) {
			return s.Words
		}
	}
}

func someWords(w ui.Words) bool { return w.List != verifywords.Words{} }

func TestBothEndsHaveTheSameWords(t *testing.T) {
	w := newWorld(t)
	tech := w.connected()
	words := tech.makeWords(tech.Technician)
	if got := w.person.waitWords(t, someWords); got.List != words || got.Required {
		t.Errorf("the person has %+v, the technician %q", got, words)
	}
	w.person.commands <- ui.WordsSame{}
	if m := peertest.Wait[*signaling.Compared](tech.Technician); m.Result != signaling.WordsSame {
		t.Errorf("the technician hears %q", m.Result)
	}
	tech.Send(signaling.ChannelControl, &signaling.Compared{Result: signaling.WordsSame})
	w.person.waitWords(t, func(now ui.Words) bool { return now.Same && now.Theirs == signaling.WordsSame })
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q", got)
	}
	w.checkEvents("code", "request", "granted", "connected", "words", "compared", "compared")
}

// With words required, only the person's own word opens control.
func TestControlWaitsForTheWords(t *testing.T) {
	w := newLimitedWorld(t, wordsFirst)
	tech := w.connected()
	tech.makeWords(tech.Technician)
	if got := w.person.waitWords(t, someWords); !got.Required {
		t.Error("the person is not told that control waits")
	}
	tech.Send(signaling.ChannelControl, &signaling.Compared{Result: signaling.WordsSame})
	w.person.waitWords(t, func(now ui.Words) bool { return now.Theirs == signaling.WordsSame })
	w.person.commands <- ui.AllowControl()
	receive(t, "an explanation", w.person.said)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if n := w.machine.acts.Load(); n != 0 {
		t.Fatalf("%d acts before the words were compared", n)
	}
	w.person.commands <- ui.WordsSame{}
	m := peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Scopes.Has(signaling.ScopeControl) })
	if m.VerifyWords || m.Commitment != "" {
		t.Errorf("permissions %+v", m)
	}
	tech.types(3, holding(), press("KeyB"), loosen("KeyB"))
	if got := w.machine.typed(); got != "b" {
		t.Errorf("typed %q, want %q", got, "b")
	}
}

// What is wrong about the words ends the session, and nothing is done.
func TestMistrustEndsTheSession(t *testing.T) {
	nonce := func(tech *technician) {
		tech.Send(signaling.ChannelControl, &signaling.Nonce{Nonce: verifywords.NewNonce().String()})
	}
	compared := func(tech *technician, result signaling.Comparison) {
		tech.Send(signaling.ChannelControl, &signaling.Compared{Result: result})
	}
	for _, c := range []struct {
		name string
		play func(w *world, tech *technician)
		want signaling.EndReason
	}{
		{"the person sees other words", func(w *world, tech *technician) {
			tech.makeWords(tech.Technician)
			w.person.commands <- ui.WordsDiffer{}
		}, signaling.EndWordsDiffer},
		{"the person sees other words after all", func(w *world, tech *technician) {
			tech.makeWords(tech.Technician)
			w.person.waitWords(w.t, someWords)
			w.person.commands <- ui.WordsSame{}
			w.person.commands <- ui.WordsDiffer{}
		}, signaling.EndWordsDiffer},
		{"the person has no words at all", func(w *world, _ *technician) {
			w.person.commands <- ui.WordsDiffer{}
		}, signaling.EndWordsDiffer},
		{"the technician sees other words", func(_ *world, tech *technician) {
			tech.makeWords(tech.Technician)
			compared(tech, signaling.WordsDifferent)
		}, signaling.EndWordsDiffer},
		{"the technician has none that fit", func(_ *world, tech *technician) {
			compared(tech, signaling.WordsDifferent)
		}, signaling.EndWordsDiffer},
		{"a second nonce", func(_ *world, tech *technician) {
			tech.makeWords(tech.Technician)
			nonce(tech)
		}, signaling.EndWordsDiffer},
		{"two nonces at once", func(_ *world, tech *technician) {
			nonce(tech)
			nonce(tech)
		}, signaling.EndWordsDiffer},
		{"a malformed nonce", func(_ *world, tech *technician) {
			tech.SendRaw(signaling.ChannelControl, `{"type":"nonce","nonce":"AAAA"}`)
		}, signaling.EndError},
		{"a result that there is not", func(_ *world, tech *technician) {
			tech.SendRaw(signaling.ChannelControl, `{"type":"compared","result":"perhaps"}`)
		}, signaling.EndError},
		{"what only a host says", func(_ *world, tech *technician) {
			tech.SendRaw(signaling.ChannelControl, `{"type":"reveal","nonce":"`+verifywords.NewNonce().String()+`"}`)
		}, signaling.EndError},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newLimitedWorld(t, wordsFirst)
			tech := w.connected()
			tech.Send(signaling.ChannelInput, events(1, holding(), press("KeyA"), loosen("KeyA")))
			c.play(w, tech)
			tech.waitEnded(c.want)
			if s := w.person.waitPhase(t, ui.Ended); s.Reason != c.want {
				t.Errorf("the person reads %q", s.Reason)
			}
			if n := w.machine.acts.Load(); n != 0 {
				t.Errorf("%d acts", n)
			}
		})
	}
}

// What is said of words that are not there has no weight.
func TestSameWithoutWords(t *testing.T) {
	w := newLimitedWorld(t, wordsFirst)
	tech := w.connected()
	tech.Send(signaling.ChannelControl, &signaling.Compared{Result: signaling.WordsSame})
	w.person.commands <- ui.WordsSame{}
	receive(t, "an explanation", w.person.said)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if n := w.machine.acts.Load(); n != 0 {
		t.Errorf("%d acts without words", n)
	}
}

// A technician's side that makes no words is not verified, and gets no control where that
// is required.
func TestNoWordsInTime(t *testing.T) {
	t.Run("when they are offered", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		tech := w.connected()
		time.Sleep(wordsWithin - time.Second)
		w.person.waitWords(t, func(now ui.Words) bool { return now.Missing })
		tech.Send(signaling.ChannelControl, &signaling.Nonce{Nonce: verifywords.NewNonce().String()})
		tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
		if got := w.machine.typed(); got != "a" {
			t.Errorf("typed %q", got)
		}
		w.checkEvents("code", "request", "granted", "connected", "unverified")
	})
	t.Run("when they are required", func(t *testing.T) {
		t.Parallel()
		w := newLimitedWorld(t, wordsFirst)
		tech := w.connected()
		tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
		time.Sleep(wordsWithin - time.Second)
		tech.waitEnded(signaling.EndWordsDiffer)
		if n := w.machine.acts.Load(); n != 0 {
			t.Errorf("%d acts", n)
		}
	})
}

// A restart of ICE has the same certificates, and so the same words.
func TestRestartKeepsTheWords(t *testing.T) {
	w := newLimitedWorld(t, wordsFirst)
	tech := w.connected()
	words := tech.makeWords(tech.Technician)
	w.person.waitWords(t, someWords)
	w.person.commands <- ui.WordsSame{}
	tech.send(&signaling.Offer{SDP: tech.Offer(true), Grant: tech.granted.Grant})
	tech.Accept(peertest.Wait[*signaling.Answer](tech.Technician).SDP)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q", got)
	}
	w.person.commands <- ui.AllowView()
	if now := w.person.waitWords(t, someWords); now.List != words || !now.Same {
		t.Errorf("words %+v, want %q", now, words)
	}
}

// A page that is loaded anew has the same certificate, and new words of it: what the
// person has said of the certificates holds.
func TestNewConnectionOfTheSameTwo(t *testing.T) {
	w := newLimitedWorld(t, wordsFirst)
	tech := w.connected()
	words := tech.makeWords(tech.Technician)
	w.person.waitWords(t, someWords)
	w.person.commands <- ui.WordsSame{}
	before := tech.Technician
	before.Close()
	w.person.waitPhase(t, ui.Reconnecting)
	page := before.Reload()
	tech.send(&signaling.Offer{SDP: page.Offer(false), Grant: tech.granted.Grant})
	page.Accept(peertest.Wait[*signaling.Answer](before).SDP)
	page.WaitOpen()
	if again := tech.makeWords(page); again == words {
		t.Error("the same words twice: nonces are used again")
	}
	if m := peertest.Wait[*signaling.Compared](page); m.Result != signaling.WordsSame {
		t.Errorf("the new page hears %q", m.Result)
	}
	page.Send(signaling.ChannelInput, events(1, holding(), press("KeyA"), loosen("KeyA")))
	peertest.Wait[*signaling.InputAck](page)
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q", got)
	}
}

// A technician's certificate that is another one in mid-session ends it, though the relay
// has signed a grant for it.
func TestTechniciansKeyChanges(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	other := peertest.New(t)
	forged := w.forge(tech, func(g *grant.Grant) { g.Fingerprint = other.Fingerprint })
	tech.send(&signaling.Offer{SDP: other.Offer(false), Grant: forged})
	tech.waitEnded(signaling.EndWordsDiffer)
	if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndWordsDiffer {
		t.Errorf("the person reads %q", s.Reason)
	}
}

// The commitment is said once on a connection, however often permissions change.
func TestOneCommitmentOnAConnection(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	w.person.commands <- ui.AllowView()
	tech.waitScopes(onlyView)
	w.person.commands <- ui.AllowControl()
	var commitments []string
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool {
		commitments = append(commitments, m.Commitment)
		return slices.Equal(m.Scopes, viewAndControl)
	})
	if slices.ContainsFunc(commitments, func(c string) bool { return c != "" }) {
		t.Errorf("commitments again: %q", commitments)
	}
}
