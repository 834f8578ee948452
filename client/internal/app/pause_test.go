package app

import (
	"image"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
	"github.com/lendhand/lendhand/client/internal/peer"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// drain forgets what has come by now.
func (tech *technician) drain() {
	for len(tech.Frames)+len(tech.Tiles)+len(tech.Messages) > 0 {
		select {
		case <-tech.Frames:
		case <-tech.Tiles:
		case <-tech.Messages:
		}
	}
}

// waitPaused waits for the technician to be told.
func (tech *technician) waitPaused(want bool) {
	tech.w.t.Helper()
	peertest.WaitFor(tech.Technician, func(m *signaling.Permissions) bool { return m.Paused == want })
}

// waitPause waits until the person reads it.
func (p *person) waitPause(t testing.TB, want bool) ui.State {
	t.Helper()
	for {
		if s := receive(t, "state", p.states); s.Paused == want {
			return s
		}
	}
}

// Scenario: the person pauses the session while the technician controls it, holds a key
// and looks at all that there is. Nothing comes any more and nothing is done; when they go
// on there is a key frame of what is so now, and control as before.
func TestPauseHoldsEverythingBack(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.Send(signaling.ChannelControl, &signaling.Watch{})
	peertest.Wait[*signaling.Monitors](tech.Technician)
	tech.Send(signaling.ChannelControl, &signaling.Observe{On: true})
	tech.Send(signaling.ChannelControl, &signaling.Tiles{On: true})
	tech.types(1, holding("ShiftLeft"), press("ShiftLeft"))
	stop := w.machine.moves()
	peertest.Wait[*signaling.Figures](tech.Technician)

	w.person.commands <- ui.Pause{}
	if s := w.person.waitPause(t, true); !s.Scopes.Has(signaling.ScopeControl) {
		t.Errorf("a pause takes nothing back, but leaves %v", s.Scopes)
	}
	tech.waitPaused(true)
	if n := w.machine.held(); n != 0 {
		t.Errorf("%d keys are down in a pause", n)
	}
	tech.drain()
	acts, opened := w.machine.acts.Load(), w.machine.opened()
	tech.Send(signaling.ChannelControl, &signaling.Watch{Monitor: some(0)})
	tech.Send(signaling.ChannelControl, &signaling.Watch{})
	tech.AskKeyFrame()
	tech.types(2, holding(), press("KeyA"), loosen("KeyA"))
	w.machine.point(image.Pt(110, 60))
	time.Sleep(1500 * time.Millisecond) // figures come once a second
	if frames, tiles := len(tech.Frames), len(tech.Tiles); frames+tiles > 0 {
		t.Errorf("%d frames and %d tiles in a pause", frames, tiles)
	}
	for len(tech.Messages) > 0 {
		switch m := (<-tech.Messages).Message.(type) {
		case *signaling.InputAck, *signaling.Error, *signaling.Permissions:
		default:
			t.Errorf("a %s in a pause: %+v", signaling.TypeOf(m), m)
		}
	}
	if got := w.machine.acts.Load(); got != acts {
		t.Errorf("%d acts in a pause", got-acts)
	}
	stop()

	w.person.commands <- ui.Unpause{Own: true}
	tech.waitPaused(false)
	if info, err := fakecodec.Parse(tech.WaitFrame()); err != nil || !info.KeyFrame {
		t.Errorf("the first picture after a pause: %+v, %v", info, err)
	}
	peertest.Wait[*signaling.Screen](tech.Technician)
	peertest.Wait[*signaling.Monitors](tech.Technician)
	if got := w.machine.opened(); got != opened+1 {
		t.Errorf("the screen was opened %d times after the pause, want a new picture", got-opened)
	}
	tech.types(4, holding(), press("KeyB"), loosen("KeyB"))
	if got := w.machine.typed(); got != "b" {
		t.Errorf("typed %q", got)
	}
	w.person.commands <- ui.Pause{}
	w.person.commands <- ui.Stop{} // works in a pause too
	tech.waitEnded(signaling.EndHostStopped)
	receive(t, "code of the next session", w.person.codes)
	w.checkEvents("code", "request", "granted", "connected", "pause", "unpause", "pause", "stopped", "code")
}

// outlet is a connection that notes what leaves while nothing may, as package peer keeps
// to Hold.
type outlet struct {
	held, paused atomic.Bool
	taken, late  atomic.Int64
}

func (o *outlet) leaves() {
	o.taken.Add(1)
	if o.paused.Load() {
		o.late.Add(1)
	}
}

func (o *outlet) WriteFrame(picture.Frame) error {
	for range 4 { // packets
		if o.held.Load() {
			return peer.ErrHeld
		}
		o.leaves()
	}
	return nil
}

func (o *outlet) Previewing() bool        { return true }
func (o *outlet) Preview(picture.Preview) { o.leaves() }

// A thousand times frames and tiles flow, the person pauses, and from the moment at which
// that is done none is shown, nor one from the pause after it.
func TestNoFrameAfterPause(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate := newGranted(viewAndControl)
		defer gate.Revoke()
		o := &outlet{}
		shown := &screening{gate: gate, sink: o}
		stop := make(chan struct{})
		var flow sync.WaitGroup
		flow.Go(func() {
			for {
				select {
				case <-stop:
					return
				case <-time.After(time.Duration(rand.IntN(300)) * time.Microsecond):
				}
				taken := time.Now()
				time.Sleep(time.Duration(rand.IntN(300)) * time.Microsecond) // it is encoded
				shown.Preview(picture.Preview{At: taken})
				if err := shown.WriteFrame(picture.Frame{At: taken, KeyFrame: rand.IntN(3) == 0}); err != nil {
					t.Error(err)
					return
				}
			}
		})
		for range 1000 {
			time.Sleep(time.Duration(rand.IntN(3000)) * time.Microsecond)
			gate.Pause()
			o.held.Store(true)
			o.paused.Store(true)
			time.Sleep(time.Duration(rand.IntN(1000)) * time.Microsecond)
			o.paused.Store(false)
			o.held.Store(false)
			gate.Unpause()
		}
		close(stop)
		flow.Wait()
		if o.late.Load() > 0 || o.taken.Load() < 1000 {
			t.Errorf("%d of %d were shown in a pause", o.late.Load(), o.taken.Load())
		}
	})
}

