package app

import (
	"image"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/input"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

var beside = image.Rect(40, 10, 72, 34) // above desktop, to the left

func (tech *technician) watches(monitor int) {
	tech.Send(signaling.ChannelControl, &signaling.Watch{Monitor: &monitor})
}

// waitScreen waits until the technician is told of a picture of that size.
func (tech *technician) waitScreen(size image.Point) *signaling.Screen {
	tech.w.t.Helper()
	return peertest.WaitFor(tech.Technician, func(m *signaling.Screen) bool { return m.Width == size.X && m.Height == size.Y })
}

// waitMonitors waits until the technician is told of so many monitors.
func (tech *technician) waitMonitors(count, shown int) *signaling.Monitors {
	tech.w.t.Helper()
	return peertest.WaitFor(tech.Technician, func(m *signaling.Monitors) bool { return len(m.Monitors) == count && m.Shown == shown })
}

func TestMonitors(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	first := tech.waitScreen(desktop.Size())
	tech.Send(signaling.ChannelControl, &signaling.Watch{})
	want := signaling.Monitor{Name: "FAKE-0 · 64 × 48", X: 100, Y: 50, Width: 64, Height: 48, Primary: true}
	if d := cmp.Diff([]signaling.Monitor{want}, tech.waitMonitors(1, 0).Monitors); d != "" {
		t.Error(d)
	}
	screen := w.machine.screen()
	id := screen.Plug(beside)
	tech.waitMonitors(2, 0)

	// Another one is shown, and a click there lands there.
	tech.watches(id)
	tech.waitMonitors(2, id)
	second := tech.waitScreen(beside.Size())
	if second.Number != first.Number+1 || second.Since == nil {
		t.Errorf("screen %+v after %+v", second, first)
	}
	w.machine.log()
	click := func(screen uint64) *signaling.ButtonEvent {
		return &signaling.ButtonEvent{Down: true, X: 1, Y: 2, Screen: screen}
	}
	tech.types(1, holding(), click(first.Number), click(second.Number))
	if d := cmp.Diff([]string{"move 41 12", "button 0 down", "button 0 up"}, w.machine.log()); d != "" {
		t.Error(d)
	}

	// All of them at once.
	tech.watches(signaling.AllMonitors)
	tech.waitMonitors(2, signaling.AllMonitors)
	tech.waitScreen(desktop.Union(beside).Size())

	// One that is not there.
	tech.watches(7)
	if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeNotFound {
		t.Errorf("got %+v, want not_found", m)
	}
	tech.waitMonitors(2, signaling.AllMonitors)

	// The one that is watched goes away: the primary one is shown within a second.
	tech.watches(id)
	tech.waitScreen(beside.Size())
	began := time.Now()
	screen.Unplug(id)
	tech.waitScreen(desktop.Size())
	tech.waitMonitors(1, 0)
	if d := time.Since(began); d > time.Second {
		t.Errorf("the primary monitor was shown after %v", d)
	}
}

// Whoever asks all the time is told now and then, and of the newest in the end.
func TestAStormOfQuestionsAboutMonitors(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	tech.waitScreen(desktop.Size())
	began, stop := time.Now(), time.Now().Add(time.Second)
	for time.Now().Before(stop) {
		for range 10 {
			tech.Send(signaling.ChannelControl, &signaling.Watch{})
		}
		time.Sleep(10 * time.Millisecond)
	}
	w.machine.screen().Plug(beside)
	told := 0
	peertest.WaitFor(tech.Technician, func(m *signaling.Monitors) bool { told++; return len(m.Monitors) == 2 })
	if most := 2 + int(time.Since(began)/tellGap); told > most {
		t.Errorf("told %d times, want %d at most", told, most)
	}
}

func TestMonitorsAreNotForWhoMayNotView(t *testing.T) {
	p := newShown(t, &viewer{frames: make(chan picture.Frame, 1024)})
	listing := make(chan bool, 1)
	all := signaling.AllMonitors
	p.mail <- func() {
		p.gate.Allow(signaling.Scopes{}, time.Now().Add(time.Hour))
		p.watch(&signaling.Watch{Monitor: &all})
		listing <- p.link.listing
	}
	if <-listing {
		t.Error("the technician is told of monitors")
	}
	p.person.commands <- ui.Stop{}
	p.wire.in <- &signaling.Ended{Reason: signaling.EndHostStopped}
	<-p.ended
}

// A drag does not go on on another picture.
func TestAButtonComesUpWhenThePictureShowsSomethingElse(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	screen := tech.waitScreen(desktop.Size())
	tech.types(1, signaling.Held{Buttons: 1}, &signaling.ButtonEvent{Button: int(input.ButtonLeft), Down: true, Screen: screen.Number})
	if n := w.machine.held(); n != 1 {
		t.Fatalf("%d held", n)
	}
	w.machine.screen().Resize(0, image.Rect(100, 50, 148, 98))
	eventually(t, "the button is up", func() bool { return w.machine.held() == 0 })
}

// Monitors may lie so far apart that all of them together are more than anybody can show.
func TestTooLargeAScreenIsNotShown(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, viewAndControl)
	first := tech.waitScreen(desktop.Size())
	far := image.Rect(9000, 9000, 9032, 9024)
	id := w.machine.screen().Plug(far)
	tech.Send(signaling.ChannelControl, &signaling.Watch{})
	tech.waitMonitors(2, 0)
	tech.watches(signaling.AllMonitors)
	if m := peertest.Wait[*signaling.Error](tech.Technician); m.Code != signaling.CodeScreenTooLarge {
		t.Errorf("got %+v, want screen_too_large", m)
	}
	tech.waitMonitors(2, 0)
	tech.watches(id)
	if m := tech.waitScreen(far.Size()); m.Number != first.Number+1 {
		t.Errorf("screen %+v after %+v", m, first)
	}
}

// What cannot be told is not shown either: a click would land elsewhere.
func TestTheSessionEndsWhenTheScreenGrowsTooLarge(t *testing.T) {
	p := newShown(t, &viewer{frames: make(chan picture.Frame, 1024)})
	reasons := make(chan signaling.EndReason, 2)
	grow := func(size image.Point) {
		p.mail <- func() {
			p.sight.show(image.Rectangle{Max: size}, time.Now())
			p.screenChanged()
			reasons <- p.reason
		}
	}
	grow(image.Pt(8192, 8192))
	grow(image.Pt(8192, 8193))
	if first, second := <-reasons, <-reasons; first != "" || second != signaling.EndError {
		t.Errorf("the session ends with %q and then %q", first, second)
	}
	p.wire.in <- &signaling.Ended{Reason: signaling.EndError}
	<-p.ended
}

func TestMonitorsAreToldWithinTheLimits(t *testing.T) {
	m := picture.Monitors{Shown: 3}
	for n := range 2 * signaling.MaxMonitors {
		m.List = append(m.List, capture.Monitor{ID: n, Name: strings.Repeat("\u202e\nDP–1", 100), Bounds: image.Rect(-65_536, 0, 0, 65_536)})
	}
	m.List[1].Name = "\n"
	told := messageOf(m)
	if _, err := signaling.Encode(told); err != nil {
		t.Error(err)
	}
	if got, want := told.Monitors[1].Name, "65536 × 65536"; got != want {
		t.Errorf("a monitor without a name is called %q, want %q", got, want)
	}
}
