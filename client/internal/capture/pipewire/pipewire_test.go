//go:build linux

package pipewire_test

import (
	"context"
	"errors"
	"image"
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
	remote, node := d.Cast(t)
	s, err := pipewire.New(pipewire.Config{
		Remote: remote, Lost: make(chan struct{}),
		Streams: []pipewire.Stream{{Node: node, Name: "one", Place: image.Rect(0, 0, 1280, 720)}},
	})
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
		p := f.Pix[f.Size().Y/2*f.Stride+4*f.Size().X/2:]
		if got = uint32(p[2])<<16 | uint32(p[1])<<8 | uint32(p[0]); got == rgb {
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
	for range 5 {
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
	}
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