// What follows a pause begins with a key frame that is from after it.
func TestFramesOfAPauseAreNeverShown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		gate, v := newGranted(onlyView), &viewer{frames: make(chan picture.Frame, 8)}
		defer gate.Revoke()
		shown := &screening{gate: gate, sink: v}
		want := func(what string, f picture.Frame, want bool) {
			t.Helper()
			before := v.begun.Load()
			must(t, shown.WriteFrame(f))
			if got := v.begun.Load() > before; got != want {
				t.Errorf("%s was shown: %v, want %v", what, got, want)
			}
		}
		want("the first", picture.Frame{KeyFrame: true, At: time.Now()}, true)
		time.Sleep(time.Second)
		gate.Pause()
		during := time.Now()
		want("one of the pause", picture.Frame{At: during}, false)
		time.Sleep(time.Second)
		gate.Unpause()
		want("a key frame of the pause", picture.Frame{KeyFrame: true, At: during}, false)
		want("one that needs those before", picture.Frame{At: time.Now()}, false)
		want("a new key frame", picture.Frame{KeyFrame: true, At: time.Now()}, true)
		want("the next", picture.Frame{At: time.Now()}, true)
	})
}

// Scenario: the technician's page is loaded anew while the session is paused. It is told
// so and sees nothing, and the picture when the person goes on.
func TestTheTechnicianComesBackInAPause(t *testing.T) {
	w := newWorld(t)
	first := w.session(viewAndControl, viewAndControl)
	w.person.commands <- ui.Pause{}
	w.person.waitPause(t, true)
	again := &technician{Technician: first.Reload(), w: w, client: first.client, session: first.session, granted: first.granted}
	again.send(&signaling.Offer{SDP: again.Offer(false), Grant: first.granted.Grant})
	again.Accept(peertest.Wait[*signaling.Answer](first.Technician).SDP)
	again.WaitOpen()
	again.waitPaused(true)
	eventually(t, "the relay knows that they are connected", w.active)
	time.Sleep(200 * time.Millisecond)
	if n := len(again.Frames); n > 0 {
		t.Errorf("%d frames in a pause", n)
	}
	w.person.commands <- ui.Unpause{Own: true}
	if info, err := fakecodec.Parse(again.WaitFrame()); err != nil || !info.KeyFrame {
		t.Errorf("the first picture after a pause: %+v, %v", info, err)
	}
}

// What the technician has typed last does not end a pause, but for a hand that the system
// knows for the person's own.
func TestTheTechnicianDoesNotEndAPause(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), viewAndControl)
		p.session.touch.note()
		p.orders(ui.Pause{})
		p.orders(ui.Unpause{})
		if !p.session.gate.Paused() || !p.hasSaid("technician's own word") {
			t.Error("the pause is over")
		}
		p.orders(ui.Unpause{Own: true})
		if p.session.gate.Paused() {
			t.Error("the person's own hand counts at once")
		}
		p.orders(ui.Pause{})
		time.Sleep(settle)
		p.orders(ui.Unpause{})
		if p.session.gate.Paused() {
			t.Error("a moment later anybody's word counts")
		}
		p.orders(ui.Unpause{})
		if !p.hasSaid("how it is already") {
			t.Error("nothing is said of a pause that was none")
		}
	})
}

// The relay is told of each pause, and of many in a row no more than it takes; in the end
// it knows what is so, even when it may have missed it.
func TestTheRelayIsToldOfPauses(t *testing.T) {
	withSession(t, func(t *testing.T, p *play) {
		p.runs(request("r_1", 60), viewAndControl)
		p.says(&signaling.Resumed{State: signaling.StateActive})
		p.take()
		p.orders(ui.Pause{})
		p.orders(ui.Unpause{Own: true})
		want := []signaling.Message{&signaling.Paused{On: true}, &signaling.Paused{}}
		if d := cmp.Diff(want, p.take()); d != "" {
			t.Error(d)
		}
		for range 50 {
			p.orders(ui.Pause{})
			p.orders(ui.Unpause{Own: true})
			for len(p.person.states) > 0 {
				<-p.person.states
			}
		}
		p.orders(ui.Pause{})
		if n := len(p.take()); n < 10 || n > pausesAtOnce {
			t.Errorf("%d messages at once", n)
		}
		time.Sleep(pauseEvery)
		if last := p.take(); len(last) != 1 || !last[0].(*signaling.Paused).On {
			t.Errorf("then it is told %+v", last)
		}
		p.says(&signaling.Resumed{State: signaling.StateActive})
		var repeated []signaling.Message
		for _, m := range p.take() {
			if _, ok := m.(*signaling.Paused); ok {
				repeated = append(repeated, m)
			}
		}
		if d := cmp.Diff([]signaling.Message{&signaling.Paused{On: true}}, repeated); d != "" {
			t.Error(d)
		}
	})
}
