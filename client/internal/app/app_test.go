package app

import (
	"context"
	"crypto/tls"
	"fmt"
	"image"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/input"
	fakeinput "github.com/lendhand/lendhand/client/internal/input/fake"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/preflight"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/checkup"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/problem"
)

// The main job: view, nothing moves; control, it does; stop in mid-drag, and all is
// let go.
func TestSession(t *testing.T) {
	w := newWorld(t)
	tech := w.request(viewAndControl)
	request := receive(t, "request", w.person.requests)
	want := ui.Request{Technician: ines, Ask: viewAndControl, Ticket: "INC-1042", Within: time.Minute}
	if d := cmp.Diff(want, request); d != "" {
		t.Error(d)
	}
	if n := len(w.machine.screens); n != 1 {
		t.Errorf("the screen was opened %d times before the answer, want once at the start", n)
	}
	w.person.answers <- onlyView
	tech.granted = fromRelay[*signaling.Granted](tech)
	tech.offer(tech.granted.Grant)
	active := w.person.waitPhase(t, ui.Active)
	if since := time.Since(active.Since); since < 0 || since > time.Minute {
		t.Errorf("somebody is there for %s", since)
	}
	active.Since = time.Time{}
	if d := cmp.Diff(ui.State{Phase: ui.Active, Technician: ines, Path: signaling.PathDirect, Scopes: onlyView, Allowed: onlyView}, active); d != "" {
		t.Error(d)
	}
	if info, err := fakecodec.Parse(tech.WaitFrame()); err != nil || !info.KeyFrame || info.Size != desktop.Size() {
		t.Errorf("first picture %+v, %v", info, err)
	}
	screen := *peertest.Wait[*signaling.Screen](tech.Technician)
	if screen.Width != 64 || screen.Height != 48 || screen.Number != 1 {
		t.Errorf("screen %+v", screen)
	}

	// While only viewing, input does nothing, and the technician is told.
	tech.types(1, holding("KeyA"), press("KeyA"))
	if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeScopeMissing {
		t.Errorf("got %+v, want scope_missing", m)
	}
	if n := w.machine.acts.Load(); n != 0 {
		t.Errorf("%d acts without control", n)
	}

	w.person.commands <- ui.AllowControl()
	tech.waitScopes(viewAndControl)
	tech.types(2, holding(), press("KeyH"), loosen("KeyH"), press("KeyI"), loosen("KeyI"))
	if got := w.machine.typed(); got != "hi" {
		t.Errorf("typed %q, want %q", got, "hi")
	}
	w.machine.log()
	tech.types(6, signaling.Held{Keys: []string{"ShiftLeft"}, Buttons: 1}, press("ShiftLeft"),
		&signaling.ButtonEvent{Button: 0, Down: true, X: 10, Y: 20})
	tech.Send(signaling.ChannelPointer, &signaling.Pointer{Sequence: 1, After: 7, X: 30, Y: 40})
	eventually(t, "the pointer moves", func() bool {
		var p image.Point
		w.machine.with(func(i *fakeinput.Injector) { p = i.Pointer() })
		return p == image.Pt(130, 90)
	})

	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndHostStopped {
		t.Errorf("the person reads %q", got)
	}
	log := w.machine.log()
	if d := cmp.Diff([]string{"key ShiftLeft up", "button 0 up"}, log[len(log)-2:]); d != "" {
		t.Error(d)
	}
	receive(t, "code of the next session", w.person.codes)
	w.checkEvents("code", "request", "granted", "connected", "granted", "stopped", "code")
}

// checkEvents compares the events in the file.
func (w *world) checkEvents(want ...string) {
	w.t.Helper()
	data, err := os.ReadFile(w.events)
	if err != nil {
		w.t.Fatal(err)
	}
	var got []string
	for line := range strings.Lines(string(data)) {
		_, rest, _ := strings.Cut(line, `"event":"`)
		name, _, _ := strings.Cut(rest, `"`)
		got = append(got, name)
	}
	if d := cmp.Diff(want, got); d != "" {
		w.t.Error(d)
	}
}

func TestNo(t *testing.T) {
	w := newWorld(t)
	tech := w.request(viewAndControl)
	receive(t, "request", w.person.requests)
	w.person.answers <- signaling.Scopes{}
	if got := fromEnd(tech); got != signaling.EndDeclined {
		t.Errorf("ended with %q", got)
	}
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndDeclined {
		t.Errorf("the person reads %q", got)
	}
	receive(t, "another code", w.person.codes)
	if n := len(w.machine.screens); n != 1 {
		t.Errorf("the screen was opened %d times, want only at the start", n)
	}
}

