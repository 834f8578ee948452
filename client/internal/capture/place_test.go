package capture

import (
	"errors"
	"image"
	"math/rand/v2"
	"testing"
)

func TestPlaceOfOneMonitor(t *testing.T) {
	list := []Monitor{{ID: 3, Bounds: image.Rect(10, 20, 30, 40)}, {ID: 0, Bounds: image.Rect(30, 20, 50, 40)}}
	for _, m := range list {
		if bounds, gaps, err := Place(list, m.ID); bounds != m.Bounds || len(gaps) > 0 || err != nil {
			t.Errorf("monitor %d: %v without %v, %v", m.ID, bounds, gaps, err)
		}
	}
	for _, id := range []int{1, -2} {
		if _, _, err := Place(list, id); !errors.Is(err, ErrNoMonitor) {
			t.Errorf("monitor %d: %v", id, err)
		}
	}
	if _, _, err := Place(nil, AllMonitors); !errors.Is(err, ErrNoMonitor) {
		t.Errorf("all of none: %v", err)
	}
}

// Each pixel is in a monitor or in one gap.
func TestPlaceOfAllMonitors(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		var list []Monitor
		for n := range 1 + random.IntN(4) {
			at := image.Pt(random.IntN(20)-10, random.IntN(20)-10)
			size := image.Pt(1+random.IntN(12), 1+random.IntN(12))
			list = append(list, Monitor{ID: n, Bounds: image.Rectangle{Min: at, Max: at.Add(size)}})
		}
		bounds, gaps, err := Place(list, AllMonitors)
		if err != nil {
			t.Fatal(err)
		}
		for y := bounds.Min.Y; y < bounds.Max.Y; y++ {
			for x := bounds.Min.X; x < bounds.Max.X; x++ {
				p, shown := image.Pt(x, y), 0
				for _, m := range list {
					if p.In(m.Bounds) {
						shown = 1
					}
				}
				for _, gap := range gaps {
					if p.Sub(bounds.Min).In(gap) {
						shown += 2
					}
				}
				if shown != 1 && shown != 2 {
					t.Fatalf("monitors %v, gaps %v in %v: %v is wrong", list, gaps, bounds, p)
				}
			}
		}
	}
}
