package app

import (
	"bytes"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	fakeclipboard "github.com/lendhand/lendhand/client/internal/clipboard/fake"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

var withClipboard = signaling.NewScopes(append(viewAndControl, toHost, fromHost)...)

// clipboardSession is a session in which the person has allowed the clipboard.
func clipboardSession(w *world) (*technician, *fakeclipboard.Board) {
	w.t.Helper()
	tech := w.session(withClipboard, withClipboard)
	tech.waitScopes(withClipboard)
	eventually(w.t, "the clipboard is open", func() bool { return w.machine.clipboard() != nil })
	return tech, w.machine.clipboard()
}

// gets waits for the next text from the host's clipboard.
func (tech *technician) gets() (number uint64, text string) {
	tech.w.t.Helper()
	for {
		part := peertest.Wait[*signaling.Clipboard](tech.Technician)
		if text += part.Text; !part.More {
			return part.Sent, text
		}
	}
}

// pastes sends a text for the host's clipboard.
func (tech *technician) pastes(number uint64, text string) {
	tech.w.t.Helper()
	for _, part := range signaling.ClipboardParts(number, text) {
		tech.Send(signaling.ChannelClipboard, part)
	}
}

// waitSaid waits until the person is told something.
func (w *world) waitSaid(text string) {
	w.t.Helper()
	for !strings.Contains(receive(w.t, "word of "+text, w.person.said), text) {
		continue
	}
}

// Scenario: the person copies before, during and after; the technician gets what was
// copied while it was allowed, and nothing else.
func TestWhatIsCopiedGoesWhileItIsAllowed(t *testing.T) {
	w := newWorld(t)
	tech, board := clipboardSession(w)
	wants := func(number uint64, text string) {
		t.Helper()
		if n, got := tech.gets(); n != number || got != text {
			t.Errorf("text %d is %q, want %q as %d", n, got, text, number)
		}
	}
	board.Copy("first")
	wants(1, "first")
	w.waitSaid("Ines Okafor (Example Help Desk) gets what you copied (5 characters).")

	w.person.commands <- ui.Allow{Scopes: viewAndControl}
	tech.waitScopes(viewAndControl)
	board.Copy("taken back")
	w.person.commands <- ui.Allow{Scopes: withClipboard}
	tech.waitScopes(withClipboard)
	board.Copy("taken back") // by a program that keeps what was copied
	board.Copy("second")
	wants(2, "second")

	w.person.commands <- ui.Pause{}
	tech.waitPaused(true)
	board.Copy("in a pause")
	w.person.commands <- ui.Unpause{Own: true}
	tech.waitPaused(false)
	board.Copy("Grüße\n\t世界")
	wants(3, "Grüße\n\t世界")

	longest := strings.Repeat("ü", signaling.MaxClipboard/2)
	board.Copy(longest + "x")
	w.waitSaid("too long")
	board.Copy("a\x00b")
	w.waitSaid("no plain text")
	board.Copy(longest)
	wants(4, longest)
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	board.Copy("after the end")
	data, err := os.ReadFile(w.events)
	must(t, err)
	for _, text := range []string{"from before", "first", "second", "taken back", "Grüße"} {
		if bytes.Contains(data, []byte(text)) {
			t.Errorf("%q stands in the events", text)
		}
	}
	if n := bytes.Count(data, []byte(`"event":"clipboard","of":"technician"`)); n != 4 {
		t.Errorf("%d events, want one for each text", n)
	}
}

// Scenario: the technician pastes. What they put there does not come back to them.
func TestTheTechnicianPastes(t *testing.T) {
	w := newWorld(t)
	tech, board := clipboardSession(w)
	longest := strings.Repeat("<", signaling.MaxClipboard)
	for n, text := range []string{"ls -l\n", longest, "Grüße"} {
		tech.pastes(uint64(n+1), text)
		tech.heard(uint64(n + 1))
		if got := board.Text(); got != text {
			t.Errorf("%d bytes are there, want %d", len(got), len(text))
		}
	}
	w.waitSaid("Ines Okafor (Example Help Desk) put text into your clipboard (6 characters).")
	board.Copy("Grüße") // a program has taken over what it has seen there
	board.Copy("theirs")
	if n, got := tech.gets(); n != 1 || got != "theirs" {
		t.Errorf("text %d is %q", n, got)
	}
}

// Nobody puts anything there, or gets anything, who may not, whatever their page sends.
func TestAClipboardThatIsNotAllowed(t *testing.T) {
	for name, allowed := range map[string]signaling.Scopes{"view": onlyView, "control": viewAndControl} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tech := w.session(withClipboard, allowed)
			tech.pastes(1, "rm -rf\n")
			if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeScopeMissing {
				t.Errorf("answered %+v", m)
			}
			if w.machine.clipboard() != nil {
				t.Error("the clipboard was opened")
			}
		})
	}

	w := newWorld(t)
	tech, board := clipboardSession(w)
	one := signaling.NewScopes(signaling.ScopeView, fromHost)
	w.person.commands <- ui.Allow{Scopes: one}
	tech.waitScopes(one)
	tech.pastes(1, strings.Repeat("x", 20_000)) // in parts
	if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeScopeMissing {
		t.Errorf("answered %+v", m)
	}
	w.person.commands <- ui.Allow{Scopes: withClipboard}
	tech.waitScopes(withClipboard)
	tech.pastes(2, "allowed")
	tech.heard(2)
	if got := board.Text(); got != "allowed" {
		t.Errorf("%q is there", got)
	}
}