// fromEnd waits for the relay's Ended.
func fromEnd(tech *technician) signaling.EndReason {
	tech.w.t.Helper()
	for {
		if m, ok := receive(tech.w.t, "end", tech.client.Messages()).(*signaling.Ended); ok {
			return m.Reason
		}
	}
}

// The host checks the relay's word for itself.
func TestForeignGrants(t *testing.T) {
	for _, c := range []struct {
		name  string
		alter func(*grant.Grant)
	}{
		{"of another session", func(g *grant.Grant) { g.SessionID = "s_other" }},
		{"of another technician", func(g *grant.Grant) { g.Subject = "u_other" }},
		{"of another certificate", func(g *grant.Grant) { g.Fingerprint = strings.Repeat("A", 10) }},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			tech := w.request(viewAndControl)
			w.letIn(tech, viewAndControl)
			tech.send(&signaling.Offer{SDP: tech.Offer(false), Grant: w.forge(tech, c.alter)})
			if got := fromEnd(tech); got != signaling.EndGrantInvalid {
				t.Errorf("ended with %q, want %q", got, signaling.EndGrantInvalid)
			}
			if n := len(w.machine.screens); n != 1 {
				t.Errorf("the screen was opened %d times, want only at the start", n)
			}
		})
	}
}

// forge signs a grant with the relay's key.
func (w *world) forge(tech *technician, alter func(*grant.Grant)) string {
	w.t.Helper()
	g := grant.Grant{Subject: ines.ID, SessionID: tech.session, Scopes: viewAndControl, Fingerprint: tech.Fingerprint}
	alter(&g)
	token, _, err := w.issuer.Issue(g)
	if err != nil {
		w.t.Fatal(err)
	}
	return token
}

// The person says control, the grant does not: the host refuses the input.
func TestGrantWithoutControl(t *testing.T) {
	w := newWorld(t)
	tech := w.request(viewAndControl)
	w.letIn(tech, viewAndControl)
	tech.offer(w.forge(tech, func(g *grant.Grant) { g.Scopes = onlyView }))
	w.person.waitPhase(t, ui.Active)
	tech.WaitFrame()
	tech.types(1, holding("KeyA"), press("KeyA"))
	if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeScopeMissing {
		t.Errorf("got %+v, want scope_missing", m)
	}
	if n := w.machine.acts.Load(); n != 0 {
		t.Errorf("%d acts without a grant", n)
	}

	// A wrong grant changes nothing; a right one, and the person's word holds.
	tech.Send(signaling.ChannelControl, &signaling.Present{Grant: w.forge(tech, func(g *grant.Grant) { g.SessionID = "s_other" })})
	if m := peertest.WaitFor(tech.Technician, func(m *signaling.Error) bool { return m.Code != signaling.CodeScopeMissing }); m.Code != signaling.CodeGrantInvalid {
		t.Errorf("got %+v, want grant_invalid", m)
	}
	tech.Send(signaling.ChannelControl, &signaling.Present{Grant: w.forge(tech, func(*grant.Grant) {})})
	tech.waitScopes(viewAndControl)
	tech.types(2, holding(), press("KeyB"), loosen("KeyB"))
	if got := w.machine.typed(); got != "b" {
		t.Errorf("typed %q, want only %q", got, "b")
	}
	w.person.waitScopes(t, viewAndControl)

	// A narrower one takes control away, and it is not the person who does that.
	tech.Send(signaling.ChannelControl, &signaling.Present{Grant: w.forge(tech, func(g *grant.Grant) { g.Scopes = onlyView })})
	if s := w.person.waitScopes(t, onlyView); !s.Allowed.Has(signaling.ScopeControl) {
		t.Errorf("the person reads that they allow %v", s.Allowed)
	}
}

// waitScopes waits until the person is shown what the technician may do.
func (p *person) waitScopes(t *testing.T, want signaling.Scopes) ui.State {
	t.Helper()
	for {
		if s := receive(t, "state", p.states); slices.Equal(s.Scopes, want) {
			return s
		}
	}
}

