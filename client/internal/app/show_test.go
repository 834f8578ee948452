package app

import (
	"crypto/ed25519"
	"image"
	"log/slog"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
	"github.com/lendhand/lendhand/signaling/grant"
	"github.com/lendhand/lendhand/signaling/settings"
)

// atOnce is how long a person may wait for the effect of what they say.
const atOnce = 500 * time.Millisecond

// viewer is a Sink that takes frames only as far as the test lets it.
type viewer struct {
	begun  atomic.Int64
	frames chan picture.Frame
}

func (v *viewer) WriteFrame(f picture.Frame) error {
	v.begun.Add(1)
	v.frames <- f
	return nil
}

func TestNoFrameBeginsWithoutPermission(t *testing.T) {
	gate, v := consent.NewGate(), &viewer{frames: make(chan picture.Frame, 3)}
	shown := &screening{gate: gate, sink: v}
	if err := shown.WriteFrame(picture.Frame{}); err == nil || v.begun.Load() != 0 {
		t.Errorf("before the yes: %d frames, error %v", v.begun.Load(), err)
	}
	later := time.Now().Add(time.Hour)
	gate.SetGrant(onlyView, later)
	gate.Allow(onlyView, later)
	if err := shown.WriteFrame(picture.Frame{}); err != nil || v.begun.Load() != 1 {
		t.Errorf("after the yes: %d frames, error %v", v.begun.Load(), err)
	}
	gate.Revoke()
	if err := shown.WriteFrame(picture.Frame{}); err == nil || v.begun.Load() != 1 {
		t.Errorf("after the stop: %d frames, error %v", v.begun.Load()-1, err)
	}
}

// A technician who is away sees nothing, and begins with a key frame when they are back.
func TestNoFrameWhileAway(t *testing.T) {
	gate, v := consent.NewGate(), &viewer{frames: make(chan picture.Frame, 8)}
	defer gate.Revoke()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(onlyView, later)
	gate.Allow(onlyView, later)
	shown := &screening{gate: gate, sink: v}
	for n, c := range []struct{ away, key, want bool }{
		{false, false, true}, {true, false, false}, {true, true, false}, {false, false, false}, {false, true, true}, {false, false, true},
	} {
		if gate.Return(); c.away {
			gate.Leave()
		}
		before := v.begun.Load()
		must(t, shown.WriteFrame(picture.Frame{KeyFrame: c.key}))
		if got := v.begun.Load() > before; got != c.want {
			t.Errorf("frame %d was shown: %v, want %v", n, got, c.want)
		}
	}
}

// shown is a session that is shown to a viewer, while the test plays the relay.
type shown struct {
	*session
	wire    *wire
	person  *person
	machine *machine
	ended   chan struct{}
}

func newShown(t *testing.T, v picture.Sink) *shown {
	t.Helper()
	_, key, err := ed25519.GenerateKey(nil)
	must(t, err)
	issuer, err := grant.NewIssuer(key, issuerName)
	must(t, err)
	me, err := newSelf()
	must(t, err)
	server, err := settings.ParseAddress("https://127.0.0.1")
	must(t, err)
	trust, err := TrustConfig("")
	must(t, err)
	events, err := ui.OpenEvents("")
	must(t, err)
	p := &shown{wire: &wire{in: make(chan signaling.Message)}, person: newPerson(), machine: &machine{}, ended: make(chan struct{})}
	p.session, err = newSession(&Config{
		Server: server, TLS: trust, UI: p.person, Events: events,
		OpenScreen: p.machine.openScreen, OpenInjector: p.machine.openInjector,
		Codecs: []encode.Codec{fakecodec.Codec()}, BitsPerSecond: 1_000_000, Threads: 1, Log: slog.New(slog.DiscardHandler),
	}, nil, p.wire, newMemory(""), me, &signaling.Registered{SessionID: "s_1", Token: "t", Issuer: issuerName, Keys: issuer.Keys()})
	must(t, err)
	go func() {
		defer close(p.ended)
		p.run(t.Context())
	}()
	p.wire.in <- request("r_1", 60)
	p.person.answers <- viewAndControl
	p.person.waitPhase(t, ui.Connecting)
	tech := peertest.New(t)
	token, _, err := issuer.Issue(grant.Grant{Subject: ines.ID, SessionID: "s_1", Scopes: viewAndControl, Fingerprint: tech.Fingerprint})
	must(t, err)
	p.wire.in <- &signaling.Offer{SDP: tech.Offer(false), Grant: token}
	p.mail <- func() {
		p.link.sink = v
		p.connectionChanged(peer.Connected, signaling.PathDirect)
	}
	p.person.waitPhase(t, ui.Active)
	return p
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// moves changes the picture, so that there is always a frame to send.
func (m *machine) moves() (stop func()) {
	screen := m.screen()
	done, stopped := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(stopped)
		for n := uint32(0); ; n++ {
			select {
			case <-done:
				return
			case <-time.After(10 * time.Millisecond):
				screen.Fill(0, image.Rect(0, 0, 4, 4), n)
			}
		}
	}()
	return func() {
		close(done)
		<-stopped
	}
}

