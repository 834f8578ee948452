//go:build linux

package x11_test

import (
	"context"
	"errors"
	"image"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/x11"
	"github.com/lendhand/lendhand/client/internal/xvfbtest"
)

var left, right = image.Rect(0, 0, 200, 300), image.Rect(200, 0, 400, 300)

func newTwoMonitors(t *testing.T) (*xvfbtest.Desk, *x11.Source) {
	t.Helper()
	xvfbtest.Start(t, size)
	d := xvfbtest.NewDesk(t)
	d.Set(xvfbtest.Own, left, false)
	d.Set("right", right, true)
	return d, open(t)
}

func monitorsOf(t *testing.T, s *x11.Source) []capture.Monitor {
	t.Helper()
	list, err := s.Monitors()
	if err != nil {
		t.Fatal(err)
	}
	return list
}

// soon is a context that ends a wait in which nothing happens.
func soon(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func next(t *testing.T, s *x11.Source, f *capture.Frame) {
	t.Helper()
	if err := s.Next(soon(t), f); err != nil {
		t.Fatal(err)
	}
}

func wantNothing(t *testing.T, s *x11.Source, f *capture.Frame) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
	defer cancel()
	if err := s.Next(ctx, f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("next with nothing new: %v, damage %v", err, f.Damage)
	}
}

func TestThePrimaryMonitorIsFirstAndWatched(t *testing.T) {
	_, s := newTwoMonitors(t)
	want := []capture.Monitor{{ID: 0, Name: "right", Bounds: right, Primary: true}, {ID: 1, Name: "own", Bounds: left}}
	if diff := cmp.Diff(want, monitorsOf(t, s)); diff != "" {
		t.Error(diff)
	}
	var f capture.Frame
	next(t, s, &f)
	if f.Bounds != right {
		t.Errorf("picture of %v, want %v", f.Bounds, right)
	}
}

func TestOnlyTheWatchedMonitorMakesFrames(t *testing.T) {
	_, s := newTwoMonitors(t)
	paint := xvfbtest.Painter(t)
	var f capture.Frame
	next(t, s, &f)
	paint(image.Rect(10, 10, 20, 20), 0xffffff)
	wantNothing(t, s, &f)
	paint(image.Rect(190, 10, 210, 20), 0xffffff) // on both
	next(t, s, &f)
	if want := []image.Rectangle{image.Rect(0, 10, 10, 20)}; !slices.Equal(f.Damage, want) {
		t.Errorf("damage %v, want %v", f.Damage, want)
	}
}

func TestEachMonitorShowsItsPart(t *testing.T) {
	_, s := newTwoMonitors(t)
	paint := xvfbtest.Painter(t)
	paint(image.Rect(0, 0, 1, 1), 0x0000ff)
	paint(image.Rect(200, 0, 201, 1), 0x00ff00)
	var f capture.Frame
	for _, m := range monitorsOf(t, s) {
		if err := s.Watch(m.ID); err != nil {
			t.Fatal(err)
		}
		next(t, s, &f)
		blue := m.Bounds == left
		if f.Bounds != m.Bounds || (f.Pix[0] == 0xff) != blue || (f.Pix[1] == 0xff) == blue {
			t.Errorf("picture of %v starts with %v", f.Bounds, f.Pix[:4])
		}
	}
}

func TestAMonitorThatMovesGivesACompleteFrame(t *testing.T) {
	d, s := newTwoMonitors(t)
	var f capture.Frame
	next(t, s, &f)
	moved := right.Add(image.Pt(-50, 0))
	d.Set("right", moved, true)
	next(t, s, &f)
	if f.Bounds != moved || !slices.Equal(f.Damage, []image.Rectangle{{Max: moved.Size()}}) {
		t.Errorf("picture of %v with damage %v, want a complete one of %v", f.Bounds, f.Damage, moved)
	}
	d.Set(xvfbtest.Own, image.Rect(0, 0, 100, 300), false)
	wantNothing(t, s, &f)
}

func TestAMonitorThatGoesAwayIsAnErrorUntilAnotherIsWatched(t *testing.T) {
	d, s := newTwoMonitors(t)
	before := monitorsOf(t, s)
	var f capture.Frame
	next(t, s, &f)
	d.Remove("right")
	for range 2 {
		if err := s.Next(soon(t), &f); !errors.Is(err, capture.ErrNoMonitor) {
			t.Fatalf("next without the watched monitor: %v", err)
		}
	}
	want := []capture.Monitor{{ID: 1, Name: "own", Bounds: left, Primary: true}}
	if diff := cmp.Diff(want, monitorsOf(t, s)); diff != "" {
		t.Error(diff)
	}
	if err := s.Watch(1); err != nil {
		t.Fatal(err)
	}
	next(t, s, &f)
	if f.Bounds != left {
		t.Errorf("picture of %v, want %v", f.Bounds, left)
	}
	d.Set("right", right, true)
	if diff := cmp.Diff(before, monitorsOf(t, s)); diff != "" {
		t.Errorf("the monitor came back with another ID: %s", diff)
	}
}

// A picture that is smaller than what is asked for is refused by the server; that
// happens when the monitor shrinks between the event and the grab.
func TestResizingAllTheTime(t *testing.T) {
	xvfbtest.Start(t, size)
	s := open(t)
	paint := xvfbtest.Painter(t)
	last := image.Pt(300, 200)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for n := range 20 {
			paint(image.Rect(0, 0, 400, 300), uint32(n+1))
			xvfbtest.Resize(t, image.Pt(400-5*n, 300-5*n))
		}
		xvfbtest.Resize(t, last)
	}()
	var f capture.Frame
	for f.Size() != last {
		// Between two sizes there is no monitor for a moment.
		if err := s.Next(soon(t), &f); err != nil && !errors.Is(err, capture.ErrNoMonitor) {
			t.Fatal(err)
		}
	}
	<-done
}
