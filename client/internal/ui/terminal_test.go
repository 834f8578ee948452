package ui

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/signaling"
)

var (
	onlyView       = AllowView().Scopes
	viewAndControl = AllowControl().Scopes
)

var ines = signaling.Person{ID: "u_17", Name: "Ines Okafor", Organisation: "Example Help Desk"}

// screen collects what a terminal shows.
type screen struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (s *screen) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.text.Write(p)
}

// take returns what was shown since the last call.
func (s *screen) take() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	defer s.text.Reset()
	return s.text.String()
}

// desk is a terminal with somebody in front of it.
type desk struct {
	*Terminal
	screen *screen
	keys   *io.PipeWriter
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	in, keys := io.Pipe()
	d := &desk{screen: &screen{}, keys: keys}
	d.Terminal = NewTerminal(in, d.screen)
	var running sync.WaitGroup
	running.Go(func() { d.Run(t.Context()) })
	t.Cleanup(func() {
		_ = keys.Close()
		running.Wait()
	})
	return d
}

// types types a line and waits until it has had its effect.
func (d *desk) types(line string) {
	_, _ = fmt.Fprintln(d.keys, line)
	synctest.Wait()
}

// The end of a session is read even when it is like the end of the one before.
func TestTwoEnds(t *testing.T) {
	var s screen
	terminal := NewTerminal(strings.NewReader(""), &s)
	for range 2 {
		terminal.ShowCode("482913077", 10*time.Minute)
		s.take()
		terminal.Show(State{Phase: Ended, Reason: signaling.EndRecordingRequired})
		if shown := s.take(); !strings.Contains(shown, "wants sessions recorded") {
			t.Errorf("shown: %q", shown)
		}
	}
}

func TestShowCode(t *testing.T) {
	var s screen
	NewTerminal(strings.NewReader(""), &s).ShowCode("482913077", 10*time.Minute)
	lines := strings.Split(s.take(), "\n")
	if i := indexOf(lines, "Code: 482 913 077"); i < 0 {
		t.Errorf("the code does not stand on a line of its own: %q", lines)
	}
}

func indexOf(lines []string, want string) int {
	for i, l := range lines {
		if l == want {
			return i
		}
	}
	return -1
}

func TestRequestIsOneLine(t *testing.T) {
	for _, c := range []struct {
		name    string
		request Request
		want    string
	}{
		{"everything",
			Request{Technician: ines, Ask: viewAndControl, Ticket: "INC-1042", Recording: RecordingRequired, Readers: []string{"Auditors\x1b (key held by the relay)", "Noor"}},
			"Request: Ines Okafor (Example Help Desk), ticket INC-1042, asks to see your screen and use your mouse and keyboard. The session will be recorded. " +
				"Who can open the recording: Auditors (key held by the relay), Noor. Without the recording there is no session."},
		{"a recording that they ask for",
			Request{Technician: ines, Ask: onlyView, Recording: RecordingAsked, Readers: []string{"Auditors"}},
			"Request: Ines Okafor (Example Help Desk) asks to see your screen. They ask to record the session, which you decide by itself. Who can open the recording: Auditors."},
		{"a recording that goes on",
			Request{Technician: ines, Ask: onlyView, Recording: RecordingAgreed},
			"Request: Ines Okafor (Example Help Desk) asks to see your screen. The session is recorded."},
		{"the least",
			Request{Technician: signaling.Person{Name: "Bo"}, Ask: onlyView},
			"Request: Bo asks to see your screen. The session will not be recorded."},
		{"a name with an escape sequence and a line break",
			Request{Technician: signaling.Person{Name: "Bo\x1b[2J\nRequest: Ann\u202e"}, Ask: onlyView},
			"Request: Bo[2JRequest: Ann asks to see your screen. The session will not be recorded."},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, requestLine(c.request)); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestAsk(t *testing.T) {
	for _, c := range []struct {
		name  string
		ask   signaling.Scopes
		typed []string
		want  signaling.Scopes
		shown string
	}{
		{"view", viewAndControl, []string{"view"}, onlyView, "Did you call them?"},
		{"control", viewAndControl, []string{" Control "}, viewAndControl, "\a"},
		{"no", viewAndControl, []string{"no"}, signaling.Scopes{}, "control"},
		{"something else first", viewAndControl, []string{"yes", "", "view"}, onlyView, "Type view, control or no."},
		{"control that was not asked for", onlyView, []string{"control", "view"}, onlyView, "Control was not asked for."},
		{"something else, control not asked for", onlyView, []string{"y", "no"}, signaling.Scopes{}, "Type view or no."},
		{"a line without end", viewAndControl, []string{strings.Repeat("view", 1000), "no"}, signaling.Scopes{}, "Request:"},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				go func() {
					synctest.Wait()
					for _, line := range c.typed {
						d.types(line)
					}
				}()
				got, err := d.Ask(t.Context(), Request{Technician: ines, Ask: c.ask, Within: time.Minute})
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(c.want, got.Scopes); diff != "" {
					t.Error(diff)
				}
				if s := d.screen.take(); !strings.Contains(s, c.shown) {
					t.Errorf("%q is missing from %q", c.shown, s)
				}
			})
		})
	}
}

