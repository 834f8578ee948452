package app

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakescreen "github.com/lendhand/lendhand/client/internal/capture/fake"
	"github.com/lendhand/lendhand/client/internal/consent"
	"github.com/lendhand/lendhand/client/internal/peer/peertest"
	"github.com/lendhand/lendhand/client/internal/ui"
	"github.com/lendhand/lendhand/signaling"
)

// bench is a cursor with all that it needs, and what it sends.
type bench struct {
	*cursor
	pointer *fakescreen.Pointer
	hand    *trail

	mu       sync.Mutex
	sent     []signaling.Message
	sequence uint64 // of the last place
	broken   bool   // nothing can be sent
}

// newBench is called in a synctest bubble; the cursor runs until stop.
func newBench(scopes signaling.Scopes) *bench {
	b := &bench{pointer: fakescreen.NewPointer(), hand: &trail{}}
	b.pointer.Move(desktop.Min)
	gate := consent.NewGate()
	later := time.Now().Add(time.Hour)
	gate.SetGrant(viewAndControl, later)
	gate.Allow(scopes, later)
	b.cursor = &cursor{
		gate: gate, open: func() (capture.Pointer, error) { return b.pointer, nil },
		sight: placed(desktop), trail: b.hand, journal: &journal{}, send: b.take,
		log: slog.New(slog.DiscardHandler), look: make(chan struct{}, 1),
	}
	b.start()
	return b
}

func (b *bench) take(_ signaling.ChannelID, m signaling.Message) error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.broken {
		return errors.New("broken")
	}
	if c, ok := m.(*signaling.Cursor); ok { // without its number
		if c.Sequence != b.sequence+1 {
			return fmt.Errorf("number %d after %d", c.Sequence, b.sequence)
		}
		b.sequence++
		m = &signaling.Cursor{Shape: c.Shape, Yours: c.Yours, Place: c.Place}
	}
	b.sent = append(b.sent, m)
	return nil
}

func (b *bench) end() {
	b.stop()
	b.gate.Revoke()
}

// told returns what was sent until the next millisecond.
func (b *bench) told() []signaling.Message {
	time.Sleep(time.Millisecond)
	synctest.Wait()
	b.mu.Lock()
	defer b.mu.Unlock()
	list := b.sent
	b.sent = nil
	return list
}

func (b *bench) want(t *testing.T, what string, want ...signaling.Message) {
	t.Helper()
	if diff := cmp.Diff(want, b.told()); diff != "" {
		t.Errorf("%s (-want +told):\n%s", what, diff)
	}
}

// first drops what is told at the beginning.
func (b *bench) first(t *testing.T) {
	t.Helper()
	if n := len(b.told()); n != 2 {
		t.Errorf("%d messages at first, want a shape and a place", n)
	}
}

func at(x, y int) *signaling.Place { return &signaling.Place{X: x, Y: y} }

// dot is a shape of one pixel.
func dot(colour byte) *capture.Cursor {
	return &capture.Cursor{Pix: []byte{colour, 0, 0, 255}, Size: image.Pt(1, 1)}
}

func TestCursorTellsPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(viewAndControl)
		defer b.end()
		b.first(t)
		b.pointer.Move(desktop.Min.Add(image.Pt(3, 4)))
		b.want(t, "moved", &signaling.Cursor{Shape: 1, Place: at(3, 4)})
		b.pointer.Move(desktop.Max)
		b.want(t, "beside the picture", &signaling.Cursor{Shape: 1})
		moved := desktop.Add(image.Pt(10, 10))
		b.sight.show(moved, time.Now())
		b.changed()
		b.want(t, "another part is shown", &signaling.Cursor{Shape: 1, Place: at(54, 38)})
	})
}

