package app

import (
	"errors"
	"strings"
	"testing"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/verifywords"
)

// middle is a relay that has put itself between a host and a technician. It signs grants
// with its own key, answers for either, and reads and writes everything.
type middle struct {
	toHost       *technician        // passes for the technician
	toTechnician *peertest.Answerer // passes for the host
	technician   *peertest.Technician
}

// between puts a relay between a host, whose person has said yes, and a technician.
func (w *world) between() *middle {
	w.t.Helper()
	m := &middle{technician: peertest.New(w.t), toTechnician: peertest.NewAnswerer(w.t)}
	m.toHost = w.request(viewAndControl) // with a certificate of the relay's
	w.letIn(m.toHost, viewAndControl)
	m.toHost.offer(w.forge(m.toHost, func(*grant.Grant) {}))
	m.technician.Accept(m.toTechnician.Answer(m.technician.Offer(false)))
	m.toTechnician.WaitOpen()
	m.technician.WaitOpen()
	w.person.waitPhase(w.t, ui.Active)
	return m
}

// pass passes everything on, both ways, until the test ends. What alter returns is said
// in place of a message; nothing when that is nil.
func (m *middle) pass(t *testing.T, alter func(signaling.Message) []signaling.Message) {
	t.Helper()
	done := make(chan struct{})
	stopped := make(chan struct{})
	go func() {
		defer close(stopped)
		for {
			select {
			case x := <-m.toHost.Messages:
				for _, said := range alter(x.Message) {
					if x.Channel != fromTheRelay {
						m.toTechnician.Send(x.Channel, said)
					}
				}
			case x := <-m.toTechnician.Messages:
				for _, said := range alter(x.Message) {
					m.toHost.Send(x.Channel, said)
				}
			case <-done:
				return
			}
		}
	}()
	t.Cleanup(func() {
		close(done)
		<-stopped
	})
}

func unaltered(m signaling.Message) []signaling.Message { return []signaling.Message{m} }

// TestRelayInTheMiddle: a relay that ends DTLS on both sides and signs what it needs gets no
// input through, whatever it does about the words.
func TestRelayInTheMiddle(t *testing.T) {
	t.Run("who passes everything on is found out by the technician's side", func(t *testing.T) {
		w := newLimitedWorld(t, wordsFirst)
		m := w.between()
		session := m.toHost.session
		m.pass(t, unaltered)
		page := &technician{Technician: m.technician, w: w, session: session}
		exchange := verifywords.NewTechnician(page.bound(m.technician))
		first := peertest.WaitFor(m.technician, func(m *signaling.Permissions) bool { return m.Commitment != "" })
		nonce, err := exchange.Bind(first.Commitment)
		if err != nil {
			t.Fatal(err)
		}
		m.technician.Send(signaling.ChannelControl, &signaling.Nonce{Nonce: nonce})
		reveal := peertest.Wait[*signaling.Reveal](m.technician)
		if words, err := exchange.Open(reveal.Nonce); !errors.Is(err, verifywords.ErrOpening) {
			t.Errorf("the technician has the words %q, %v", words, err)
		}
		m.technician.Send(signaling.ChannelInput, events(1, holding(), press("KeyA"), loosen("KeyA")))
		peertest.Wait[*signaling.InputAck](m.technician)
		m.technician.Send(signaling.ChannelControl, &signaling.Compared{Result: signaling.WordsDifferent})
		if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndWordsDiffer {
			t.Errorf("the person reads %q", s.Reason)
		}
		if n := w.machine.acts.Load(); n != 0 {
			t.Errorf("%d acts", n)
		}
	})
	t.Run("who makes words with both of them makes two kinds of words", func(t *testing.T) {
		w := newLimitedWorld(t, wordsFirst)
		m := w.between()
		asTechnician := m.toHost.makeWords(m.toHost.Technician)
		atHost := w.person.waitWords(t, someWords).List
		atTechnician := m.makeWords(t)
		if atHost != asTechnician || atHost == atTechnician {
			t.Errorf("host %q, the relay with it %q, technician %q", atHost, asTechnician, atTechnician)
		}
		m.pass(t, unaltered)
		m.technician.Send(signaling.ChannelControl, &signaling.Compared{Result: signaling.WordsSame}) // the relay may say that too
		m.technician.Send(signaling.ChannelInput, events(1, holding(), press("KeyA"), loosen("KeyA")))
		peertest.Wait[*signaling.InputAck](m.technician)
		w.person.commands <- ui.WordsDiffer{}
		if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndWordsDiffer {
			t.Errorf("the person reads %q", s.Reason)
		}
		if n := w.machine.acts.Load(); n != 0 {
			t.Errorf("%d acts", n)
		}
	})
}