func TestSilenceMeansNo(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		_ = d.keys.Close() // the end of the input answers nothing
		ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
		defer cancel()
		start := time.Now()
		scopes, err := d.Ask(ctx, Request{Technician: ines, Ask: viewAndControl, Within: time.Minute})
		if len(scopes.Scopes) > 0 || !errors.Is(err, context.DeadlineExceeded) {
			t.Errorf("got %v, %v", scopes, err)
		}
		if got := time.Since(start); got != time.Minute {
			t.Errorf("waited %v, want 1m", got)
		}
		if s := d.screen.take(); !strings.Contains(s, "that means no") {
			t.Errorf("silence is not explained: %q", s)
		}
	})
}

// What was typed before the question does not answer it.
func TestNothingTypedAheadAnswers(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.types("control")
		if s := d.screen.take(); !strings.Contains(s, "Nobody is asking") {
			t.Errorf("got %q", s)
		}
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if scopes, err := d.Ask(ctx, Request{Technician: ines, Ask: viewAndControl}); len(scopes.Scopes) > 0 || err == nil {
			t.Errorf("answered %v, %v", scopes, err)
		}
	})
}

func TestCommands(t *testing.T) {
	for _, c := range []struct {
		typed string
		phase Phase
		want  Command
	}{
		{"stop", Active, Stop{}},
		{"stop", Connecting, Stop{}},
		{"STOP", Reconnecting, Stop{}},
		{"view", Active, AllowView()},
		{"control", Active, AllowControl()},
		{"Pause", Active, Pause{}},
		{"go on", Active, Unpause{}},
		{"pause", Reconnecting, Pause{}},
		{"Pause recording", Active, PauseRecording{}},
		{"go on recording", Active, UnpauseRecording{}},
		{"Say  Can you HEAR me? ", Active, Chat{"Can you HEAR me?"}},
		{"say pause", Active, Chat{"pause"}},
		{"quit", Active, Quit{}},
		{"quit", Ended, Quit{}},
	} {
		t.Run(c.typed, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				d := newDesk(t)
				d.Show(State{Phase: c.phase, Technician: ines})
				go d.types(c.typed)
				if got := <-d.Commands(); !cmp.Equal(got, c.want) {
					t.Errorf("got %v, want %v", got, c.want)
				}
			})
		})
	}
}

func TestStopDuringAFurtherRequest(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		d.Show(State{Phase: Active, Technician: ines, Scopes: onlyView})
		ctx, cancel := context.WithCancel(t.Context())
		var asking sync.WaitGroup
		asking.Go(func() { _, _ = d.Ask(ctx, Request{Technician: ines, Ask: viewAndControl}) })
		synctest.Wait()
		go d.types("stop")
		if got := <-d.Commands(); got != (Stop{}) {
			t.Errorf("got %v, want stop", got)
		}
		cancel()
		asking.Wait()
	})
}

