package blocks_test

import (
	"image"
	"image/color"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture/blocks"
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
	var d blocks.Differ
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			a, b := image.NewRGBA(size), image.NewRGBA(size)
			for _, p := range test.pixels {
				b.Set(p.X, p.Y, color.White)
			}
			if diff := cmp.Diff(test.want, d.Differences(nil, a, b)); diff != "" {
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
	var d blocks.Differ
	want := []image.Rectangle{image.Rect(64, 64, 1920, 1024)}
	if diff := cmp.Diff(want, d.Differences(nil, a, b)); diff != "" {
		t.Error(diff)
	}
}
