package fake_test

import (
	"image"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/capture/capturetest"
	"github.com/lendhand/lendhand/client/internal/capture/fake"
)

func TestContract(t *testing.T) {
	capturetest.Run(t, func(*testing.T) *capturetest.Harness {
		size := image.Pt(400, 300)
		s := fake.New(image.Rectangle{Max: size})
		return &capturetest.Harness{
			Source:     s,
			Size:       size,
			Fill:       s.Paint,
			Resize:     func(size image.Point) { s.Resize(0, image.Rectangle{Max: size}) },
			Arrange:    func(list ...image.Rectangle) { arrange(s, list) },
			Disconnect: s.Disconnect,
		}
	})
}

// arrange plugs and unplugs monitors until they are those of the list.
func arrange(s *fake.Source, list []image.Rectangle) {
	before, err := s.Monitors()
	for n := range max(len(before), len(list)) {
		switch {
		case err != nil || n >= len(before):
			s.Plug(list[n])
		case n >= len(list):
			s.Unplug(before[n].ID)
		case before[n].Bounds != list[n]:
			s.Resize(before[n].ID, list[n])
		}
	}
}

func TestSecondMonitor(t *testing.T) {
	second := image.Rect(64, 0, 96, 32)
	s := fake.New(image.Rect(0, 0, 64, 64), second)
	if err := s.Watch(1); err != nil {
		t.Fatal(err)
	}
	s.Fill(0, image.Rect(0, 0, 1, 1), 0xffffff)
	var f capture.Frame
	if err := s.Next(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	if f.Bounds != second {
		t.Errorf("frame of %v, want %v", f.Bounds, second)
	}
}

func TestDamageIsBounded(t *testing.T) {
	s := fake.New(image.Rect(0, 0, 640, 64))
	var f capture.Frame
	if err := s.Next(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	for x := range 100 {
		s.Fill(0, image.Rect(x, 0, x+1, 1), 0xffffff)
	}
	if err := s.Next(t.Context(), &f); err != nil {
		t.Fatal(err)
	}
	if len(f.Damage) > 20 {
		t.Errorf("%d rectangles", len(f.Damage))
	}
}

func TestPointerContract(t *testing.T) {
	capturetest.RunPointer(t, func(*testing.T) *capturetest.PointerHarness {
		p := fake.NewPointer()
		return &capturetest.PointerHarness{
			Pointer: p, Move: p.Move, Warp: p.Move, Disconnect: p.Disconnect,
			Become: func(hot image.Point, pix []byte) {
				p.Become(&capture.Cursor{Pix: pix, Size: image.Pt(2, 1), Hot: hot})
			},
		}
	})
}