// makeWords makes words with the technician, in the host's place.
func (m *middle) makeWords(t *testing.T) verifywords.Words {
	t.Helper()
	technician := verifywords.FingerprintOf(m.toTechnician.Proved())
	c := verifywords.Connection{
		SessionID: m.toHost.session, Host: verifywords.FingerprintOf(m.technician.Proved()), Technician: technician,
	}
	host, tech := verifywords.NewHost(c), verifywords.NewTechnician(c)
	nonce, err := tech.Bind(host.Commitment())
	if err != nil {
		t.Fatal(err)
	}
	reveal, _, err := host.Hear(nonce)
	if err != nil {
		t.Fatal(err)
	}
	words, err := tech.Open(reveal)
	if err != nil {
		t.Fatal(err)
	}
	return words
}

// TestRelaySwapsKeysAndAddresses: a relay that changes descriptions so that one side reaches
// it instead of the other one leaves both without a connection.
func TestRelaySwapsKeysAndAddresses(t *testing.T) {
	// Each connects the two, and returns who is to find that they do not.
	for name, connect := range map[string]func(w *world, tech *technician, own *peertest.Technician) *peertest.Technician{
		"the fingerprint in the offer, and in the grant": func(w *world, tech *technician, own *peertest.Technician) *peertest.Technician {
			forged := w.forge(tech, func(g *grant.Grant) { g.Fingerprint = own.Fingerprint })
			tech.send(&signaling.Offer{SDP: renamed(tech.Offer(false), own.Fingerprint), Grant: forged})
			tech.Accept(fromRelay[*signaling.Answer](tech).SDP)
			return tech.Technician
		},
		"the fingerprint in the answer": func(_ *world, tech *technician, own *peertest.Technician) *peertest.Technician {
			tech.send(&signaling.Offer{SDP: tech.Offer(false), Grant: tech.granted.Grant})
			tech.Accept(renamed(fromRelay[*signaling.Answer](tech).SDP, own.Fingerprint))
			return tech.Technician
		},
		"the addresses in the offer": func(_ *world, tech *technician, own *peertest.Technician) *peertest.Technician {
			tech.send(&signaling.Offer{SDP: renamed(own.Offer(false), tech.Fingerprint), Grant: tech.granted.Grant})
			own.Accept(fromRelay[*signaling.Answer](tech).SDP)
			return own
		},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tech := w.request(viewAndControl)
			w.letIn(tech, viewAndControl)
			page := connect(w, tech, peertest.New(t))
			page.WaitFailed()
			if s := w.person.waitPhase(t, ui.Ended); s.Reason != signaling.EndWordsDiffer {
				t.Errorf("the person reads %q", s.Reason)
			}
			if n := w.machine.acts.Load(); n != 0 {
				t.Errorf("%d acts", n)
			}
		})
	}
	t.Run("the addresses in the answer", func(t *testing.T) {
		tech, host := peertest.New(t), peertest.New(t)
		tech.Accept(renamed(peertest.NewAnswerer(t).Answer(tech.Offer(false)), host.Fingerprint))
		tech.WaitFailed()
	})
}

// renamed replaces the fingerprints in a description.
func renamed(sdp, fingerprint string) string {
	var out []string
	for line := range strings.Lines(sdp) {
		if strings.HasPrefix(line, "a=fingerprint:") {
			line = "a=fingerprint:" + fingerprint + "\r\n"
		}
		out = append(out, line)
	}
	return strings.Join(out, "")
}