// Control that is taken back in mid-drag lets the button go at once, and the session
// goes on.
func TestControlTakenBackMidDrag(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.types(1, signaling.Held{Buttons: 1}, &signaling.ButtonEvent{Button: 0, Down: true, X: 1, Y: 1})
	if w.machine.held() != 1 {
		t.Fatal("the button is not down")
	}
	start := time.Now()
	w.person.commands <- ui.AllowView()
	tech.waitScopes(onlyView)
	eventually(t, "nothing is down", func() bool { return w.machine.held() == 0 })
	if d := time.Since(start); d > atOnce {
		t.Errorf("the button was down for %v", d) // silence would let it go too, after signaling.HoldFor
	}
	w.machine.log()
	tech.types(2, signaling.Held{}, press("KeyA"), loosen("KeyA"))
	if log := w.machine.log(); len(log) > 0 {
		t.Errorf("after control was taken back: %v", log)
	}
	w.machine.screen().Fill(0, image.Rect(0, 0, 9, 9), 0xff00ff)
	eventually(t, "the picture goes on", func() bool {
		info, err := fakecodec.Parse(tech.WaitFrame())
		return err == nil && info.First == [3]byte{0xff, 0x00, 0xff}
	})
}

// No act of any kind follows the stop, however much input is under way.
func TestNothingAfterStop(t *testing.T) {
	w := newWorld(t)
	w.machine.slow = time.Millisecond
	tech := w.session(viewAndControl, viewAndControl)
	var events signaling.Events
	for range 100 {
		events = append(events, press("KeyA"), loosen("KeyA"))
	}
	tech.Send(signaling.ChannelInput, &signaling.Input{First: 1, Events: events, Held: holding("KeyA")})
	eventually(t, "input flows", func() bool { return w.machine.acts.Load() > 10 })
	w.person.commands <- ui.Stop{}
	w.person.waitPhase(t, ui.Ended)
	n := w.machine.acts.Load()
	if n >= 200 {
		t.Fatalf("all %d acts were done before the stop", n)
	}
	tech.waitEnded(signaling.EndHostStopped)
	time.Sleep(50 * time.Millisecond)
	if later := w.machine.acts.Load(); later != n {
		t.Errorf("%d acts after the stop", later-n)
	}
}

func TestHostileTechnician(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	tech.SendRaw(signaling.ChannelControl, `{"type":"permissions","scopes":["view","control"]}`)
	tech.waitEnded(signaling.EndError)
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndError {
		t.Errorf("the person reads %q", got)
	}
}

func TestTechnicianStops(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	tech.Send(signaling.ChannelControl, &signaling.End{Reason: signaling.EndTechnicianStopped})
	tech.send(&signaling.End{Reason: signaling.EndTechnicianStopped})
	if got := w.person.waitPhase(t, ui.Ended).Reason; got != signaling.EndTechnicianStopped {
		t.Errorf("the person reads %q", got)
	}
	receive(t, "code of the next session", w.person.codes)
}

func TestScreenLost(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	w.machine.screen().Disconnect()
	tech.waitEnded(signaling.EndScreenLost)
	w.person.waitPhase(t, ui.Ended)
}

// While the person is asked for more, the technician's hands cannot answer.
func TestFurtherRequest(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.send(&signaling.Ask{Ask: viewAndControl})
	receive(t, "request", w.person.requests)
	tech.waitScopes(onlyView)
	tech.types(1, holding(), press("Enter"), loosen("Enter"))
	if n := w.machine.acts.Load(); n != 0 {
		t.Errorf("%d acts while the person was asked", n)
	}
	w.person.answers <- viewAndControl
	tech.waitScopes(viewAndControl)
	tech.types(3, holding(), press("KeyC"), loosen("KeyC"))
	if got := w.machine.typed(); got != "c" {
		t.Errorf("typed %q, want %q", got, "c")
	}
}

func TestControlThatWasNotAskedFor(t *testing.T) {
	w := newWorld(t)
	tech := w.session(onlyView, onlyView)
	w.person.commands <- ui.AllowControl()
	if s := receive(t, "word", w.person.said); !strings.Contains(s, "not asked for") {
		t.Errorf("the person reads %q", s)
	}
	tech.types(1, holding(), press("KeyA"))
	if n := w.machine.acts.Load(); n != 0 {
		t.Errorf("%d acts", n)
	}
}