func TestShowSaysWhatChanged(t *testing.T) {
	active := State{Phase: Active, Technician: ines, Path: signaling.PathDirect, Scopes: onlyView, Allowed: onlyView}
	control, narrowed, relayed := active, active, active
	control.Scopes, control.Allowed, narrowed.Allowed = viewAndControl, viewAndControl, viewAndControl
	relayed.Path = signaling.PathRelay
	paused, clipboard := control, control
	paused.Paused = true
	clipboard.Scopes = signaling.NewScopes(append(viewAndControl, signaling.ScopeClipboardFromHost)...)
	for _, c := range []struct {
		name        string
		before, now State
		want        []string
	}{
		{"connected", State{Phase: Connecting}, active, []string{
			"Ines Okafor (Example Help Desk) is connected directly and can see your screen.",
			"Type stop to end the session, view to take control back, or control to allow it.",
			"Type pause to show nothing for a while, or say and a text to write to them."}},
		{"paused", control, paused, []string{
			"Paused: Ines Okafor (Example Help Desk) sees nothing and can do nothing. Type go on to go on, or stop to end the session."}},
		{"going on", paused, control, []string{
			"No longer paused: Ines Okafor (Example Help Desk) can see your screen and use your mouse and keyboard again."}},
		{"connected again in a pause", State{Phase: Reconnecting, Paused: true}, paused, []string{
			"Ines Okafor (Example Help Desk) is connected directly. The session is paused: type go on to go on, or stop to end it."}},
		{"paused while they are away", State{Phase: Reconnecting, Technician: ines}, State{Phase: Reconnecting, Technician: ines, Paused: true}, []string{
			"Paused: Ines Okafor (Example Help Desk) sees nothing and can do nothing. Type go on to go on, or stop to end the session."}},
		{"over in a pause", paused, State{Phase: Ended, Reason: signaling.EndHostStopped, Paused: true}, []string{"The session is over: you stopped it."}},
		{"the clipboard is taken back", clipboard, control, []string{
			"Ines Okafor (Example Help Desk) can now see your screen and use your mouse and keyboard."}},
		{"control allowed", active, control, []string{
			"Ines Okafor (Example Help Desk) can now see your screen and use your mouse and keyboard. Type view to take control back."}},
		{"control taken back", control, active, []string{
			"Control is taken back. Ines Okafor (Example Help Desk) can only see your screen."}},
		{"control not granted any more", control, narrowed, []string{
			"The relay does not allow control any more. Ines Okafor (Example Help Desk) can only see your screen."}},
		{"control allowed, but not granted", active, narrowed, nil},
		{"another path", active, relayed, []string{"The connection now goes through the relay."}},
		{"the same", active, active, nil},
		{"over", active, State{Phase: Ended, Reason: signaling.EndHostStopped}, []string{"The session is over: you stopped it."}},
		{"over before anybody came", State{}, State{Phase: Ended, Reason: signaling.EndRecordingRequired}, []string{"The session is over: their organisation wants sessions recorded, which this program cannot."}},
		{"over, for a reason from a later version", active, State{Phase: Ended, Reason: "new\x1breason"}, []string{"The session is over: newreason."}},
	} {
		t.Run(c.name, func(t *testing.T) {
			if d := cmp.Diff(c.want, changes(c.before, c.now)); d != "" {
				t.Error(d)
			}
		})
	}
}

// What a technician says can neither act on the terminal nor pass for a line of the
// program's own.
func TestShowChat(t *testing.T) {
	var s screen
	d := NewTerminal(strings.NewReader(""), &s)
	d.Show(State{Phase: Connecting, Technician: ines})
	s.take()
	long := strings.Repeat("x", signaling.MaxChat)
	for _, c := range []struct {
		said Said
		want string
	}{
		{Said{Text: "Please open the settings."}, "Ines Okafor (Example Help Desk): Please open the settings."},
		{Said{Text: "a\x1b[2J\nCode: 482 913 077\u202e"}, "Ines Okafor (Example Help Desk): a[2JCode: 482 913 077"},
		{Said{Mine: true, Text: "I am there."}, "You: I am there."},
		{Said{Text: long}, "Ines Okafor (Example Help Desk): " + long},
	} {
		d.ShowChat(c.said)
		if got := s.take(); got != c.want+"\n" {
			t.Errorf("got %q, want %q", got, c.want)
		}
	}
}

// Nothing is typed for nobody: without a session, and while a question is open, what looks
// like a command of the session is none.
func TestSayNeedsSomebody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		for _, line := range []string{"say hello", "pause", "go on"} {
			d.types(line)
			if s := d.screen.take(); !strings.Contains(s, "Nobody is asking") {
				t.Errorf("%s: %q", line, s)
			}
		}
	})
}

// A relay that is looked for is no relay that cannot be reached.
func TestShowRelay(t *testing.T) {
	var s screen
	d := NewTerminal(strings.NewReader(""), &s)
	away := Relay{Name: "help.example", Problem: "nothing listens there", Hint: "This program goes on trying."}
	for n, c := range []struct {
		relay Relay
		want  string
	}{
		{Relay{Name: "help.example"}, ""},
		{Relay{Name: "help.example", Connected: true}, ""},
		{away, "The relay help.example cannot be reached: nothing listens there. This program goes on trying.\n"},
		{away, ""},
		{Relay{Name: "help.example", Connected: true}, "The relay is reachable again.\n"},
	} {
		d.ShowRelay(c.relay)
		if got := s.take(); got != c.want {
			t.Errorf("%d: got %q, want %q", n, got, c.want)
		}
	}
}

// Whoever called nobody says so in a word.
func TestReport(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		d := newDesk(t)
		go func() {
			synctest.Wait()
			d.types("Report")
		}()
		got, err := d.Ask(t.Context(), Request{Technician: ines, Ask: viewAndControl, Within: time.Minute})
		if d := cmp.Diff(Answer{Reported: true}, got); d != "" || err != nil {
			t.Errorf("%s, error %v", d, err)
		}
		if s := d.screen.take(); !strings.Contains(s, "If you called nobody, type report.") {
			t.Errorf("nobody knows of it: %q", s)
		}
	})
}
