// Package capturetest is the contracts of capture.Source and capture.Pointer as
// tests, which every leaf passes.
package capturetest

import (
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Harness is a desktop of one monitor, at least 320 by 240 pixels and all black,
// with the Source that watches it. The Source ends with the test.
type Harness struct {
	Source capture.Source
	Size   image.Point
	// Fill paints a rectangle of the desktop in an 0xRRGGBB colour before it returns.
	Fill func(r image.Rectangle, rgb uint32)
	// Resize gives the monitor a smaller size.
	Resize func(size image.Point)
	// Arrange gives the desktop these monitors, within the size that it has, and no
	// others. The first is the primary one. What they show is left to the desktop.
	Arrange func(monitors ...image.Rectangle)
	// Disconnect takes the display away.
	Disconnect func()
}

const (
	// soon bounds what must happen; while is how long nothing must.
	soon  = 10 * time.Second
	while = 200 * time.Millisecond
)

// Run tests what every Source promises.
func Run(t *testing.T, newHarness func(t *testing.T) *Harness) {
	tests := []struct {
		name string
		test func(*testing.T, *Harness)
	}{
		{"monitors are listed", testMonitors},
		{"the first frame comes at once and is complete", testFirst},
		{"an unchanged screen gives nothing", testUnchanged},
		{"a change is shown as damage", testChange},
		{"a change between two calls is not lost", testChangeBetween},
		{"damage is enough to follow the picture", testFollow},
		{"no change is lost while frames are taken", testRestless},
		{"the frame's memory is used again", testReuse},
		{"another frame gets the whole picture", testOtherFrame},
		{"a new size gives a complete frame", testResize},
		{"watching anew gives a complete frame", testWatch},
		{"an unknown monitor is refused", testUnknown},
		{"each monitor is shown", testEachMonitor},
		{"all monitors are shown at once", testAllMonitors},
		{"what no monitor shows is black and no change", testGap},
		{"a monitor that is plugged in is told of", testPlug},
		{"a monitor that is unplugged is told of and shown no more", testUnplug},
		{"all monitors follow the arrangement", testRearrangeAll},
		{"the context ends the wait", testContext},
		{"closing ends the wait", testClose},
		{"closing many times is harmless", testCloseTwice},
		{"a closed source says so", testClosed},
		{"a display that goes away is an error", testDisconnect},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			t.Cleanup(func() {
				if err := h.Source.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.test(t, h)
		})
	}
}

// next returns the next frame, which must come soon.
func (h *Harness) next(t *testing.T, f *capture.Frame) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := h.Source.Next(ctx, f); err != nil {
		t.Fatalf("next: %v", err)
	}
	checkFrame(t, f)
}

// checkFrame tests what holds for every frame.
func checkFrame(t *testing.T, f *capture.Frame) {
	t.Helper()
	size := f.Size()
	if f.Stride < 4*size.X || len(f.Pix) < f.Stride*(size.Y-1)+4*size.X {
		t.Fatalf("picture of %v in %d bytes with rows of %d bytes", size, len(f.Pix), f.Stride)
	}
	if len(f.Damage) == 0 {
		t.Error("a frame without damage")
	}
	for _, r := range f.Damage {
		if r.Empty() || !r.In(image.Rectangle{Max: size}) {
			t.Errorf("damage %v in a picture of %v", r, size)
		}
	}
	if age := time.Since(f.At); age < 0 || age > soon {
		t.Errorf("the picture was taken %v ago", age)
	}
}

func wantComplete(t *testing.T, f *capture.Frame, size image.Point) {
	t.Helper()
	if f.Size() != size {
		t.Errorf("picture of %v, want %v", f.Size(), size)
	}
	if len(f.Damage) != 1 || f.Damage[0] != (image.Rectangle{Max: size}) {
		t.Errorf("damage %v is not one rectangle over a picture of %v", f.Damage, size)
	}
}

// wantNothing tests that no frame comes for a while.
func (h *Harness) wantNothing(t *testing.T, f *capture.Frame) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	if err := h.Source.Next(ctx, f); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("next with nothing new: %v, damage %v", err, f.Damage)
	}
}

// at returns the 0xRRGGBB colour of a pixel.
func at(f *capture.Frame, x, y int) uint32 {
	p := f.Pix[y*f.Stride+4*x:]
	return uint32(p[2])<<16 | uint32(p[1])<<8 | uint32(p[0])
}

func wantColour(t *testing.T, f *capture.Frame, p image.Point, rgb uint32) {
	t.Helper()
	if got := at(f, p.X, p.Y); got != rgb {
		t.Errorf("pixel %v is %06x, want %06x", p, got, rgb)
	}
}
