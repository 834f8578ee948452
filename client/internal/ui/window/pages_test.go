package window_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/client/internal/ui/window"
	"github.com/lendhand/lendhand/client/internal/ui/window/windowtest"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/problem"
)

var update = flag.Bool("update", false, "write the pages in testdata anew")

// pages is for who wants to see the pages drawn: TestPictures of a toolkit does.
var pages = flag.String("pages", "", "write the pages as JSON into this folder")

// states are all that the window can show, by the name of a file in testdata.
var states = map[string]func(*world){
	"start":        func(*world) {},
	"getting":      func(w *world) { w.ShowRelay(ui.Relay{Connected: true, Name: "help.example"}) },
	"code":         showCode,
	"late":         func(w *world) { showCode(w); time.Sleep(11 * time.Minute) },
	"copied":       func(w *world) { showCode(w); w.press("copy") },
	"wrong":        func(w *world) { showCode(w); w.open("12 34") },
	"opening":      func(w *world) { showCode(w); w.open("482-913-077"); w.command() },
	"awaited":      func(w *world) { w.Say(awaited("Ines Okafor (Example Help Desk)", "4711")) },
	"away":         func(w *world) { showCode(w); w.ShowRelay(away()) },
	"request":      func(w *world) { w.ask(w.t.Context(), photographed()) },
	"view-only":    func(w *world) { w.ask(w.t.Context(), viewOnly()) },
	"switched":     func(w *world) { w.ask(w.t.Context(), request()); w.turn("scope:files-to-host", true) },
	"too-soon":     func(w *world) { w.ask(w.t.Context(), request()); w.kit.Press(w.t, "yes-view") },
	"refused":      func(w *world) { w.ask(w.t.Context(), request()); w.press("no") },
	"silence":      func(w *world) { w.ask(w.t.Context(), request()); time.Sleep(61 * time.Second) },
	"withdrawn":    withdrawn,
	"connecting":   func(w *world) { w.enter(ui.State{Phase: ui.Connecting, Technician: ines}) },
	"control":      func(w *world) { w.enter(until(active())); time.Sleep(12 * time.Minute) },
	"view":         func(w *world) { w.enter(looking()) },
	"yielding":     func(w *world) { s := active(); s.Yielding = true; w.enter(s) },
	"record":       func(w *world) { w.ask(w.t.Context(), recording()) },
	"recorded":     func(w *world) { w.enter(recorded(signaling.RecordingOn)) },
	"held":         func(w *world) { w.enter(recorded(signaling.RecordingPaused)) },
	"stalled":      func(w *world) { w.enter(recorded(signaling.RecordingStalled)) },
	"unrecorded":   func(w *world) { w.enter(recorded(signaling.RecordingOff)) },
	"copy":         func(w *world) { w.enter(active()); w.Show(seen()) },
	"paused":       func(w *world) { s := active(); s.Paused = true; w.enter(s) },
	"broken":       func(w *world) { s := active(); s.Phase = ui.Reconnecting; w.enter(s) },
	"narrowed":     func(w *world) { s := looking(); s.Allowed = ui.AllowControl().Scopes; w.enter(s) },
	"alone":        func(w *world) { w.enter(active()); w.ShowRelay(away()) },
	"chat":         chatting,
	"hidden":       func(w *world) { w.enter(active()); w.press("hide"); w.ShowChat(ui.Said{Text: "Hello?"}) },
	"words":        func(w *world) { w.enter(unverified()) },
	"no-words":     func(w *world) { s := active(); s.Words.Missing = true; w.enter(s) },
	"again":        func(w *world) { w.enter(active()); w.ask(w.t.Context(), again()) },
	"ended":        func(w *world) { w.enter(active()); w.Show(over(signaling.EndHostStopped)) },
	"declined":     func(w *world) { w.ask(w.t.Context(), request()); w.press("no"); w.Show(over(signaling.EndDeclined)) },
	"reported":     func(w *world) { w.ask(w.t.Context(), request()); w.press("reported"); w.Show(over("reported")) },
	"distrust":     distrust,
	"findings":     findings,
	"untrusted":    func(w *world) { w.ShowRelay(untrusted()) },
	"give":         func(w *world) { w.give(giving()) },
	"give-wanted":  func(w *world) { r := giving(); r.Wanted = true; w.give(r) },
	"give-file":    func(w *world) { w.give(giving()); w.choose(printer) },
	"give-folder":  func(w *world) { w.give(giving()); w.choose("testdata") },
	"give-silence": func(w *world) { w.give(giving()); time.Sleep(61 * time.Second) },
	"choosing":     func(w *world) { w.give(giving()); w.press("choose") },
	"files":        func(w *world) { w.enter(files()); w.ShowFiles(moving()) },
	"files-over":   func(w *world) { w.enter(files()); w.ShowFiles(moving()); w.Show(over(signaling.EndHostStopped)) },
	"quit":         func(w *world) { w.enter(active()); w.press("quit") },
	"from-bar":     func(w *world) { w.enter(active()); w.press("hide"); w.press("chat") },
}