// A technician who does not read does not delay Stop, nor the end of control.
func TestViewerThatDoesNotRead(t *testing.T) {
	v := &viewer{frames: make(chan picture.Frame)}
	p := newShown(t, v)
	eventually(t, "a frame is under way", func() bool { return v.begun.Load() == 1 })
	defer p.machine.moves()()

	start := time.Now()
	p.person.commands <- ui.AllowView()
	p.person.waitScopes(t, onlyView)
	if d := time.Since(start); d > atOnce {
		t.Errorf("control was taken back after %v", d)
	}

	start = time.Now()
	p.person.commands <- ui.Stop{}
	p.person.waitPhase(t, ui.Ended)
	if d := time.Since(start); d > atOnce {
		t.Errorf("stopped after %v", d)
	}
	eventually(t, "the relay hears of the end", func() bool {
		p.wire.mu.Lock()
		defer p.wire.mu.Unlock()
		end, ok := p.wire.sent[len(p.wire.sent)-1].(*signaling.End)
		return ok && end.Reason == signaling.EndHostStopped
	})
	if d := time.Since(start); d > atOnce+farewellWithin {
		t.Errorf("the relay heard of the end after %v", d)
	}

	p.wire.in <- &signaling.Ended{Reason: signaling.EndHostStopped}
	<-v.frames // the network takes the frame that was under way
	<-p.ended
	if n := v.begun.Load(); n != 1 {
		t.Errorf("%d frames began after the stop", n-1)
	}
}

// A connection that counts as broken shows and does nothing, though it may still stand.
// What was typed meanwhile is done when it is back: it was not acknowledged.
func TestNothingWhileDisconnected(t *testing.T) {
	v := &viewer{frames: make(chan picture.Frame, 4096)}
	p := newShown(t, v)
	receive(t, "picture", v.frames)
	defer p.machine.moves()()
	links := make(chan *link, 1)
	p.mail <- func() {
		p.connectionChanged(peer.Disconnected, "")
		links <- p.link
	}
	l := <-links
	text := events(1, holding(), &signaling.TextEvent{Text: "meanwhile"})
	l.Message(signaling.ChannelInput, text)
	time.Sleep(100 * time.Millisecond) // what was on the way arrives
	begun := v.begun.Load()
	time.Sleep(200 * time.Millisecond)
	if n, acts := v.begun.Load()-begun, p.machine.acts.Load(); n > 0 || acts > 0 {
		t.Errorf("%d pictures and %d acts without a connection", n, acts)
	}
	for len(v.frames) > 0 {
		<-v.frames
	}
	p.mail <- func() { p.connectionChanged(peer.Connected, signaling.PathDirect) }
	if f := receive(t, "picture", v.frames); !f.KeyFrame {
		t.Error("the first picture is no key frame")
	}
	l.Message(signaling.ChannelInput, text)
	eventually(t, "it is typed", func() bool { return p.machine.typed() == "meanwhile" })
	p.person.commands <- ui.Stop{}
	p.wire.in <- &signaling.Ended{Reason: signaling.EndHostStopped}
	<-p.ended
}

// A connection that is given up costs nothing until it comes back. Then the picture
// begins anew.
func TestNoPictureWithoutConnection(t *testing.T) {
	v := &viewer{frames: make(chan picture.Frame, 1024)}
	p := newShown(t, v)
	if f := receive(t, "picture", v.frames); !f.KeyFrame {
		t.Error("the first picture is no key frame")
	}
	p.mail <- func() { p.connectionChanged(peer.Failed, "") }
	p.person.waitPhase(t, ui.Reconnecting)
	if _, err := p.machine.screen().Monitors(); err == nil {
		t.Error("the screen is still open")
	}
	p.mail <- func() { p.connectionChanged(peer.Connected, signaling.PathRelay) }
	p.person.waitPhase(t, ui.Active)
	eventually(t, "a new key frame", func() bool { return receive(t, "picture", v.frames).KeyFrame })
	if n := len(p.machine.screens); n != 2 {
		t.Errorf("the screen was opened %d times, want twice", n)
	}
	p.person.commands <- ui.Stop{}
	p.wire.in <- &signaling.Ended{Reason: signaling.EndHostStopped}
	<-p.ended
}

// A browser that comes back and decodes another profile gets another encoder.
func TestProfilesAreDifferentCodecs(t *testing.T) {
	full := keys([]encode.Codec{{MIMEType: "video/AV1", Parameters: "profile=1"}})
	half := keys([]encode.Codec{{MIMEType: "video/AV1", Parameters: "profile=0"}})
	if slices.Equal(full, half) {
		t.Errorf("both are %q", full)
	}
}
