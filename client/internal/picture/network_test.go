package picture

import (
	"image"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
)

func TestTogether(t *testing.T) {
	const kilo, mega = 1000, 1_000_000
	for _, c := range []struct {
		name   string
		links  []at
		others int
		bits   int
		wait   time.Duration
		nobody bool
	}{
		{"nobody", nil, 0, 0, parked, true},
		{"a recording", nil, 1, 0, 0, false},
		{"a technician", []at{{Network{BitsPerSecond: mega}, false}}, 0, mega, 0, false},
		{"one who is away", []at{{Network{BitsPerSecond: mega, Away: true}, false}}, 0, 0, parked, true},
		{"one who is away, and a recording", []at{{Network{BitsPerSecond: mega, Away: true}, false}}, 1, 0, 0, false},
		{"a frame is under way", []at{{Network{BitsPerSecond: mega}, true}}, 1, mega, look, false},
		{"a little to do", []at{{Network{BitsPerSecond: mega, Queue: budget}, false}}, 0, mega, 0, false},
		{"something to do", []at{{Network{BitsPerSecond: mega, Queue: budget + time.Millisecond}, false}}, 0, mega, time.Millisecond, false},
		{"much to do", []at{{Network{BitsPerSecond: mega, Queue: time.Second}, false}}, 0, mega, look, false},
		{"stalled", []at{{Network{BitsPerSecond: mega, Stalled: true}, false}}, 0, mega, look, false},
		{"two", []at{{Network{BitsPerSecond: 2 * mega}, false}, {Network{BitsPerSecond: mega, Queue: time.Second}, false}}, 0, mega, look, false},
		{"a stray", []at{{Network{BitsPerSecond: 5 * mega}, false}, {Network{BitsPerSecond: 300 * kilo, Queue: time.Second}, true}}, 0, 5 * mega, 0, false},
		{"one of two is stalled", []at{{Network{BitsPerSecond: mega, Stalled: true}, true}, {Network{BitsPerSecond: 2 * mega}, false}}, 0, 2 * mega, 0, false},
		{"a fast one is stalled", []at{{Network{BitsPerSecond: 20 * mega, Stalled: true}, true}, {Network{BitsPerSecond: mega}, false}}, 0, mega, 0, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := together(c.links, c.others)
			if s.BitsPerSecond != c.bits || s.wait != c.wait || s.nobody != c.nobody {
				t.Errorf("%+v, want %d bit/s, a wait of %v, nobody %v", s, c.bits, c.wait, c.nobody)
			}
		})
	}
}

// far is a Link with a rate: it takes what it is given at once and needs time for it, as
// a network with a long queue does.
type far struct {
	album
	mu     sync.Mutex
	bits   int
	away   bool
	busy   time.Time // until when
	oldest time.Duration
	bytes  int // of each frame, whatever it is
}

func (f *far) WriteFrame(frame Frame) error {
	if err := f.album.WriteFrame(frame); err != nil {
		return err
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	now := time.Now()
	if f.busy.Before(now) {
		f.busy = now
	}
	f.busy = f.busy.Add(Network{BitsPerSecond: f.bits}.takes(f.bytes))
	f.oldest = max(f.oldest, f.busy.Sub(frame.At))
	return nil
}

func (f *far) Network() Network {
	f.mu.Lock()
	defer f.mu.Unlock()
	return Network{BitsPerSecond: f.bits, Away: f.away, Queue: max(0, time.Until(f.busy))}
}

func (f *far) set(alter func()) {
	f.mu.Lock()
	defer f.mu.Unlock()
	alter()
}

// moves paints on the screen for a while, every 5 ms.
func (s *studio) moves(d time.Duration) {
	for n := range int(d / (5 * time.Millisecond)) {
		time.Sleep(5 * time.Millisecond)
		s.screen.Fill(0, corner, uint32(n))
	}
}

// What moves is not at rest because the network needs long for each picture.
func TestNoRestBetweenSlowPictures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 300_000, bytes: 6750} // 180 ms
		s.screen.Fill(0, corner, 1)
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(time.Second)
		f.take()
		s.moves(5 * time.Second)
		for _, frame := range f.take() {
			if frame.Refine {
				t.Fatal("a picture was sharpened while it moved")
			}
		}
	})
}