// A session from machine to machine survives a restart of the relay.
func TestRelayRestarts(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	w.restartRelay()
	if s := receive(t, "word", w.person.said); !strings.Contains(s, "cannot be reached") {
		t.Errorf("the person reads %q", s)
	}
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q, want %q", got, "a")
	}
	if s := receive(t, "word", w.person.said); !strings.Contains(s, "reachable again") {
		t.Errorf("the person reads %q", s)
	}
	w.person.commands <- ui.Stop{}
	tech.waitEnded(signaling.EndHostStopped)
	receive(t, "code of the next session", w.person.codes)
}

func TestIceRestart(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.send(&signaling.Offer{SDP: tech.Offer(true), Grant: tech.granted.Grant}) // which takes the path away
	tech.Accept(peertest.Wait[*signaling.Answer](tech.Technician).SDP)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q, want %q", got, "a")
	}
}

// An offer to restart a connection that works, which a silence of the network has held up,
// takes nothing away: it is not answered, and its candidates are not used.
func TestLateRestart(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	fresh := regexp.MustCompile(`(?m)^a=ice-(ufrag|pwd):.*$`).ReplaceAllString(tech.Offer(false), "a=ice-${1}:0123456789abcdef01234567\r")
	tech.send(&signaling.Offer{SDP: fresh, Grant: tech.granted.Grant})
	tech.send(&signaling.Candidate{Candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host"})
	time.Sleep(2 * provedWithin)
	tech.types(1, holding(), press("KeyA"), loosen("KeyA"))
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q, want %q", got, "a")
	}
	for len(tech.Messages) > 0 {
		if m, ok := (<-tech.Messages).Message.(*signaling.Answer); ok {
			t.Errorf("it was answered: %.20q", m.SDP)
		}
	}
}

// Whoever closes a channel while the rest goes on sees and does nothing more, as the
// person reads, until there is another connection.
func TestClosedChannelEndsTheConnection(t *testing.T) {
	for _, channel := range signaling.Channels() {
		if channel.ID == signaling.ChannelTile {
			continue // see TestSessionOutlivesTheTileChannel
		}
		t.Run(channel.Label, func(t *testing.T) {
			w := newWorld(t)
			tech := w.session(viewAndControl, viewAndControl)
			tech.types(1, holding("ShiftLeft"), press("ShiftLeft"))
			defer w.machine.moves()()
			tech.CloseChannel(channel.ID)
			w.person.waitPhase(t, ui.Reconnecting)
			eventually(t, "nothing is down", func() bool { return w.machine.held() == 0 })
			eventually(t, "the connection ends", tech.gone)
			acts := w.machine.acts.Load()
			time.Sleep(100 * time.Millisecond) // what was on the way arrives
			for len(tech.Frames) > 0 {
				<-tech.Frames
			}
			time.Sleep(200 * time.Millisecond)
			if n := len(tech.Frames); n > 0 {
				t.Errorf("%d pictures without a connection", n)
			}
			if n := w.machine.acts.Load() - acts; n > 0 {
				t.Errorf("%d acts without a connection", n)
			}
			w.person.commands <- ui.Stop{}
			w.person.waitPhase(t, ui.Ended)
		})
	}
}

// gone reports whether the host has closed the connection.
func (tech *technician) gone() bool {
	select {
	case <-tech.Gone:
		return true
	default:
		return false
	}
}

// The browser is closed while a key is down: the key goes up, and the technician can
// come back with the page loaded anew, to a session without a new code.
func TestBrowserIsClosedAndComesBack(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.types(1, holding("ShiftLeft"), press("ShiftLeft"))
	start := time.Now()
	before := tech.Technician
	before.Close()
	eventually(t, "nothing is down", func() bool { return w.machine.held() == 0 })
	if d := time.Since(start); d > atOnce {
		t.Errorf("the key was down for %v", d) // silence would let it go too, after signaling.HoldFor
	}
	w.person.waitPhase(t, ui.Reconnecting)

	page := before.Reload()
	tech.send(&signaling.Offer{SDP: page.Offer(false), Grant: tech.granted.Grant})
	page.Accept(peertest.Wait[*signaling.Answer](before).SDP)
	page.WaitOpen()
	w.person.waitPhase(t, ui.Active)
	if info, err := fakecodec.Parse(page.WaitFrame()); err != nil || !info.KeyFrame {
		t.Errorf("first picture %+v, %v", info, err)
	}
	if n := len(w.machine.screens); n != 2 {
		t.Errorf("the screen was opened %d times, want once at the start and once for the session", n)
	}
	page.Send(signaling.ChannelInput, events(1, holding(), press("KeyA"), loosen("KeyA")))
	peertest.Wait[*signaling.InputAck](page)
	if got := w.machine.typed(); got != "a" {
		t.Errorf("typed %q, want %q", got, "a")
	}
	w.person.commands <- ui.Stop{}
	if got := peertest.Wait[*signaling.Ended](page).Reason; got != signaling.EndHostStopped {
		t.Errorf("ended with %q", got)
	}
}

func TestQuit(t *testing.T) {
	for name, quit := range map[string]func(*world){
		"by the person": func(w *world) { w.person.commands <- ui.Quit{} },
		"by a signal":   func(w *world) { w.stop() },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			tech := w.session(viewAndControl, viewAndControl)
			tech.types(1, holding("ShiftLeft"), press("ShiftLeft"))
			start := time.Now()
			quit(w)
			tech.waitEnded(signaling.EndHostQuit)
			err := receive(t, "end of the program", w.ended)
			if d := time.Since(start); err != nil || d > 2*time.Second {
				t.Errorf("ended after %v with %v", d, err)
			}
			w.ended <- err
		})
	}
}

