//go:build linux

package x11

import (
	"image"
	"math/rand/v2"
	"slices"
	"testing"
)

func TestRegions(t *testing.T) {
	tests := []struct {
		name      string
		add, want []image.Rectangle
	}{
		{"nothing", nil, nil},
		{"an empty one", []image.Rectangle{{}}, nil},
		{"far apart", []image.Rectangle{image.Rect(0, 0, 8, 16), image.Rect(900, 900, 908, 916)},
			[]image.Rectangle{image.Rect(0, 0, 8, 16), image.Rect(900, 900, 908, 916)}},
		{"neighbours", []image.Rectangle{image.Rect(0, 0, 8, 16), image.Rect(8, 0, 16, 16)},
			[]image.Rectangle{image.Rect(0, 0, 16, 16)}},
		{"one in another", []image.Rectangle{image.Rect(0, 0, 800, 800), image.Rect(8, 8, 16, 16)},
			[]image.Rectangle{image.Rect(0, 0, 800, 800)}},
		{"a gap that is worth it", []image.Rectangle{image.Rect(0, 0, 8, 16), image.Rect(100, 0, 108, 16)},
			[]image.Rectangle{image.Rect(0, 0, 108, 16)}},
		{"two that a third joins", []image.Rectangle{
			image.Rect(0, 0, 100, 100), image.Rect(200, 0, 300, 100), image.Rect(100, 0, 200, 100)},
			[]image.Rectangle{image.Rect(0, 0, 300, 100)}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var s regions
			for _, r := range test.add {
				s.add(r)
			}
			if got := s.all(); !slices.Equal(got, test.want) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}

func TestRegionsCoverAllThatWasAdded(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var s regions
		var added []image.Rectangle
		for range random.IntN(100) {
			at := image.Pt(random.IntN(1900), random.IntN(1000))
			r := image.Rectangle{Min: at, Max: at.Add(image.Pt(1+random.IntN(200), 1+random.IntN(200)))}
			added = append(added, r)
			s.add(r)
		}
		for _, r := range added {
			if !slices.ContainsFunc(s.all(), r.In) {
				t.Fatalf("%v leave out %v", s.all(), r)
			}
		}
	}
}
