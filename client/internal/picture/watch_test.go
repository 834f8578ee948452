package picture

import (
	"image"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

var beside = image.Rect(64, 0, 96, 32)

// owner is who is told of the monitors.
type owner struct {
	mu       sync.Mutex
	monitors Monitors
	place    image.Rectangle
	unsure   bool
	told     int
}

func (o *owner) alter(c *Config) {
	c.Resized = func(b image.Rectangle, at time.Time) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.place, o.unsure = b, at.IsZero()
	}
	c.Rearranging = func() {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.unsure = true
	}
	c.Arranged = func(m Monitors) {
		o.mu.Lock()
		defer o.mu.Unlock()
		o.monitors, o.unsure = m, false
		o.told++
	}
}

// want checks what the owner was told.
func (o *owner) want(t *testing.T, shown int, place image.Rectangle, ids ...int) {
	t.Helper()
	synctest.Wait()
	o.mu.Lock()
	defer o.mu.Unlock()
	var listed []int
	for _, m := range o.monitors.List {
		listed = append(listed, m.ID)
	}
	if !slices.Equal(listed, ids) || o.monitors.Shown != shown || o.place != place || o.unsure {
		t.Errorf("told of %v, shown %d at %v (unsure: %v); want %v, %d at %v",
			listed, o.monitors.Shown, o.place, o.unsure, ids, shown, place)
	}
}

// watching runs f in fake time, with a pipeline that shows its only monitor.
func watching(t *testing.T, f func(*studio, *owner)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		o := &owner{}
		s := newStudio(t, o.alter)
		defer s.Add(&album{})()
		s.run(t)
		defer s.stop(t)
		o.want(t, 0, desktop, 0)
		f(s, o)
	})
}

// settle lets pass what a change of the monitors may take.
func settle() { time.Sleep(time.Second) }

func TestAnotherMonitorIsShown(t *testing.T) {
	watching(t, func(s *studio, o *owner) {
		id := s.screen.Plug(beside)
		settle()
		o.want(t, 0, desktop, 0, id)
		s.Watch(id)
		settle()
		o.want(t, id, beside, 0, id)
		s.Watch(capture.AllMonitors)
		settle()
		o.want(t, capture.AllMonitors, desktop.Union(beside), 0, id)
		s.Watch(0)
		settle()
		o.want(t, 0, desktop, 0, id)
	})
}

// Whoever wants another monitor all the time gets the newest one, four times a second.
func TestAStormOfMonitors(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o, a := &owner{}, &album{}
		s := newStudio(t, o.alter)
		defer s.Add(a)()
		s.run(t)
		defer s.stop(t)
		id := s.screen.Plug(beside)
		settle()
		a.take()
		before := o.told
		began := time.Now()
		for n := 0; time.Since(began) < time.Second; n++ {
			s.Watch([]int{id, 0}[n%2])
			time.Sleep(5 * time.Millisecond)
		}
		s.Watch(0)
		s.Watch(id)
		settle()
		o.want(t, id, beside, 0, id)
		keys := 0
		for _, f := range a.take() {
			if f.KeyFrame {
				keys++
			}
		}
		if keys < 1 || keys > 5 || o.told-before > 6 {
			t.Errorf("%d key frames, told %d times", keys, o.told-before)
		}
	})
}

// The first wish is heeded at once, also on a screen at rest.
func TestAnotherMonitorIsShownAtOnce(t *testing.T) {
	watching(t, func(s *studio, o *owner) {
		id := s.screen.Plug(beside)
		time.Sleep(time.Minute)
		s.Watch(id)
		time.Sleep(20 * time.Millisecond)
		o.want(t, id, beside, 0, id)
		s.Watch(0)
		time.Sleep(watchGap + 20*time.Millisecond)
		o.want(t, 0, desktop, 0, id)
	})
}

func TestAMonitorThatIsNotThereChangesNothing(t *testing.T) {
	watching(t, func(s *studio, o *owner) {
		before := o.told
		s.Watch(7)
		settle()
		o.want(t, 0, desktop, 0)
		if o.told == before {
			t.Error("the owner was not told what there is")
		}
	})
}

func TestThePrimaryMonitorIsShownWhenTheWatchedOneGoes(t *testing.T) {
	watching(t, func(s *studio, o *owner) {
		id := s.screen.Plug(beside)
		s.Watch(id)
		settle()
		o.want(t, id, beside, 0, id)
		s.screen.Unplug(id)
		settle()
		o.want(t, 0, desktop, 0)
	})
}

// A monitor that changes its mode is away for a moment.
func TestAMonitorThatIsAwayForAMomentIsShownAgain(t *testing.T) {
	watching(t, func(s *studio, o *owner) {
		primary := s.screen.Plug(beside)
		settle()
		s.screen.Unplug(0)
		time.Sleep(returnWithin / 2)
		s.screen.Resize(0, image.Rect(0, 0, 32, 32))
		settle()
		o.want(t, 0, image.Rect(0, 0, 32, 32), 0, primary)
	})
}

// What is true no more is not said: between a change and the list nobody is sure.
func TestNobodyIsSureWhileTheMonitorsChange(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		o := &owner{}
		s := newStudio(t, o.alter)
		s.doubt()
		if !o.unsure {
			t.Error("sure before the list")
		}
		l := &loop{pipeline: s.Pipeline, source: s.screen}
		l.frame.Bounds = desktop
		if l.place(); !o.unsure || o.place != desktop {
			t.Error("sure of a place from before the change")
		}
		if err := l.tell(); err != nil || o.unsure {
			t.Errorf("unsure after the list: %v", err)
		}
	})
}

func TestWhatWasShownIsShownByTheNextSource(t *testing.T) {
	list := []capture.Monitor{{ID: 4, Name: "DP-1", Bounds: desktop}, {ID: 2, Name: "DP-2", Bounds: beside}, {ID: 3, Bounds: beside}}
	for _, c := range []struct {
		name   string
		before int
		in     []capture.Monitor
		want   int
	}{
		{"by its name", 2, []capture.Monitor{{ID: 0, Name: "DP-1"}, {ID: 1, Name: "DP-2"}}, 1},
		{"by its place", 3, []capture.Monitor{{ID: 0, Bounds: desktop}, {ID: 1, Bounds: beside}}, 1},
		{"the primary one, as it is gone", 2, []capture.Monitor{{ID: 5, Name: "DP-3", Bounds: beside}}, 5},
		{"all", capture.AllMonitors, []capture.Monitor{{ID: 0}}, capture.AllMonitors},
	} {
		t.Run(c.name, func(t *testing.T) {
			l := &loop{pipeline: &Pipeline{}, watched: c.before}
			l.remember(list)
			if got := l.remembered(c.in); got != c.want {
				t.Errorf("monitor %d, want %d", got, c.want)
			}
		})
	}
}
