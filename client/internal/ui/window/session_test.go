package window_test

import (
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/signaling"
)

func TestCommands(t *testing.T) {
	paused, reconnecting := active(), active()
	paused.Paused = true
	reconnecting.Phase = ui.Reconnecting
	withFiles := active()
	withFiles.Allowed = signaling.NewScopes(signaling.ScopeView, signaling.ScopeControl, signaling.ScopeFilesToHost)
	for _, c := range []struct {
		name  string
		state ui.State
		press window.Press
		want  ui.Command
	}{
		{"stop", active(), window.Press{ID: "stop"}, ui.Stop{}},
		{"stop in a pause", paused, window.Press{ID: "stop"}, ui.Stop{}},
		{"stop without a connection", reconnecting, window.Press{ID: "stop"}, ui.Stop{}},
		{"pause", active(), window.Press{ID: "pause"}, ui.Pause{}},
		{"go on", paused, window.Press{ID: "unpause"}, ui.Unpause{Own: true}},
		{"take back", withFiles, window.Press{ID: "take-back"}, ui.AllowView()},
		{"allow control", looking(), window.Press{ID: "allow-control"}, ui.AllowControl()},
		{"allow files too", active(), window.Press{ID: "scope:files-to-host", On: true}, ui.Allow{Scopes: withFiles.Allowed}},
		{"no files any more", withFiles, window.Press{ID: "scope:files-to-host"}, ui.AllowControl()},
		{"the words are the same", unverified(), window.Press{ID: "words-same"}, ui.WordsSame{}},
		{"the words differ", unverified(), window.Press{ID: "words-differ"}, ui.WordsDiffer{}},
		{"write", active(), window.Press{ID: "chat-text", Text: " Hello\u202e!\n"}, ui.Chat{Text: "Hello!"}},
		{"write nothing", active(), window.Press{ID: "chat-text", Text: " \t"}, nil},
		{"write too much", active(), window.Press{ID: "chat-text", Text: strings.Repeat("é", 1001)}, nil},
	} {
		t.Run(c.name, func(t *testing.T) {
			in(t, nil, func(w *world) {
				w.enter(c.state)
				w.idle()
				c.press.Hand = ui.OwnHand
				w.kit.Do(t, c.press)
				if d := cmp.Diff(c.want, w.command()); d != "" {
					t.Error(d)
				}
			})
		})
	}
}

// What ends the session waits neither for the page to settle nor for what was wanted
// before.
func TestStopWaitsForNothing(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		w.kit.Do(t, window.Press{ID: "chat-text", Text: "one", Hand: ui.OwnHand})
		w.kit.Do(t, window.Press{ID: "pause", Hand: ui.OwnHand})
		w.kit.Press(t, "stop")
		if d := cmp.Diff(ui.Command(ui.Stop{}), w.command()); d != "" {
			t.Error(d)
		}
		if c := w.command(); c != nil {
			t.Errorf("%#v comes after the end", c)
		}
	})
}

// A program that does not listen has a bounded number of wishes to hear.
func TestWishesAreBounded(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		for range 100 {
			w.kit.Do(t, window.Press{ID: "chat-text", Text: "Hello", Hand: ui.OwnHand})
		}
		n := 0
		for w.command() != nil {
			n++
		}
		if n != 32 {
			t.Errorf("%d wishes were kept", n)
		}
	})
}

// Closing the window does what is safest for where the session stands.
func TestClosing(t *testing.T) {
	for name, want := range map[string]ui.Command{"code": ui.Quit{}, "ended": ui.Quit{}, "away": ui.Quit{}, "awaited": ui.Quit{}} {
		in(t, nil, func(w *world) {
			states[name](w)
			w.command()
			w.press(window.Close)
			if d := cmp.Diff(want, w.command()); d != "" {
				t.Errorf("%s: %s", name, d)
			}
		})
	}
	t.Run("in a session", func(t *testing.T) {
		in(t, nil, func(w *world) {
			w.enter(active())
			w.press(w.kit.Page().Escape)
			if c := w.command(); c != nil || !w.kit.Page().Hidden || w.kit.Bar() == nil {
				t.Errorf("%#v, hidden %v, bar %v", c, w.kit.Page().Hidden, w.kit.Bar())
			}
			before := w.kit.Attended()
			w.press("chat")
			if p := w.kit.Page(); p.Hidden || p.Focus != "chat-text" || w.kit.Attended() != before+1 {
				t.Errorf("hidden %v, keyboard on %q", p.Hidden, p.Focus)
			}
		})
	})
	t.Run("with a question", func(t *testing.T) {
		in(t, nil, func(w *world) {
			answers := w.ask(w.t.Context(), request())
			w.press(w.kit.Page().Escape)
			if a := <-answers; len(a.Scopes) > 0 || a.Reported || a.err != nil {
				t.Errorf("%v", a)
			}
		})
	})
	t.Run("the program, in a session", func(t *testing.T) {
		in(t, nil, func(w *world) {
			w.enter(active())
			w.press("quit")
			w.press("quit-no")
			if c := w.command(); c != nil || w.page() != "session" {
				t.Errorf("%#v on %q", c, w.page())
			}
			w.press("quit")
			w.press("quit-yes")
			if d := cmp.Diff(ui.Command(ui.Quit{}), w.command()); d != "" {
				t.Error(d)
			}
		})
	})
}

// A key that does not stop the session any more is not said to.
func TestTheKeyIsTakenBack(t *testing.T) {
	in(t, nil, func(w *world) {
		w.enter(active())
		if !w.has("key") {
			t.Fatal("there is no key")
		}
		w.Say(ui.Notice{Message: "%s does not stop the session on this desktop.", Args: []any{"Ctrl+Alt+End"}})
		if w.has("key") {
			t.Error("it is still said to stop")
		}
	})
}