// recording is a question that asks for a recording by itself.
func recording() ui.Request {
	r := request()
	r.Ask, r.Recording = ui.AllowControl().Scopes, ui.RecordingAsked
	return r
}

func recorded(state signaling.RecordingState) ui.State {
	s := active()
	s.Recording, s.RecordingPausable, s.Readers = state, true, []string{"Auditors of Example"}
	return s
}

func seen() ui.State {
	s := over(signaling.EndHostStopped)
	s.Copy = "https://help.example/mine#s_1.token"
	return s
}

func showCode(w *world) {
	w.ShowRelay(ui.Relay{Connected: true, Name: "help.example"})
	w.ShowCode("482913077", 10*time.Minute)
}

func (w *world) open(typed string) {
	time.Sleep(settled)
	w.kit.Do(w.t, window.Press{ID: "invitation", Text: typed, Hand: ui.OwnHand})
}

func (w *world) turn(id string, on bool) {
	time.Sleep(settled)
	w.kit.Do(w.t, window.Press{ID: id, On: on, Hand: ui.OwnHand})
}

func awaited(who, ticket string) ui.Notice {
	return ui.Notice{
		Message: "Waiting for %s, ticket %s.", Args: []any{who, ticket},
		Hint: "They will ask you here before they see anything.",
	}
}

func away() ui.Relay {
	return ui.Relay{Name: "help.example", Problem: "it does not answer", Hint: "This program goes on trying."}
}

func untrusted() ui.Relay {
	return ui.Relay{Name: "help.example", Problem: "the certificate of help.example is not trusted", Hint: "Ask for another program."}
}

func photographed() ui.Request {
	r := request()
	r.Photo = []byte("a picture")
	return r
}

func viewOnly() ui.Request {
	return ui.Request{Technician: signaling.Person{ID: "u_2", Name: "Bo"}, Ask: ui.AllowView().Scopes, Within: time.Minute}
}

func withdrawn(w *world) {
	ctx, cancel := context.WithCancelCause(w.t.Context())
	w.ask(ctx, request())
	cancel(errWithdrawn)
}

func until(s ui.State) ui.State {
	s.Until = time.Now().Add(2 * time.Hour)
	return s
}

func looking() ui.State {
	s := active()
	s.Scopes, s.Allowed = ui.AllowView().Scopes, ui.AllowView().Scopes
	return s
}

func chatting(w *world) {
	w.enter(active())
	w.ShowChat(ui.Said{Text: "Which program is it?"})
	w.ShowChat(ui.Said{Mine: true, Text: "The one for letters."})
}

func unverified() ui.State {
	s := looking()
	s.Allowed = ui.AllowControl().Scopes
	s.Words = ui.Words{List: fourWords, Required: true, Theirs: signaling.WordsSame}
	return s
}

func again() ui.Request {
	return ui.Request{Technician: ines, Ask: ui.AllowControl().Scopes, Again: 30 * time.Minute, Within: time.Minute}
}

func over(reason signaling.EndReason) ui.State {
	return ui.State{Phase: ui.Ended, Technician: ines, Reason: reason}
}

func distrust(w *world) {
	w.enter(unverified())
	w.Say(ui.Notice{
		Message: "The words differ: somebody may be between you and the technician.",
		Hint:    "The session is ended. Speak with the technician by another way before you start a new one.",
	})
	w.Show(over(signaling.EndWordsDiffer))
}

// Each state's page and bar are as they are in testdata: `go test -update` writes them.
func TestPages(t *testing.T) {
	t.Setenv("TZ", "UTC")
	for name, state := range states {
		t.Run(name, func(t *testing.T) { in(t, nil, func(w *world) { w.golden(name, state) }) })
	}
}

func findings(w *world) {
	w.ShowFindings([]checkup.Finding{
		checkup.Found("screen", "1920 × 1080 pixels"),
		checkup.Failed("control", errors.New("no XTEST")),
		checkup.Failed("light", problem.New("the lamp is broken", "Buy another one.")),
	})
}

func (w *world) golden(name string, state func(*world)) {
	t := w.t
	state(w)
	w.command()
	got := []byte(windowtest.Render(w.kit.Page(), w.kit.Bar()))
	if *pages != "" {
		w.keep(filepath.Join(*pages, name+".json"))
	}
	path := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(path, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, want) {
		t.Error(cmp.Diff(string(want), string(got)))
	}
}

// keep writes what is shown for another program.
func (w *world) keep(path string) {
	page, bar := w.kit.Page(), w.kit.Bar()
	data, err := json.Marshal(map[string]any{"Page": page, "Bar": bar, "NoBar": bar == nil})
	if err == nil {
		err = os.WriteFile(path, data, 0o600)
	}
	if err != nil {
		w.t.Fatal(err)
	}
}
