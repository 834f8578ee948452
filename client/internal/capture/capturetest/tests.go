package capturetest

import (
	"context"
	"errors"
	"image"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

func testMonitors(t *testing.T, h *Harness) {
	list, err := h.Source.Monitors()
	if err != nil {
		t.Fatal(err)
	}
	if len(list) != 1 || !list[0].Primary || list[0].Bounds.Size() != h.Size {
		t.Errorf("monitors %+v, want one of %v", list, h.Size)
	}
}

func testFirst(t *testing.T, h *Harness) {
	h.Fill(image.Rect(10, 20, 30, 40), 0x123456)
	var f capture.Frame
	h.next(t, &f)
	wantComplete(t, &f, h.Size)
	wantColour(t, &f, image.Pt(10, 20), 0x123456)
	wantColour(t, &f, image.Pt(29, 39), 0x123456)
	wantColour(t, &f, image.Pt(9, 20), 0)
	wantColour(t, &f, image.Pt(30, 39), 0)
}

func testUnchanged(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	h.wantNothing(t, &f)
}

func testChange(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	changed := image.Rect(100, 50, 110, 60)
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		time.Sleep(while / 2) // while Next waits
		h.Fill(changed, 0xff8001)
	}()
	h.next(t, &f)
	<-drawn
	wantColour(t, &f, image.Pt(105, 55), 0xff8001)
	wantCovered(t, &f, changed)
	if area(f.Damage) > h.Size.X*h.Size.Y/4 {
		t.Errorf("damage %v for a change of %v", f.Damage, changed)
	}
	h.wantNothing(t, &f)
}

func wantCovered(t *testing.T, f *capture.Frame, r image.Rectangle) {
	t.Helper()
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			if !covered(f.Damage, image.Pt(x, y)) {
				t.Fatalf("damage %v does not cover %v", f.Damage, image.Pt(x, y))
			}
		}
	}
}

func covered(list []image.Rectangle, p image.Point) bool {
	for _, r := range list {
		if p.In(r) {
			return true
		}
	}
	return false
}

func area(list []image.Rectangle) int {
	sum := 0
	for _, r := range list {
		sum += r.Dx() * r.Dy()
	}
	return sum
}

func testChangeBetween(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	h.Fill(image.Rect(0, 0, 5, 5), 0xffffff)
	h.Fill(image.Rect(200, 200, 210, 210), 0x00ff00)
	time.Sleep(while / 4)
	h.next(t, &f)
	wantColour(t, &f, image.Pt(4, 4), 0xffffff)
	wantColour(t, &f, image.Pt(205, 205), 0x00ff00)
	wantCovered(t, &f, image.Rect(0, 0, 5, 5))
	wantCovered(t, &f, image.Rect(200, 200, 210, 210))
}

// testFollow keeps a copy of the picture by damage alone.
func testFollow(t *testing.T, h *Harness) {
	random := rand.New(rand.NewPCG(1, 2))
	var f capture.Frame
	h.next(t, &f)
	copied := append([]byte(nil), f.Pix...)
	for range 15 {
		for range 1 + random.IntN(4) {
			h.fillSomewhere(random)
		}
		h.next(t, &f)
		follow(copied, &f)
		wantSame(t, &f, copied)
	}
}

// fillSomewhere never takes a colour that is there already: then nothing would change.
func (h *Harness) fillSomewhere(random *rand.Rand) {
	p := image.Pt(random.IntN(h.Size.X-1), random.IntN(h.Size.Y-1))
	size := image.Pt(1+random.IntN(90), 1+random.IntN(90))
	h.Fill(image.Rectangle{Min: p, Max: p.Add(size)}, random.Uint32()&0xffffff|1)
}

// follow copies the damaged parts of f.
func follow(copied []byte, f *capture.Frame) {
	for _, r := range f.Damage {
		for y := r.Min.Y; y < r.Max.Y; y++ {
			from, to := y*f.Stride+4*r.Min.X, y*f.Stride+4*r.Max.X
			copy(copied[from:to], f.Pix[from:to])
		}
	}
}

// testRestless keeps a copy of the picture by damage alone while somebody draws all
// the time, and compares it with a new picture when all is quiet again.
func testRestless(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	copied := append([]byte(nil), f.Pix...)
	drawn := make(chan struct{})
	go func() {
		defer close(drawn)
		random := rand.New(rand.NewPCG(5, 6))
		for began := time.Now(); time.Since(began) < 4*while; {
			h.fillSomewhere(random)
		}
	}()
	frames := 0
	taken := func() {
		frames++
		follow(copied, &f)
	}
	h.drain(t, &f, taken)
	<-drawn
	h.drain(t, &f, taken) // if the machine made a longer pause
	if frames < 2 {
		t.Errorf("%d frames in %v", frames, 4*while)
	}
	if err := h.Source.Watch(h.first(t)); err != nil {
		t.Fatal(err)
	}
	h.next(t, &f)
	wantSame(t, &f, copied)
}

