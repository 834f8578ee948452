//go:build linux

package pipewire_test

import (
	"context"
	"errors"
	"image"
	"os"
	"testing"
	"time"

	"go.uber.org/goleak"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/pipewire"
	"github.com/lendhand/lendhand/client/internal/portal/portaltest"
)

const soon = 20 * time.Second

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// watch shows the first monitor of a desktop.
func watch(t *testing.T, d *portaltest.Desktop) *pipewire.Source {
	t.Helper()
	return open(t, d, pipewire.Stream{Node: d.Cast(t, ""), Name: "one", Place: image.Rect(0, 0, 1280, 720)})
}

func open(t *testing.T, d *portaltest.Desktop, streams ...pipewire.Stream) *pipewire.Source {
	t.Helper()
	s, err := pipewire.New(pipewire.Config{Remote: d.PipeWire(t), Lost: make(chan struct{}), Streams: streams})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return s
}

// awaitColour takes frames until the middle of the picture has a colour.
func awaitColour(t *testing.T, s capture.Source, f *capture.Frame, rgb uint32) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	var got uint32
	for {
		if err := s.Next(ctx, f); err != nil {
			t.Fatalf("next: %v; the middle is %06x, want %06x", err, got, rgb)
		}
		if got = colour(f, f.Size().Div(2)); got == rgb {
			return
		}
	}
}

func TestTheDesktopIsSeen(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	w := d.Open(t)
	s := watch(t, d)
	var f capture.Frame
	for _, rgb := range []uint32{0xff8000, 0x0080ff, 0x123456} {
		w.Colour(rgb)
		awaitColour(t, s, &f, rgb)
	}
	if f.Bounds != image.Rect(0, 0, 1280, 720) {
		t.Errorf("picture of %v", f.Bounds)
	}
	rest, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	for err := error(nil); err == nil; { // what the last colour has still to draw
		err = s.Next(rest, &f)
	}
	quiet, cancel := context.WithTimeout(t.Context(), 300*time.Millisecond)
	defer cancel()
	if err := s.Next(quiet, &f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a desktop at rest: %v, damage %v", err, f.Damage)
	}
	if err := s.Watch(capture.AllMonitors); err != nil {
		t.Fatal(err)
	}
	var other capture.Frame
	awaitColour(t, s, &other, 0x123456)
	if len(other.Damage) != 1 || other.Damage[0] != image.Rect(0, 0, 1280, 720) {
		t.Errorf("damage %v after watching anew", other.Damage)
	}
	if err := s.Watch(1); !errors.Is(err, capture.ErrNoMonitor) {
		t.Errorf("watch a monitor that is not there: %v", err)
	}
}

// Two monitors are one picture, or each its own.
func TestTwoMonitors(t *testing.T) {
	d := portaltest.Start(t, "640x480", "800x600")
	w := d.Open(t)
	left, right := image.Rect(0, 0, 640, 480), image.Rect(640, 0, 1440, 600)
	s := open(
		t, d, pipewire.Stream{Node: d.Cast(t, "Meta-0"), Place: left},
		pipewire.Stream{Node: d.Cast(t, "Meta-1"), Place: right},
	)
	list, err := s.Monitors()
	if err != nil || len(list) != 2 || list[0].Bounds != left || list[1].Bounds != right || !list[0].Primary {
		t.Fatalf("monitors %+v, %v", list, err)
	}
	w.Colour(0xa04000)
	coloured := -1 // the window is on one of them
	for deadline := time.Now().Add(soon); coloured < 0; {
		if time.Now().After(deadline) {
			t.Fatal("the window is on no monitor")
		}
		for id := range list {
			if middle(t, s, id) == 0xa04000 {
				coloured = id
			}
		}
	}
	var f capture.Frame
	if err := s.Watch(capture.AllMonitors); err != nil {
		t.Fatal(err)
	}
	for id := range list { // both have come
		for at := list[id].Bounds.Min.Add(list[id].Bounds.Size().Div(2)); f.Pix == nil || colour(&f, at) == 0; {
			next(t, s, &f)
		}
	}
	if f.Bounds != left.Union(right) {
		t.Errorf("all of them are %v", f.Bounds)
	}
	for id, m := range list {
		at := m.Bounds.Min.Add(m.Bounds.Size().Div(2))
		if got := colour(&f, at); (got == 0xa04000) != (id == coloured) {
			t.Errorf("monitor %d of all, with the window on %d: %06x", id, coloured, got)
		}
	}
	if got := colour(&f, image.Pt(320, 590)); got != 0 {
		t.Errorf("where there is no monitor: %06x", got)
	}
}

func next(t *testing.T, s capture.Source, f *capture.Frame) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := s.Next(ctx, f); err != nil {
		t.Fatal(err)
	}
}

// middle returns the colour in the middle of a monitor.
func middle(t *testing.T, s capture.Source, id int) uint32 {
	t.Helper()
	if err := s.Watch(id); err != nil {
		t.Fatal(err)
	}
	var f capture.Frame
	next(t, s, &f)
	return colour(&f, f.Size().Div(2))
}

func colour(f *capture.Frame, at image.Point) uint32 {
	p := f.Pix[at.Y*f.Stride+4*at.X:]
	return uint32(p[2])<<16 | uint32(p[1])<<8 | uint32(p[0])
}

func TestADesktopThatGoesAway(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	s := watch(t, d)
	var f capture.Frame
	if err := s.Next(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	go d.Stop() // Stop is called again, and waits, at the end
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	for err := error(nil); ; err = s.Next(ctx, &f) {
		if errors.Is(err, capture.ErrNoDisplay) {
			return
		}
		if err != nil {
			t.Fatalf("next without a desktop: %v", err)
		}
	}
}

// What is called after Close, or while it runs, neither crashes nor waits.
func TestClosing(t *testing.T) {
	d := portaltest.Start(t, "1280x720")
	w := d.Open(t)
	var held [5]int // files, after each time
	for n := range held {
		s := watch(t, d)
		ended := make(chan error)
		go func() {
			var f capture.Frame
			for {
				if err := s.Next(t.Context(), &f); err != nil {
					ended <- err
					return
				}
			}
		}()
		for n := range uint32(10) { // pictures come while it is closed
			w.Colour(n << 20)
		}
		time.Sleep(20 * time.Millisecond)
		if err := errors.Join(s.Close(), s.Close()); err != nil {
			t.Errorf("close: %v", err)
		}
		if err := <-ended; !errors.Is(err, capture.ErrClosed) {
			t.Errorf("next while it is closed: %v", err)
		}
		if _, err := s.Monitors(); !errors.Is(err, capture.ErrClosed) {
			t.Errorf("monitors after close: %v", err)
		}
		held[n] = files(t)
	}
	if held[1] != held[4] { // the first opens the library
		t.Errorf("files that stay open: %v", held)
	}
}

// files returns how many files this process has open.
func files(t *testing.T) int {
	t.Helper()
	list, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	return len(list)
}

func TestNothingToWatch(t *testing.T) {
	for name, config := range map[string]pipewire.Config{
		"no streams": {Lost: make(chan struct{})},
		"no end":     {Streams: []pipewire.Stream{{}}},
	} {
		if s, err := pipewire.New(config); err == nil {
			t.Errorf("%s: %v", name, s)
		}
	}
}
