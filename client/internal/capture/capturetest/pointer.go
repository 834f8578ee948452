package capturetest

import (
	"bytes"
	"context"
	"errors"
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// PointerHarness is a desktop of at least 320 by 240 pixels whose pointer is at rest,
// with the Pointer that watches it. The Pointer ends with the test.
type PointerHarness struct {
	Pointer capture.Pointer
	// Move moves the pointer as a person does; Warp as a program does.
	Move, Warp func(to image.Point)
	// Become gives it a shape of 2 by 1 pixels, of R, G, B and A each.
	Become func(hot image.Point, pix []byte)
	// Disconnect takes the display away.
	Disconnect func()
}

// RunPointer tests what every Pointer promises.
func RunPointer(t *testing.T, newHarness func(t *testing.T) *PointerHarness) {
	tests := []struct {
		name string
		test func(*testing.T, *PointerHarness)
	}{
		{"the first answer comes at once", func(t *testing.T, h *PointerHarness) { h.next(t) }},
		{"a pointer at rest gives nothing", func(t *testing.T, h *PointerHarness) { h.next(t); h.wantNothing(t) }},
		{"a person's movement is told", func(t *testing.T, h *PointerHarness) { testMove(t, h, h.Move) }},
		{"a program's movement is told", func(t *testing.T, h *PointerHarness) { testMove(t, h, h.Warp) }},
		{"a movement after a long rest is told", testRest},
		{"the last place of many is told", testManyMoves},
		{"another shape is told", testShape},
		{"the context ends the wait", testPointerContext},
		{"closing ends the wait", testPointerClose},
		{"a display that goes away is an error", testPointerDisconnect},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			h := newHarness(t)
			t.Cleanup(func() {
				if err := h.Pointer.Close(); err != nil {
					t.Errorf("close: %v", err)
				}
			})
			test.test(t, h)
		})
	}
}

// next returns what comes next, which must come soon.
func (h *PointerHarness) next(t *testing.T) capture.Pointing {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	p, err := h.Pointer.Next(ctx)
	if err != nil {
		t.Fatalf("next: %v", err)
	}
	c := p.Cursor
	if c == nil || len(c.Pix) != 4*c.Size.X*c.Size.Y {
		t.Fatalf("shape %v", c)
	}
	return p
}

// wantNothing tests that nothing comes for a while.
func (h *PointerHarness) wantNothing(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), while)
	defer cancel()
	if p, err := h.Pointer.Next(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("next with nothing new: %v, %v", p, err)
	}
}

// wantPlace waits until the pointer is told to be somewhere.
func (h *PointerHarness) wantPlace(t *testing.T, want image.Point) capture.Pointing {
	t.Helper()
	for {
		if p := h.next(t); p.Place == want {
			return p
		}
	}
}

func testMove(t *testing.T, h *PointerHarness, move func(image.Point)) {
	before := h.next(t)
	h.wantNothing(t)
	moved := make(chan struct{})
	go func() {
		defer close(moved)
		time.Sleep(while / 2) // while Next waits
		move(image.Pt(123, 45))
	}()
	after := h.wantPlace(t, image.Pt(123, 45))
	<-moved
	if after.Cursor != before.Cursor {
		t.Error("the same shape is told anew")
	}
	h.wantNothing(t)
}

func testRest(t *testing.T, h *PointerHarness) {
	h.next(t)
	for n := range 3 {
		to := image.Pt(10+n, 20)
		h.Move(to)
		h.wantPlace(t, to)
		time.Sleep(2 * while)
		h.wantNothing(t)
	}
}

func testManyMoves(t *testing.T, h *PointerHarness) {
	h.next(t)
	moved := make(chan struct{})
	go func() {
		defer close(moved)
		for x := range 300 {
			h.Move(image.Pt(x, 100))
			time.Sleep(time.Millisecond)
		}
	}()
	told := 0
	for h.next(t).Place != image.Pt(299, 100) {
		told++
	}
	<-moved
	if told == 0 {
		t.Error("no place on the way was told")
	}
	h.wantNothing(t)
}

func testShape(t *testing.T, h *PointerHarness) {
	h.next(t)
	h.wantNothing(t)
	for _, want := range []capture.Cursor{
		{Pix: []byte{0x10, 0x20, 0x30, 0xff, 0x80, 0, 0xff, 0x80}, Hot: image.Pt(1, 0)},
		{Pix: []byte{0, 0, 0, 0, 0xff, 0xff, 0xff, 0xff}},
	} {
		h.Become(want.Hot, want.Pix)
		got := h.next(t).Cursor
		if got.Size != image.Pt(2, 1) || got.Hot != want.Hot || !bytes.Equal(got.Pix, want.Pix) {
			t.Errorf("shape %v, want %v", got, want)
		}
		h.wantNothing(t)
	}
}

func testPointerContext(t *testing.T, h *PointerHarness) {
	h.next(t)
	ctx, cancel := context.WithCancel(t.Context())
	time.AfterFunc(while, cancel)
	for range 2 {
		if _, err := h.Pointer.Next(ctx); !errors.Is(err, context.Canceled) {
			t.Errorf("next with a cancelled context: %v", err)
		}
	}
}

func testPointerClose(t *testing.T, h *PointerHarness) {
	h.testEnd(t, capture.ErrClosed, func() {
		if err := h.Pointer.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
}

func testPointerDisconnect(t *testing.T, h *PointerHarness) {
	h.testEnd(t, capture.ErrNoDisplay, h.Disconnect)
}

// testEnd tests what Next returns when the Pointer ends meanwhile, and after that.
func (h *PointerHarness) testEnd(t *testing.T, want error, end func()) {
	t.Helper()
	h.next(t)
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		time.Sleep(while)
		end()
	}()
	for range 2 {
		if _, err := h.Pointer.Next(ctx); !errors.Is(err, want) {
			t.Errorf("next: %v, want %v", err, want)
		}
	}
	<-ended
}
