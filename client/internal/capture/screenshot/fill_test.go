package screenshot

import (
	"image"
	"image/color"
	"testing"

	"github.com/lendhand/lendhand/client/internal/capture"
)

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
