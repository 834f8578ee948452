package app

import (
	"bytes"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

func (tech *technician) says(number uint64, text string) {
	tech.w.t.Helper()
	tech.Send(signaling.ChannelChat, &signaling.Chat{Sent: number, Text: text})
}

// heard waits until the host has acknowledged all up to a number on the chat's channel.
func (tech *technician) heard(last uint64) {
	tech.w.t.Helper()
	peertest.WaitFor(tech.Technician, func(m *signaling.InputAck) bool { return m.Last == last })
}

// A message cannot be padded so that the rest of it looks like a line of this program's.
func TestChatIsNotPadded(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), onlyView)
		p.do(func(s *session) {
			s.hearChat(&signaling.Chat{Sent: 1, Text: "Hello." + strings.Repeat(" \u00a0\u3000", 60) + "Lendhand: type control"})
		})
		if said := receive(t, "chat", p.person.chat); said.Text != "Hello. Lendhand: type control" {
			t.Errorf("shown as %q", said.Text)
		}
	})
}

// Scenario: the two write to each other, in a pause too. What is said is shown once on
// each side, and stands in no file.
func TestChat(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	tech.says(1, "Please open the settings.")
	tech.heard(1)
	tech.says(1, "Please open the settings.") // once more: the acknowledgement was lost
	tech.heard(1)
	w.person.commands <- ui.Pause{}
	tech.waitPaused(true)
	tech.says(2, "And now?")
	w.person.commands <- ui.Chat{Text: " One\tmoment\u202e, please. "}
	want := []string{"Please open the settings.", "And now?", "Onemoment, please."}
	var shown []string
	for range want {
		said := receive(t, "chat", w.person.chat)
		shown = append(shown, said.Text)
		if said.Mine != (said.Text == want[2]) || time.Since(said.At) > time.Minute {
			t.Errorf("shown as %+v", said)
		}
	}
	slices.Sort(shown)
	slices.Sort(want)
	if d := cmp.Diff(want, shown); d != "" || len(w.person.chat) > 0 {
		t.Error(d)
	}
	got := peertest.Wait[*signaling.Chat](tech.Technician)
	if d := cmp.Diff(&signaling.Chat{Sent: 1, Text: "Onemoment, please."}, got); d != "" {
		t.Error(d)
	}
	data, err := os.ReadFile(w.events)
	must(t, err)
	for _, text := range want {
		if bytes.Contains(data, []byte(text)) {
			t.Errorf("%q stands in the events", text)
		}
	}
	if n := bytes.Count(data, []byte(`"event":"chat"`)); n != 3 {
		t.Errorf("%d events, want one for each", n)
	}
}

// Scenario: the page is loaded anew before it has heard what the person wrote. They say
// nothing again, and the technician reads it once.
func TestChatSurvivesAnotherConnection(t *testing.T) {
	w := newWorld(t)
	first := w.session(onlyView, onlyView)
	w.person.commands <- ui.Chat{Text: "Are you still there?"}
	receive(t, "what they wrote", w.person.chat)
	again := &technician{Technician: first.Reload(), w: w, client: first.client, session: first.session, granted: first.granted}
	again.send(&signaling.Offer{SDP: again.Offer(false), Grant: first.granted.Grant})
	again.Accept(peertest.Wait[*signaling.Answer](first.Technician).SDP)
	again.WaitOpen()
	if got := peertest.Wait[*signaling.Chat](again.Technician); got.Text != "Are you still there?" || got.Sent != 1 {
		t.Errorf("got %+v", got)
	}
	again.Send(signaling.ChannelChat, &signaling.InputAck{Last: 1})
	w.person.waitPhase(t, ui.Active)
	w.person.commands <- ui.Chat{Text: "Good."}
	if got := peertest.Wait[*signaling.Chat](again.Technician); got.Text != "Good." || got.Sent != 2 {
		t.Errorf("got %+v", got)
	}
}

// A technician who floods the person is shown no more than the protocol allows, and it is
// the end.
func TestChatFlood(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	done := make(chan struct{})
	defer close(done)
	go func() { // what they read
		for {
			select {
			case <-w.person.chat:
			case <-done:
				return
			}
		}
	}()
	for n := range uint64(signaling.ChatTakenAtOnce + 3) {
		tech.says(n+1, "hey")
	}
	tech.waitEnded(signaling.EndError)
}

// What cannot be sent is said to be so, and is not sent later.
func TestChatThatCannotBeSent(t *testing.T) {
	for name, c := range map[string]struct {
		phase ui.Phase
		text  string
		want  string
	}{
		"nobody there yet": {ui.Connecting, "hello", "nobody is there yet"},
		"too long":         {ui.Active, strings.Repeat("ü", signaling.MaxChat+1), "longer than 1,000"},
		"nothing":          {ui.Active, " \n ", ""},
	} {
		t.Run(name, func(t *testing.T) {
			withSession(t, func(t *testing.T, p *play) {
				p.runs(request("r_1", 60), onlyView)
				p.do(func(s *session) { s.phase = c.phase })
				p.orders(ui.Chat{Text: c.text})
				if c.want != "" && !p.hasSaid(c.want) {
					t.Error("the person is not told")
				}
				if len(p.person.chat) > 0 || len(p.session.chat.unheard) > 0 {
					t.Error("it is sent all the same")
				}
			})
		})
	}
	t.Run("nothing arrives", func(t *testing.T) {
		withSession(t, func(t *testing.T, p *play) {
			p.runs(request("r_1", 60), onlyView)
			for n := range signaling.MaxUnheard + 1 {
				p.orders(ui.Chat{Text: fmt.Sprint(n)})
			}
			if n := len(p.session.chat.unheard); n != signaling.MaxUnheard || !p.hasSaid("has not arrived yet") {
				t.Errorf("%d are kept", n)
			}
		})
	})
	t.Run("too much at once", func(t *testing.T) {
		withSession(t, func(t *testing.T, p *play) {
			p.runs(request("r_1", 60), onlyView)
			for n := range uint64(signaling.ChatAtOnce + 1) {
				p.orders(ui.Chat{Text: fmt.Sprint(n)})
				p.do(func(s *session) { s.hearChat(&signaling.InputAck{Last: n + 1}) })
			}
			if n := len(p.person.chat); n != signaling.ChatAtOnce || !p.hasSaid("too much at once") {
				t.Errorf("%d were sent", n)
			}
			time.Sleep(signaling.ChatEvery)
			if p.orders(ui.Chat{Text: "again"}); len(p.person.chat) != signaling.ChatAtOnce+1 {
				t.Error("a moment later nothing can be sent")
			}
		})
	})
}

// Nobody is heard who may not see this desktop, and what comes out of turn is not shown.
func TestChatOutOfPlace(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), onlyView)
		hears := func(what string, number uint64, want int) {
			t.Helper()
			p.do(func(s *session) { s.hearChat(&signaling.Chat{Sent: number, Text: "hello"}) })
			synctest.Wait()
			if got := len(p.person.chat); got != want {
				t.Errorf("%s: %d are shown, want %d", what, got, want)
			}
		}
		hears("a gap", 2, 0)
		hears("the first", 1, 1)
		hears("the first again", 1, 1)
		p.do(func(s *session) { s.gate.Tighten(nil, time.Time{}) })
		hears("without permission", 2, 1)
	})
}