// A text whose beginning was refused is refused to its end, even if the person allows it
// between two of its parts.
func TestATextThatIsAllowedHalfWay(t *testing.T) {
	a := newArriving()
	for _, c := range []struct {
		part    signaling.Clipboard
		allowed bool
		want    string
		whole   bool
	}{
		{signaling.Clipboard{Sent: 1, Text: "a", More: true}, false, "", false},
		{signaling.Clipboard{Sent: 1, Text: "b", More: true}, true, "", false},
		{signaling.Clipboard{Sent: 1, Text: "c"}, true, "", false},
		{signaling.Clipboard{Sent: 2, Text: "d", More: true}, true, "", false},
		{signaling.Clipboard{Sent: 2, Text: "e"}, true, "de", true},
		{signaling.Clipboard{Sent: 3, Text: "f", More: true}, true, "", false},
		{signaling.Clipboard{Sent: 3, Text: "g"}, false, "", false},
		{signaling.Clipboard{Sent: 9, Text: "h"}, true, "h", true},
	} {
		text, whole, err := a.take(&c.part, c.allowed)
		if err != nil || whole != c.whole || whole && text != c.want {
			t.Errorf("%+v: %q, %v, %v", c.part, text, whole, err)
		}
	}
}

// A page that does not keep to the rules loses its session.
func TestClipboardsThatBreakTheRules(t *testing.T) {
	most := strings.Repeat("x", signaling.MaxClipboard)
	for name, parts := range map[string][]*signaling.Clipboard{
		"one byte too many":  append(signaling.ClipboardParts(1, most+"x"), &signaling.Clipboard{Sent: 2, Text: "x"}),
		"a number again":     {{Sent: 1, Text: "x"}, {Sent: 1, Text: "y"}},
		"two texts mixed":    {{Sent: 1, Text: "x", More: true}, {Sent: 2, Text: "y"}},
		"too much at once":   flood(signaling.ClipboardsTakenAtOnce + 50),
		"a text without end": slices.Repeat([]*signaling.Clipboard{{Sent: 1, Text: most[:8192], More: true}}, 9),
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tech, board := clipboardSession(w)
			go func() { // reads what they are told
				for {
					select {
					case <-w.person.said:
					case <-t.Context().Done():
						return
					}
				}
			}()
			for _, part := range parts {
				tech.Send(signaling.ChannelClipboard, part)
			}
			tech.waitEnded(signaling.EndError)
			if got := board.Text(); len(got) > 1 && got != "from before" {
				t.Errorf("%d bytes are there", len(got))
			}
		})
	}
}

func flood(n int) []*signaling.Clipboard {
	var parts []*signaling.Clipboard
	for i := range n {
		parts = append(parts, &signaling.Clipboard{Sent: uint64(i + 1), Text: "x"})
	}
	return parts
}

// A machine whose clipboard cannot be reached says so, and the person is not asked for it.
func TestNoClipboardToShare(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	w.more = func(c *Config) { c.OpenClipboard = nil }
	w.startHost()
	tech := w.request(withClipboard)
	asked := receive(t, "request", w.person.requests)
	if d := cmp.Diff(viewAndControl, asked.Ask); d != "" {
		t.Errorf("asked for: %s", d)
	}
	w.person.answers <- asked.Ask
	tech.granted = fromRelay[*signaling.Granted](tech)
	tech.offer(tech.granted.Grant)
	got := peertest.Wait[*signaling.Permissions](tech.Technician)
	if d := cmp.Diff([]signaling.Scopes{viewAndControl, viewAndControl}, []signaling.Scopes{got.Grantable, got.Possible}); d != "" {
		t.Error(d)
	}
}