func TestCursorLeavesOutTheTechniciansOwnPlaces(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(viewAndControl)
		defer b.end()
		b.first(t)
		own := func(x, y int) {
			p := desktop.Min.Add(image.Pt(x, y))
			b.hand.add(p)
			b.pointer.Move(p)
		}
		own(1, 1)
		b.want(t, "the first", &signaling.Cursor{Shape: 1, Yours: true, Place: at(1, 1)})
		time.Sleep(time.Minute)
		b.told() // repeats
		own(2, 2)
		own(3, 3)
		b.want(t, "those that follow")
		b.pointer.Become(dot(7))
		if got := b.told(); len(got) != 2 || got[1].(*signaling.Cursor).Shape != 2 {
			t.Errorf("another shape: %v", got)
		}
		b.pointer.Move(desktop.Min.Add(image.Pt(30, 30)))
		b.want(t, "a person's", &signaling.Cursor{Shape: 2, Place: at(30, 30)})
		own(4, 4)
		b.want(t, "back", &signaling.Cursor{Shape: 2, Yours: true, Place: at(4, 4)})
		b.gate.Allow(onlyView, time.Now().Add(time.Hour))
		b.changed()
		b.want(t, "control was taken back", &signaling.Cursor{Shape: 2, Place: at(4, 4)})
	})
}

func TestCursorRepeatsAndFallsSilent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(onlyView)
		defer b.end()
		b.first(t)
		time.Sleep(2 * time.Second)
		if got, want := len(b.told()), len(repeats()); got != want {
			t.Errorf("repeated %d times, want %d", got, want)
		}
		time.Sleep(time.Hour / 2)
		b.want(t, "at rest")
		b.again()
		b.want(t, "again", &signaling.Cursor{Shape: 1, Place: at(0, 0)})
	})
}

func TestCursorTellsNothingWithoutPermission(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(nil)
		defer b.end()
		b.pointer.Become(dot(1))
		b.want(t, "nothing allowed")
		b.gate.Allow(onlyView, time.Now().Add(time.Hour))
		b.changed()
		b.first(t)
		b.gate.Leave()
		b.pointer.Move(desktop.Min.Add(image.Pt(9, 9)))
		time.Sleep(time.Minute)
		b.want(t, "away")
		b.gate.Return()
		b.start()
		b.want(t, "back", &signaling.Cursor{Shape: 1, Place: at(9, 9)})
		b.gate.Revoke()
		b.pointer.Move(desktop.Min)
		b.want(t, "revoked")
	})
}

func TestCursorTellsAgainWhatCouldNotBeSent(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(onlyView)
		defer b.end()
		b.first(t)
		b.mu.Lock()
		b.broken = true
		b.mu.Unlock()
		b.pointer.Become(dot(1))
		b.want(t, "broken")
		b.mu.Lock()
		b.broken = false
		b.mu.Unlock()
		b.again()
		got := b.told()
		if len(got) != 2 || got[0].(*signaling.Shape).ID != 2 || got[1].(*signaling.Cursor).Shape != 2 {
			t.Errorf("told %v, want shape 2 and its place", got)
		}
	})
}

func TestCursorHidden(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		b := newBench(onlyView)
		defer b.end()
		b.first(t)
		for _, c := range []*capture.Cursor{{}, {Pix: make([]byte, 4*6), Size: image.Pt(3, 2)}} {
			b.pointer.Become(c)
			b.want(t, "hidden", &signaling.Cursor{Place: at(0, 0)})
			b.pointer.Become(fakescreen.NewPointer().Shape())
			b.want(t, "shown", &signaling.Cursor{Shape: 1, Place: at(0, 0)})
		}
	})
}

// The technician keeps the newest shapes, and gets no shape twice that they have.
func TestShapesAreSentOnceWhileTheyAreKept(t *testing.T) {
	var s shapes
	var sent []uint64
	send := func(m *signaling.Shape) bool {
		sent = append(sent, m.ID)
		return true
	}
	for n := range 3 * signaling.ShapesKept {
		for range 2 {
			id, ok := s.id(dot(byte(n)), send)
			if !ok || id != uint64(n+1) || len(sent) != n+1 {
				t.Fatalf("shape %d: ID %d, sent %d", n, id, len(sent))
			}
		}
	}
	newest := uint64(len(sent))
	kept := newest - signaling.ShapesKept + 1
	if id, _ := s.id(dot(byte(kept-1)), send); id != kept || len(sent) != int(newest) {
		t.Errorf("the oldest that is kept: ID %d, %d sent", id, len(sent))
	}
	if id, _ := s.id(dot(byte(kept-2)), send); id != newest+1 || len(sent) != int(newest)+1 {
		t.Errorf("one that is not kept: ID %d, %d sent", id, len(sent))
	}
	if len(s.ids) > signaling.ShapesKept {
		t.Errorf("%d shapes are kept", len(s.ids))
	}
}

