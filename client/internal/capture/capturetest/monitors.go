package capturetest

import (
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Two monitors of different sizes, with nothing above the second and below the first.
var (
	first  = image.Rect(0, 0, 200, 160)
	second = image.Rect(200, 60, 320, 240)
	both   = first.Union(second)
)

// within is how long a change of the monitors may take to be told of and shown.
const within = time.Second

// withTwo arranges two monitors and returns their IDs.
func (h *Harness) withTwo(t *testing.T) (one, two int) {
	t.Helper()
	h.Arrange(first, second)
	list := h.monitors(t, 2)
	if list[0].Bounds != first || list[1].Bounds != second || !list[0].Primary || list[1].Primary {
		t.Fatalf("monitors %+v, want %v, which is the primary one, and %v", list, first, second)
	}
	return list[0].ID, list[1].ID
}

// monitors lists them, of which there must be so many.
func (h *Harness) monitors(t *testing.T, count int) []capture.Monitor {
	t.Helper()
	list, err := h.Source.Monitors()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != count {
		t.Fatalf("monitors %+v, want %d", list, count)
	}
	return list
}

func (h *Harness) watch(t *testing.T, id int) {
	t.Helper()
	if err := h.Source.Watch(id); err != nil {
		t.Fatal(err)
	}
}

// wantPlace takes the next frame, which must be a complete one of that place.
func (h *Harness) wantPlace(t *testing.T, f *capture.Frame, place image.Rectangle) {
	t.Helper()
	h.next(t, f)
	if f.Bounds != place {
		t.Errorf("picture of %v, want %v", f.Bounds, place)
	}
	wantComplete(t, f, place.Size())
}

// forget empties the channel that tells of the monitors.
func (h *Harness) forget() {
	select {
	case <-h.Source.Rearranged():
	default:
	}
}

// wantRearranged waits in Next until the Source tells that the monitors are others, and
// returns the error of Next, if it had one by itself.
func (h *Harness) wantRearranged(t *testing.T, f *capture.Frame) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), within)
	defer cancel()
	told := make(chan struct{})
	go func() {
		defer close(told)
		select {
		case <-h.Source.Rearranged():
			cancel()
		case <-ctx.Done():
			t.Errorf("not told within %v that the monitors are others", within)
		}
	}()
	for {
		err := h.Source.Next(ctx, f)
		if err == nil {
			continue
		}
		<-told
		if errors.Is(err, context.Canceled) {
			return nil
		}
		return err
	}
}

func testEachMonitor(t *testing.T, h *Harness) {
	one, two := h.withTwo(t)
	h.Fill(image.Rect(0, 0, 1, 1), 0x0000ff)
	h.Fill(image.Rect(200, 60, 201, 61), 0x00ff00)
	var f capture.Frame
	h.watch(t, two)
	h.wantPlace(t, &f, second)
	wantColour(t, &f, image.Pt(0, 0), 0x00ff00)
	h.Fill(image.Rect(10, 10, 20, 20), 0x123456) // on the other one
	h.wantNothing(t, &f)
	h.watch(t, one)
	h.wantPlace(t, &f, first)
	wantColour(t, &f, image.Pt(0, 0), 0x0000ff)
	wantColour(t, &f, image.Pt(15, 15), 0x123456)
}

func testAllMonitors(t *testing.T, h *Harness) {
	h.withTwo(t)
	h.Fill(both, 0xffffff)
	h.watch(t, capture.AllMonitors)
	var f capture.Frame
	h.wantPlace(t, &f, both)
	for _, c := range []struct {
		at   image.Point
		want uint32
	}{
		{image.Pt(0, 0), 0xffffff}, {image.Pt(199, 159), 0xffffff}, {image.Pt(200, 60), 0xffffff}, {image.Pt(319, 239), 0xffffff},
		{image.Pt(200, 59), 0}, {image.Pt(319, 0), 0}, {image.Pt(0, 160), 0}, {image.Pt(199, 239), 0},
	} {
		wantColour(t, &f, c.at, c.want)
	}
	for _, r := range []image.Rectangle{image.Rect(5, 5, 9, 9), image.Rect(310, 230, 319, 239)} {
		h.Fill(r, 0x123456)
		h.next(t, &f)
		wantColour(t, &f, r.Min, 0x123456)
		wantCovered(t, &f, r)
	}
}

func testGap(t *testing.T, h *Harness) {
	h.withTwo(t)
	h.watch(t, capture.AllMonitors)
	var f capture.Frame
	h.wantPlace(t, &f, both)
	h.Fill(image.Rect(210, 0, 320, 50), 0xff0000)
	h.wantNothing(t, &f)
	h.Fill(image.Rect(190, 40, 210, 80), 0xff0000) // on both, and beside them
	h.next(t, &f)
	wantColour(t, &f, image.Pt(199, 40), 0xff0000)
	wantColour(t, &f, image.Pt(200, 60), 0xff0000)
	wantColour(t, &f, image.Pt(200, 59), 0)
	wantColour(t, &f, image.Pt(210, 0), 0)
}

func testPlug(t *testing.T, h *Harness) {
	h.Arrange(first)
	id := h.monitors(t, 1)[0].ID
	h.watch(t, id)
	var f capture.Frame
	h.wantPlace(t, &f, first)
	h.forget()
	h.Arrange(first, second)
	if err := h.wantRearranged(t, &f); err != nil {
		t.Errorf("next while a monitor is plugged in: %v", err)
	}
	list := h.monitors(t, 2)
	if list[0].ID != id || list[1].ID == id || list[1].Bounds != second {
		t.Errorf("monitors %+v, want monitor %d and another at %v", list, id, second)
	}
	h.wantNothing(t, &f)
}

func testUnplug(t *testing.T, h *Harness) {
	one, two := h.withTwo(t)
	h.watch(t, two)
	var f capture.Frame
	h.wantPlace(t, &f, second)
	h.forget()
	h.Arrange(first)
	if err := h.wantRearranged(t, &f); err != nil && !errors.Is(err, capture.ErrNoMonitor) {
		t.Errorf("next while the monitor is unplugged: %v", err)
	}
	if err := h.Source.Next(t.Context(), &f); !errors.Is(err, capture.ErrNoMonitor) {
		t.Errorf("next without the monitor: %v", err)
	}
	if err := h.Source.Watch(two); !errors.Is(err, capture.ErrNoMonitor) {
		t.Errorf("watch a monitor that is gone: %v", err)
	}
	if list := h.monitors(t, 1); list[0].ID != one {
		t.Errorf("the monitor that is left has ID %d, and had %d", list[0].ID, one)
	}
	h.watch(t, one)
	h.wantPlace(t, &f, first)
}

func testRearrangeAll(t *testing.T, h *Harness) {
	h.withTwo(t)
	h.watch(t, capture.AllMonitors)
	var f capture.Frame
	h.wantPlace(t, &f, both)
	began := time.Now()
	h.Arrange(first)
	for f.Bounds != first && time.Since(began) < soon {
		h.next(t, &f)
	}
	if d := time.Since(began); d > within {
		t.Errorf("the new place was shown after %v", d)
	}
	wantComplete(t, &f, first.Size())
	h.Arrange(first, second)
	for f.Bounds != both && time.Since(began) < soon {
		h.next(t, &f)
	}
	wantComplete(t, &f, both.Size())
}