// A window that was sent away comes back for what must be seen.
func TestHiddenWindowComesBack(t *testing.T) {
	for name, happens := range map[string]func(*world){
		"a question": func(w *world) { w.ask(w.t.Context(), again()) },
		"a notice":   func(w *world) { w.Say(ui.Notice{Message: "Control was not asked for."}) },
		"the end":    func(w *world) { w.Show(over(signaling.EndTimeLimit)) },
		"the words":  func(w *world) { w.Show(unverified()) },
		"a press on the bar that does not count": func(w *world) {
			s := active()
			s.Paused = true
			w.Show(s)
			w.kit.Press(w.t, "unpause")
			synctest.Wait()
		},
	} {
		in(t, nil, func(w *world) {
			w.enter(active())
			w.press("hide")
			before := w.kit.Attended()
			happens(w)
			if w.kit.Page().Hidden || w.kit.Attended() != before+1 {
				t.Errorf("%s: hidden %v, attended %d times", name, w.kit.Page().Hidden, w.kit.Attended()-before)
			}
		})
	}
}

// The countdown of a code ends with the code, and a newer one begins it anew.
func TestCodeCountsDown(t *testing.T) {
	in(t, nil, func(w *world) {
		showCode(w)
		time.Sleep(9*time.Minute + 30*time.Second)
		synctest.Wait()
		if d := cmp.Diff("You get a new code in 30 seconds.", w.text("life")); d != "" {
			t.Error(d)
		}
		w.ShowCode("111222333", 10*time.Minute)
		if e, _ := w.kit.Element("life-bar"); e.Part != 1 || w.text("code") != "111 222 333" {
			t.Errorf("%+v", e)
		}
	})
}

// A page that stays as it is, is shown once.
func TestNothingIsShownTwice(t *testing.T) {
	in(t, nil, func(w *world) {
		w.ShowRelay(away())
		before := w.kit.Shown()
		time.Sleep(time.Hour)
		w.ShowRelay(away())
		if n := w.kit.Shown() - before; n != 0 {
			t.Errorf("shown %d times", n)
		}
	})
}

// The code is read aloud in its groups, and copied, when that is asked for.
func TestCodeIsSpokenAndCopied(t *testing.T) {
	in(t, nil, func(w *world) {
		showCode(w)
		w.press("speak")
		w.press("copy")
		if d := cmp.Diff([]string{"en: Your code: 4 8 2, 9 1 3, 0 7 7", "482 913 077"}, []string{w.kit.Spoken(), w.kit.Copied()}); d != "" {
			t.Error(d)
		}
	})
	in(t, func(c *window.Config) { c.Speaker = nil }, func(w *world) {
		showCode(w)
		if w.has("speak") {
			t.Error("a window that nothing can speak for offers it")
		}
	})
}

// A code that is used, or that another has replaced, is not read to its end.
func TestReadingEndsWithTheCode(t *testing.T) {
	for name, then := range map[string]func(*world){
		"somebody asks":  func(w *world) { w.ask(w.t.Context(), request()) },
		"another code":   func(w *world) { w.ShowCode("111222333", 10*time.Minute) },
		"no connection":  func(w *world) { w.ShowRelay(away()) },
		"the same again": showCode,
	} {
		in(t, nil, func(w *world) {
			showCode(w)
			w.press("speak")
			then(w)
			if goes := w.kit.Spoken() != ""; goes != (name == "the same again") {
				t.Errorf("%s: reading goes on: %v", name, goes)
			}
		})
	}
}

func TestInvitationIsOpened(t *testing.T) {
	in(t, nil, func(w *world) {
		showCode(w)
		w.open("482-913 077")
		if d := cmp.Diff(ui.Command(ui.Open{Code: "482913077"}), w.command()); d != "" {
			t.Error(d)
		}
		w.Say(ui.Notice{Message: "That invitation is not valid.", Hint: "Compare the nine digits, or read out the code that is shown."})
		showCode(w)
		if got := w.text("told"); !strings.HasPrefix(got, "That number is not valid.") {
			t.Errorf("the person reads %q", got)
		}
	})
}

// A bar that cannot be kept in sight ends the session.
func TestBarLost(t *testing.T) {
	in(t, nil, func(w *world) {
		showCode(w)
		w.kit.Do(t, window.Press{ID: window.BarLost})
		if c := w.command(); c != nil {
			t.Errorf("%#v without a bar", c)
		}
		w.enter(active())
		w.kit.Do(t, window.Press{ID: window.BarLost})
		if d := cmp.Diff(ui.Command(ui.Hidden{}), w.command()); d != "" {
			t.Error(d)
		}
	})
}

// What keeps the program from going on is shown until the person closes it.
func TestShowProblem(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kit := windowtest.New()
		w, err := window.New(config(t, kit))
		if err != nil {
			t.Fatal(err)
		}
		done := make(chan struct{})
		go func() {
			defer close(done)
			w.ShowProblem(t.Context(), "there is no desktop to share", "Start it in a desktop session.")
		}()
		time.Sleep(settled)
		synctest.Wait()
		if p := kit.Page(); p.ID != "fatal" {
			t.Errorf("%q is shown", p.ID)
		}
		kit.Press(t, "quit")
		<-done
	})
}

func TestConfigIsChecked(t *testing.T) {
	for name, c := range map[string]window.Config{
		"no toolkit":  {Language: english(t), Relay: "help.example"},
		"no language": {Toolkit: windowtest.New(), Relay: "help.example"},
		"no relay":    {Toolkit: windowtest.New(), Language: english(t)},
	} {
		if _, err := window.New(c); err == nil {
			t.Errorf("%s: a window was made", name)
		}
	}
}