// A shape that is in use for so long that the technician has forgotten it is sent again.
func TestAShapeInUseIsNotForgotten(t *testing.T) {
	var s shapes
	send := func(*signaling.Shape) bool { return true }
	first := dot(255)
	for n := range 2 * signaling.ShapesKept {
		id, _ := s.id(first, send)
		if id+signaling.ShapesKept <= s.sent {
			t.Fatalf("ID %d is named when %d were sent", id, s.sent)
		}
		_, _ = s.id(dot(byte(n)), send)
	}
}

func TestNewShape(t *testing.T) {
	for _, test := range []struct {
		size, hot         image.Point
		wantSize, wantHot image.Point
	}{
		{image.Pt(24, 32), image.Pt(5, 6), image.Pt(24, 32), image.Pt(5, 6)},
		{image.Pt(96, 96), image.Pt(95, 95), image.Pt(96, 96), image.Pt(95, 95)},
		{image.Pt(192, 96), image.Pt(100, 50), image.Pt(96, 48), image.Pt(50, 25)},
		{image.Pt(1, 500), image.Pt(0, 499), image.Pt(1, 96), image.Pt(0, 95)},
		{image.Pt(8, 8), image.Pt(8, -3), image.Pt(8, 8), image.Pt(7, 0)},
	} {
		c := &capture.Cursor{Pix: bytes.Repeat([]byte{200, 100, 50, 255}, test.size.X*test.size.Y), Size: test.size, Hot: test.hot}
		m, err := newShape(c)
		if err != nil {
			t.Fatal(err)
		}
		m.ID = 1
		if _, err := signaling.Encode(m); err != nil {
			t.Errorf("%v: %v", test.size, err)
		}
		picture, err := png.Decode(bytes.NewReader(m.PNG))
		if err != nil {
			t.Fatal(err)
		}
		if picture.Bounds().Size() != test.wantSize || image.Pt(m.HotX, m.HotY) != test.wantHot {
			t.Errorf("%v with %v: %v with %d, %d", test.size, test.hot, picture.Bounds().Size(), m.HotX, m.HotY)
		}
		r, g, b, _ := picture.At(test.wantSize.X/2, test.wantSize.Y/2).RGBA()
		if r>>8 != 200 || g>>8 != 100 || b>>8 != 50 {
			t.Errorf("%v: colour %d, %d, %d", test.size, r>>8, g>>8, b>>8)
		}
	}
}

// The largest shape that there can be, whose file cannot be made smaller than its
// pixels, can be sent.
func TestTheWorstShapeFits(t *testing.T) {
	pix, noise := make([]byte, 4*signaling.MaxShape*signaling.MaxShape), uint32(1)
	for n := range pix {
		noise = noise*1664525 + 1013904223
		pix[n] = byte(noise >> 24)
	}
	m, err := newShape(&capture.Cursor{Pix: pix, Size: image.Pt(signaling.MaxShape, signaling.MaxShape)})
	if err != nil {
		t.Fatal(err)
	}
	m.ID = 1
	if _, err := signaling.Encode(m); err != nil {
		t.Error(err)
	}
}

// Over a real connection: the technician is told from the yes to the end.
func TestPointerInASession(t *testing.T) {
	w := newWorld(t)
	tech := w.session(viewAndControl, onlyView)
	shape := peertest.Wait[*signaling.Shape](tech.Technician)
	first := peertest.Wait[*signaling.Cursor](tech.Technician)
	if first.Shape != shape.ID || first.Yours {
		t.Errorf("first shape %d, then %+v", shape.ID, first)
	}
	w.machine.point(desktop.Min.Add(image.Pt(5, 6)))
	want := signaling.Place{X: 5, Y: 6}
	for {
		if m := peertest.Wait[*signaling.Cursor](tech.Technician); m.Place != nil && *m.Place == want {
			break
		}
	}
	w.person.commands <- ui.Stop{}
	w.person.waitPhase(t, ui.Ended)
	if err := w.machine.pointerUse(); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("the pointer after the end: %v", err)
	}
}