// On a slow network there are fewer pictures, and none is late.
func TestPicturesWaitForTheNetwork(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 300_000, bytes: 3750} // a tenth of a second
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(10 * time.Second)
		synctest.Wait()
		frames := f.take()
		if n := len(frames); n < 90 || n > 120 {
			t.Errorf("%d pictures in ten seconds, want 100", n)
		}
		if f.oldest > 150*time.Millisecond {
			t.Errorf("a picture was %v old", f.oldest)
		}
		if got := frames[len(frames)-1].BitsPerSecond; got != 270_000 {
			t.Errorf("encoded for %d bit/s", got)
		}
		f.set(func() { f.bits = 700_000 })
		s.moves(time.Second)
		synctest.Wait()
		frames = f.take()
		if got := frames[len(frames)-1].BitsPerSecond; got != 630_000 {
			t.Errorf("later encoded for %d bit/s", got)
		}
	})
}

// A viewer that is far slower than the others does not slow them, and sees something too.
func TestStrayViewer(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, quick, slow := newStudio(t, nil), &far{bits: 5_000_000, bytes: 3750}, &far{bits: 300_000, bytes: 3750}
		defer s.Add(quick)()
		defer s.Add(slow)()
		s.run(t)
		defer s.stop(t)
		s.moves(30 * time.Second)
		synctest.Wait()
		frames := quick.take()
		keys := 0
		for _, f := range frames {
			if f.KeyFrame {
				keys++
			}
		}
		if len(frames) < 30*50 || keys > 2+30/int(strayGap.Seconds()) {
			t.Errorf("the quick one got %d frames, %d of them key frames", len(frames), keys)
		}
		seen := slow.take()
		wantDecodable(t, seen)
		if len(seen) < 10 || slow.oldest > time.Second {
			t.Errorf("the slow one got %d frames, the oldest %v", len(seen), slow.oldest)
		}
	})
}

// While the technician is away nothing is encoded; then it begins with a key frame.
func TestNothingIsEncodedForNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 5_000_000, bytes: 100}
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(time.Second)
		f.set(func() { f.away = true })
		s.moves(time.Second)
		synctest.Wait()
		last := f.take()
		s.moves(10 * time.Second)
		synctest.Wait()
		if got := s.Figures().Frames; got > 0 {
			t.Errorf("%d frames were encoded", got)
		}
		f.set(func() { f.away = false })
		s.RequestKeyFrame()
		time.Sleep(parked + time.Millisecond)
		synctest.Wait()
		frames := f.take()
		if len(frames) == 0 || !frames[0].KeyFrame || frames[0].Number != last[len(last)-1].Number+1 {
			t.Errorf("then %+v, after %+v", frames, last[len(last)-1])
		}
	})
}

// On a network that is too slow for what moves the video gets smaller, and at rest it is
// whole again.
func TestSmallerWhileItMoves(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 1000, bytes: 100} // the fake's frames have about 100 bytes
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(10 * time.Second)
		synctest.Wait()
		if got := s.Figures(); got.Size == desktop.Size() || got.Limit != LimitNetwork || got.Picture != desktop.Size() {
			t.Errorf("while it moves: %+v", got)
		}
		time.Sleep(20 * time.Second)
		synctest.Wait()
		frames := f.take()
		if got := frames[len(frames)-1]; got.Size != desktop.Size() || got.Grey || !got.Sharp {
			t.Errorf("at rest: %+v", got)
		}
		if s.Figures().Limit != NoLimit {
			t.Errorf("at rest: %+v", s.Figures())
		}
	})
}

func TestFigures(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, f := newStudio(t, nil), &far{bits: 5_000_000, bytes: 100}
		defer s.Add(f)()
		s.run(t)
		defer s.stop(t)
		s.moves(3 * time.Second)
		synctest.Wait()
		got := s.Figures()
		if got.Frames < 50 || got.Frames > 65 || got.Bytes < 50*got.Frames || got.Codec != fakecodec.Codec().Key() ||
			got.Size != image.Pt(64, 48) || got.Network.BitsPerSecond != 5_000_000 || got.Limit != NoLimit {
			t.Errorf("%+v", got)
		}
		time.Sleep(10 * time.Second)
		if got := s.Figures(); got.Frames != 0 || got.Bytes != 0 || got.Encode != 0 {
			t.Errorf("at rest: %+v", got)
		}
	})
}

// light is a sink that costs nothing.
type light struct{}

func (light) WriteFrame(Frame) error { return nil }

func TestHandingOnAllocatesNothing(t *testing.T) {
	s := newStudio(t, nil)
	defer s.Add(light{})()
	f := Frame{Data: make([]byte, 5000), KeyFrame: true}
	if n := testing.AllocsPerRun(1000, func() {
		s.hand(f)
		<-s.left
		s.standing()
	}); n != 0 {
		t.Errorf("%v allocations for a frame", n)
	}
}
