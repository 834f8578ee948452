//go:build linux

package pipewire

import (
	"image"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// desktop is a Source of monitors with these places on the desktop, and sizes in pixels.
func desktop(monitors ...[2]image.Rectangle) *Source {
	s := &Source{lost: make(chan struct{})}
	for n, m := range monitors {
		stream := newStream(s, Stream{Node: uint32(10 + n), Place: m[0]})
		stream.format.size = m[1].Size()
		s.streams = append(s.streams, stream)
	}
	return s
}

func TestLocate(t *testing.T) {
	left, right := image.Rect(0, 0, 100, 80), image.Rect(100, 20, 160, 60)
	plain := desktop([2]image.Rectangle{left, left}, [2]image.Rectangle{right, right})
	// The right one has twice as many pixels as the desktop has units there.
	fine := desktop([2]image.Rectangle{left, left}, [2]image.Rectangle{right, image.Rect(0, 0, 120, 80)})
	tests := []struct {
		name string
		s    *Source
		at   image.Point
		node uint32
		x, y float64
	}{
		{"the corner", plain, image.Pt(0, 0), 10, 0, 0},
		{"the second", plain, image.Pt(110, 30), 11, 10, 10},
		{"left of everything", plain, image.Pt(-50, 30), 10, 0, 30},
		{"beyond everything", plain, image.Pt(500, 500), 11, 59, 39},
		{"above the second, which is nearest", plain, image.Pt(150, 0), 11, 50, 0},
		{"pixels that are finer", fine, image.Pt(100+60, 40), 11, 30, 20},
	}
	for _, test := range tests {
		node, x, y, ok := test.s.Locate(test.at)
		if !ok || node != test.node || x != test.x || y != test.y {
			t.Errorf("%s: node %d at %v, %v, %v", test.name, node, x, y, ok)
		}
	}
	plain.streams[1].lost = capture.ErrNoDisplay
	if node, x, y, ok := plain.Locate(image.Pt(110, 30)); !ok || node != 10 || x != 99 || y != 30 {
		t.Errorf("a monitor that is gone: node %d at %v, %v, %v", node, x, y, ok)
	}
}

// Monitors never overlap, however many pixels they have.
func TestMonitorsWithFinePixels(t *testing.T) {
	s := desktop(
		[2]image.Rectangle{image.Rect(50, 0, 100, 50), image.Rect(0, 0, 100, 100)},
		[2]image.Rectangle{image.Rect(0, 0, 50, 50), image.Rect(0, 0, 50, 50)},
	)
	list, err := s.Monitors()
	if err != nil {
		t.Fatal(err)
	}
	if list[0].Bounds != image.Rect(50, 0, 150, 100) || list[1].Bounds != image.Rect(0, 0, 50, 50) || !list[0].Primary {
		t.Errorf("monitors %+v", list)
	}
}