// drain takes frames until none comes for a while.
func (h *Harness) drain(t *testing.T, f *capture.Frame, taken func()) {
	t.Helper()
	for {
		ctx, cancel := context.WithTimeout(t.Context(), while)
		err := h.Source.Next(ctx, f)
		cancel()
		if errors.Is(err, context.DeadlineExceeded) {
			return
		}
		if err != nil {
			t.Fatalf("next: %v", err)
		}
		taken()
	}
}

// first returns the ID of the primary monitor.
func (h *Harness) first(t *testing.T) int {
	t.Helper()
	list, err := h.Source.Monitors()
	if err != nil {
		t.Fatal(err)
	}
	return list[0].ID
}

func wantSame(t *testing.T, f *capture.Frame, pix []byte) {
	t.Helper()
	other := capture.Frame{Pix: pix, Stride: f.Stride}
	for y := range f.Size().Y {
		for x := range f.Size().X {
			if at(f, x, y) != at(&other, x, y) {
				t.Fatalf("the damage %v leaves out %v", f.Damage, image.Pt(x, y))
			}
		}
	}
}

func testReuse(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	before := &f.Pix[0]
	h.Fill(image.Rect(0, 0, 9, 9), 0xffffff)
	h.next(t, &f)
	if &f.Pix[0] != before {
		t.Error("the second frame is in new memory")
	}
}

func testOtherFrame(t *testing.T, h *Harness) {
	h.Fill(image.Rect(0, 0, 9, 9), 0x123456)
	var f capture.Frame
	h.next(t, &f)
	other := capture.Frame{Pix: make([]byte, len(f.Pix))}
	random := rand.New(rand.NewPCG(7, 8))
	for _, f := range []*capture.Frame{{}, &other, &f} {
		h.Fill(image.Rect(100, 100, 109, 109), random.Uint32()&0xffffff|1)
		h.next(t, f)
		wantColour(t, f, image.Pt(8, 8), 0x123456)
		wantColour(t, f, image.Pt(9, 9), 0)
		wantCovered(t, f, image.Rect(100, 100, 109, 109))
	}
}

func testResize(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	size := image.Pt(h.Size.X-101, h.Size.Y-51)
	h.Resize(size)
	for deadline := time.Now().Add(soon); f.Size() != size && time.Now().Before(deadline); {
		h.next(t, &f)
	}
	wantComplete(t, &f, size)
	h.Fill(image.Rect(size.X-1, size.Y-1, size.X, size.Y), 0xffffff)
	h.next(t, &f)
	wantColour(t, &f, image.Pt(size.X-1, size.Y-1), 0xffffff)
}

func testWatch(t *testing.T, h *Harness) {
	id := h.first(t)
	for range 2 {
		if err := h.Source.Watch(id); err != nil {
			t.Fatal(err)
		}
		var f capture.Frame
		h.next(t, &f)
		wantComplete(t, &f, h.Size)
	}
}

func testUnknown(t *testing.T, h *Harness) {
	for _, id := range []int{-2, 7, 1 << 30} {
		if err := h.Source.Watch(id); !errors.Is(err, capture.ErrNoMonitor) {
			t.Errorf("watch monitor %d: %v", id, err)
		}
	}
	var f capture.Frame
	h.next(t, &f) // it still shows the one before
	wantComplete(t, &f, h.Size)
}

func testContext(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(while, cancel)
	if err := h.Source.Next(ctx, &f); !errors.Is(err, context.Canceled) {
		t.Errorf("next with a cancelled context: %v", err)
	}
	if err := h.Source.Next(ctx, &f); !errors.Is(err, context.Canceled) {
		t.Errorf("next with an ended context: %v", err)
	}
}

func testClose(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	closed := make(chan error, 1)
	go func() {
		time.Sleep(while)
		closed <- h.Source.Close()
	}()
	if err := h.Source.Next(ctx, &f); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("next while the source is closed: %v", err)
	}
	if err := <-closed; err != nil {
		t.Errorf("close: %v", err)
	}
}

func testCloseTwice(t *testing.T, h *Harness) {
	var closing sync.WaitGroup
	for range 4 {
		closing.Go(func() {
			if err := h.Source.Close(); err != nil {
				t.Errorf("close: %v", err)
			}
		})
	}
	closing.Wait()
}

func testClosed(t *testing.T, h *Harness) {
	if err := h.Source.Close(); err != nil {
		t.Fatalf("close: %v", err)
	}
	if err := h.Source.Next(t.Context(), &capture.Frame{}); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("next: %v", err)
	}
	if _, err := h.Source.Monitors(); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("monitors: %v", err)
	}
	if err := h.Source.Watch(0); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("watch: %v", err)
	}
}

func testDisconnect(t *testing.T, h *Harness) {
	var f capture.Frame
	h.next(t, &f)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	gone := make(chan struct{})
	go func() {
		defer close(gone)
		time.Sleep(while)
		h.Disconnect()
	}()
	if err := h.Source.Next(ctx, &f); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("next while the display goes away: %v", err)
	}
	<-gone
	if _, err := h.Source.Monitors(); !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("monitors of a display that is gone: %v", err)
	}
}
