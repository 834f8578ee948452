package screenshot

import (
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
)

func TestDifferences(t *testing.T) {
	size := image.Rect(0, 0, 300, 200) // 5 by 4 blocks, the last ones cut
	tests := []struct {
		name   string
		pixels []image.Point
		want   []image.Rectangle
	}{
		{"nothing", nil, nil},
		{"the first pixel", []image.Point{{0, 0}}, []image.Rectangle{image.Rect(0, 0, 64, 64)}},
		{"the last pixel", []image.Point{{299, 199}}, []image.Rectangle{image.Rect(256, 192, 300, 200)}},
		{"neighbours", []image.Point{{63, 0}, {64, 1}}, []image.Rectangle{image.Rect(0, 0, 128, 64)}},
		{"a column", []image.Point{{70, 0}, {70, 64}, {70, 128}}, []image.Rectangle{image.Rect(64, 0, 128, 192)}},
		{"a column with a gap", []image.Point{{70, 0}, {70, 128}}, []image.Rectangle{
			image.Rect(64, 0, 128, 64), image.Rect(64, 128, 128, 192),
		}},
		{"a square", []image.Point{{0, 0}, {70, 0}, {0, 70}, {70, 70}}, []image.Rectangle{image.Rect(0, 0, 128, 128)}},
		{"a step", []image.Point{{0, 0}, {0, 70}, {70, 70}}, []image.Rectangle{
			image.Rect(0, 0, 64, 64), image.Rect(0, 64, 128, 128),
		}},
	}
	var d differ
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := image.NewRGBA(size), image.NewRGBA(size)
			for _, p := range test.pixels {
				b.Set(p.X, p.Y, color.White)
			}
			if diff := cmp.Diff(test.want, d.differences(nil, a, b)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestManyDifferencesBecomeOne(t *testing.T) {
	a, b := image.NewRGBA(image.Rect(0, 0, 1920, 1080)), image.NewRGBA(image.Rect(0, 0, 1920, 1080))
	for y := 70; y < 1000; y += 128 {
		for x := 70; x < 1900; x += 128 {
			b.Set(x, y, color.White)
		}
	}
	var d differ
	want := []image.Rectangle{image.Rect(64, 64, 1920, 1024)}
	if diff := cmp.Diff(want, d.differences(nil, a, b)); diff != "" {
		t.Error(diff)
	}
}

func TestFill(t *testing.T) {
	for _, width := range []int{1, 2, 3, 8} {
		picture := image.NewRGBA(image.Rect(0, 0, width, 2))
		for n := range picture.Pix {
			picture.Pix[n] = byte(n)
		}
		var f capture.Frame
		fill(&f, picture)
		for n := 0; n < len(f.Pix); n += 4 {
			got, want := [4]byte(f.Pix[n:]), [4]byte{byte(n + 2), byte(n + 1), byte(n), byte(n + 3)}
			if got != want {
				t.Errorf("width %d, byte %d: %v, want %v", width, n, got, want)
			}
		}
	}
}

func TestComparingAllocatesNothing(t *testing.T) {
	a, b := image.NewRGBA(image.Rect(0, 0, 640, 480)), image.NewRGBA(image.Rect(0, 0, 640, 480))
	b.Set(333, 333, color.White)
	var s Source
	var f capture.Frame
	s.compare(a, a.Rect, &f)
	n := 0
	allocations := testing.AllocsPerRun(50, func() {
		n++
		s.compare([]*image.RGBA{b, a}[n%2], a.Rect, &f)
	})
	if allocations > 0 {
		t.Errorf("%v allocations for each picture", allocations)
	}
}
