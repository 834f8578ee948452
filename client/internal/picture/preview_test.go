package picture

import (
	"image"
	"math/rand/v2"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/tile"
	"github.com/lendhand/lendhand/client/internal/tile/tiletest"
)

// window is an album that shows previews too, and keeps their order among the frames.
type window struct {
	album
	wants bool

	order sync.Mutex
	shown []shown
}

// shown is a preview or a frame.
type shown struct {
	Tiles []image.Rectangle // nil: a frame
	At    time.Time
}

func (w *window) Previewing() bool { return w.wants }

func (w *window) Preview(p Preview) {
	w.order.Lock()
	defer w.order.Unlock()
	s := shown{At: p.At}
	for _, data := range p.Messages {
		tile.Address(data, 1, 1)
		m, err := tiletest.Decode(data, desktop.Size())
		if err != nil {
			panic(err)
		}
		for _, t := range m.Tiles {
			s.Tiles = append(s.Tiles, t.Bounds)
		}
	}
	w.shown = append(w.shown, s)
}

func (w *window) WriteFrame(f Frame) error {
	err := w.album.WriteFrame(f)
	w.order.Lock()
	defer w.order.Unlock()
	w.shown = append(w.shown, shown{At: f.At})
	return err
}

// take returns what came since the last call.
func (w *window) take() []shown {
	synctest.Wait()
	w.order.Lock()
	defer w.order.Unlock()
	defer func() { w.shown = nil }()
	return w.shown
}

// through runs f in fake time, with a window through which a screen at rest is seen.
func through(t *testing.T, w *window, f func(s *studio)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newStudio(t, nil)
		defer s.Add(w)()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Second)
		w.take()
		f(s)
	})
}

func TestASmallChangeIsShownBeforeItsFrame(t *testing.T) {
	w := &window{wants: true}
	through(t, w, func(s *studio) {
		s.screen.Fill(0, corner, 0x123456)
		now := time.Now()
		want := []shown{{Tiles: []image.Rectangle{corner}, At: now}, {At: now}}
		if d := cmp.Diff(want, w.take()); d != "" {
			t.Error(d)
		}
	})
}

func TestWhatDoesNotChangeIsNotPreviewed(t *testing.T) {
	w := &window{wants: true}
	through(t, w, func(s *studio) {
		s.RequestKeyFrame()
		time.Sleep(5 * time.Second) // it is sharpened, and repeated
		for _, one := range w.take() {
			if one.Tiles != nil {
				t.Errorf("a preview of %v", one.Tiles)
			}
		}
	})
}

func TestALargeChangeIsNotPreviewed(t *testing.T) {
	w := &window{wants: true}
	through(t, w, func(s *studio) {
		s.screen.Fill(0, image.Rectangle{Max: desktop.Size()}, 0x123456)
		if got := w.take(); len(got) != 1 || got[0].Tiles != nil {
			t.Errorf("got %v", got)
		}
	})
}

func TestWhoDoesNotWantPreviewsGetsNone(t *testing.T) {
	w := &window{}
	through(t, w, func(s *studio) {
		s.screen.Fill(0, corner, 0x123456)
		if got := w.take(); len(got) != 1 || got[0].Tiles != nil {
			t.Errorf("got %v", got)
		}
	})
}

// What waits is older: it is to be seen first.
func TestNoPreviewWhileFramesWait(t *testing.T) {
	w := &window{wants: true}
	through(t, w, func(s *studio) {
		w.hold = make(chan struct{})
		for n := range uint32(3) {
			s.screen.Fill(0, corner, n+1)
			time.Sleep(time.Second / 20)
		}
		previews := len(w.take())
		close(w.hold)
		if previews != 1 {
			t.Errorf("%d previews, want the one before a frame waited", previews)
		}
	})
}

// A moving photograph is tried now and then, and costs nothing otherwise.
func TestWhatIsTooMuchIsNotTriedAgainAndAgain(t *testing.T) {
	var made tiles
	f := noisy(image.Pt(400, 300))
	area := f.Damage[0].Dx() * f.Damage[0].Dy()
	if made.make(f, area) != nil {
		t.Fatal("noise is small")
	}
	calm := noisy(image.Pt(400, 300))
	clear(calm.Pix)
	for n := range dullFor {
		if made.make(calm, area) != nil {
			t.Fatalf("tried after %d pictures", n)
		}
	}
	if made.make(calm, area) == nil {
		t.Error("not tried any more")
	}
	if made.make(f, area) != nil {
		t.Fatal("noise is small")
	}
	calm.Damage[0].Max = image.Pt(10, 10)
	if made.make(calm, 100) == nil {
		t.Error("a letter has to wait for the photograph")
	}
}

func TestPreviewsAllocateNothing(t *testing.T) {
	var made tiles
	f := noisy(image.Pt(400, 300))
	f.Damage[0].Max = image.Pt(20, 20)
	made.make(f, 400)
	if n := testing.AllocsPerRun(100, func() { made.make(f, 400) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// noisy is a picture that no tile can hold, all of which has changed.
func noisy(size image.Point) *capture.Frame {
	f := &capture.Frame{
		Pix: make([]byte, 4*size.X*size.Y), Stride: 4 * size.X,
		Bounds: image.Rectangle{Max: size}, Damage: []image.Rectangle{{Max: size}},
	}
	random := rand.New(rand.NewPCG(1, 2))
	for n := range f.Pix {
		f.Pix[n] = byte(random.Uint32())
	}
	return f
}