func TestQuitWhileWaiting(t *testing.T) {
	w := newWorld(t)
	receive(t, "code", w.person.codes)
	w.person.commands <- ui.Quit{}
	err := receive(t, "end of the program", w.ended)
	if err != nil {
		t.Error(err)
	}
	w.ended <- err
	w.checkEvents("code")
}

func TestUntrustedCertificate(t *testing.T) {
	w := newWorld(t)
	for _, c := range []struct {
		trust *tls.Config
		hint  string
	}{
		{&tls.Config{}, "pass that with --ca"},
		{func() *tls.Config {
			c := w.trust()
			c.RootCAs = c.RootCAs.Clone()
			c.ServerName = "other.example"
			return c
		}(), "given with --ca"},
	} {
		err := w.newApp(c.trust).Run(t.Context())
		if err == nil || !strings.Contains(err.Error(), "not trusted") || !strings.Contains(problem.Hint(err), c.hint) {
			t.Errorf("got %v, hint %q", err, problem.Hint(err))
		}
	}
}

func TestRelayUnreachable(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	app := w.newApp(w.trust())
	w.server.Close()
	w.broker.Load().Close()
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- app.Run(ctx) }()
	for {
		s := receive(t, "word", w.person.said)
		if strings.Contains(s, "nothing listens there") && strings.Contains(s, "goes on trying") {
			break
		}
	}
	cancel()
	if err := receive(t, "end", ended); err != nil {
		t.Error(err)
	}
}

func TestNoDesktop(t *testing.T) {
	w := newWorld(t)
	config := w.newApp(w.trust()).config
	config.Preflight = examining(
		func() (capture.Source, error) { return nil, fmt.Errorf("open :9: %w", capture.ErrNoDisplay) },
		config.OpenInjector)
	app, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.Run(t.Context()); err == nil || !strings.Contains(err.Error(), "no desktop to share") || problem.Hint(err) == "" {
		t.Errorf("got %v, hint %q", err, problem.Hint(err))
	}
}

// A desktop that nobody can control from afar is shown all the same, and the person has
// read it before they read out the code.
func TestOnlyTheScreen(t *testing.T) {
	w := newRelayWorld(t, Limits{})
	config := w.newApp(w.trust()).config
	config.Preflight = examining(config.OpenScreen,
		func() (input.Injector, error) { return nil, fmt.Errorf("XTEST: %w", capture.ErrMissingExtension) })
	app, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	if err := app.preflight(t.Context()); err != nil {
		t.Fatal(err)
	}
	if found := receive(t, "findings", w.person.findings); checkup.Worst(found) != checkup.Bad {
		t.Errorf("the person reads %+v", found)
	}
	if diff := cmp.Diff(onlyView, app.config.Limits.Scopes); diff != "" {
		t.Error(diff)
	}
}

// examining is a preflight of the desktop alone.
func examining(screen func() (capture.Source, error), injector func() (input.Injector, error)) func(context.Context) preflight.Result {
	return func(ctx context.Context) preflight.Result {
		return preflight.Examine(ctx, preflight.Config{OpenScreen: screen, OpenInjector: injector})
	}
}
