package picture

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

// archive is a Keeper.
type archive struct {
	album
	takes int
}

// Takes implements Keeper.
func (a *archive) Takes() int { return a.takes }

// keeping runs f in fake time, with a screen that somebody looks at and that is kept.
func keeping(t *testing.T, f func(t *testing.T, s *studio, kept *archive)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, kept := newStudio(t, nil), &archive{}
		defer s.Add(&album{})()
		defer s.Add(kept)()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		kept.take()
		f(t, s, kept)
	})
}

// move changes the screen every so often for a while, and returns the number of key frames
// that were made meanwhile.
func (s *studio) move(kept *archive, every, length time.Duration) (keys int) {
	for began := time.Now(); time.Since(began) < length; {
		s.screen.Fill(0, corner, uint32(time.Now().UnixNano()))
		time.Sleep(every)
	}
	synctest.Wait()
	return keysOf(kept)
}

func keysOf(kept *archive) (keys int) {
	for _, f := range kept.take() {
		if f.KeyFrame {
			keys++
		}
	}
	return keys
}

func TestWhatIsKeptHasNoKeyFrameInMotion(t *testing.T) {
	keeping(t, func(t *testing.T, s *studio, kept *archive) {
		if keys := s.move(kept, 100*time.Millisecond, time.Minute); keys != 0 {
			t.Errorf("%d key frames while the picture moved", keys)
		}
		time.Sleep(calm + restFirst)
		synctest.Wait()
		if keys := keysOf(kept); keys != 1 {
			t.Errorf("%d key frames when it rested, want 1", keys)
		}
		time.Sleep(time.Hour)
		synctest.Wait()
		if keys := keysOf(kept); keys != 0 {
			t.Errorf("%d more key frames of a picture that rests", keys)
		}
	})
}

func TestFewPicturesNeedNoKeyFrame(t *testing.T) {
	keeping(t, func(t *testing.T, s *studio, kept *archive) {
		s.screen.Fill(0, corner, 1)
		time.Sleep(time.Minute)
		synctest.Wait()
		if keys := keysOf(kept); keys != 0 {
			t.Errorf("%d key frames for a few pictures", keys)
		}
	})
}

func TestWhoKeepsNothingHasNoKeyFrames(t *testing.T) {
	atRest(t, func(t *testing.T, s *studio, a *album) {
		for n := range 300 {
			s.screen.Fill(0, corner, uint32(n))
			time.Sleep(100 * time.Millisecond)
		}
		time.Sleep(time.Minute)
		synctest.Wait()
		for _, f := range a.take() {
			if f.KeyFrame {
				t.Fatal("a key frame that nobody asked for")
			}
		}
	})
}

func TestAKeyFrameAtRestWaitsForIt(t *testing.T) {
	keeping(t, func(t *testing.T, s *studio, kept *archive) {
		s.RequestKeyFrameAtRest()
		synctest.Wait()
		if keys := keysOf(kept); keys != 1 {
			t.Errorf("%d key frames of a picture that rests, want 1 at once", keys)
		}
		time.Sleep(time.Minute)
		s.screen.Fill(0, corner, 1)
		synctest.Wait()
		s.RequestKeyFrameAtRest()
		if keys := s.move(kept, 100*time.Millisecond, keepWithin-200*time.Millisecond); keys != 0 {
			t.Errorf("%d key frames in motion, too early", keys)
		}
		if keys := s.move(kept, 100*time.Millisecond, time.Second); keys != 1 {
			t.Errorf("%d key frames of a picture that moves on, want 1", keys)
		}
	})
}

// A Keeper that is slow narrows the rate, and holds up nobody.
func TestASlowKeeperNarrowsTheRate(t *testing.T) {
	keeping(t, func(t *testing.T, s *studio, kept *archive) {
		kept.takes = 100_000
		if got := s.standing(); got.BitsPerSecond != 100_000 || got.wait != 0 || !got.kept {
			t.Errorf("%+v, want 100,000 bit/s and no wait", got)
		}
	})
}

func TestNothingIsEncodedToBeKeptAlone(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, kept := newStudio(t, nil), &archive{}
		defer s.Add(kept)()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		if frames := kept.take(); len(frames) != 0 {
			t.Errorf("%d frames that nobody sees", len(frames))
		}
	})
}

// A key frame that costs much waits for as many bytes as make it worth that, or for two
// minutes.
func TestAKeyFrameIsWorthItsBytes(t *testing.T) {
	began := time.Now()
	for since, want := range map[int]time.Duration{11_000: seekMost, 12_000: seekGap} {
		l := &loop{lastKey: began, changed: began, keyBytes: 1000, frames: seekFrames, since: since}
		l.network.kept = true
		if got := l.seekAt().Sub(began); got != want {
			t.Errorf("after %d bytes a key frame is due after %v, want %v", since, got, want)
		}
	}
}

// times is a Keeper that notes when its pictures were taken.
type times struct {
	mu sync.Mutex
	at map[time.Time]bool // guarded by mu
}

func (*times) Takes() int { return 0 }

func (k *times) WriteFrame(f Frame) error {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.at[f.At] = true
	return nil
}

// Scenario: something flashes up for a moment, again and again. No preview of it is shown
// whose picture is not kept, however short it was there.
func TestWhatIsPreviewedIsKept(t *testing.T) {
	w, kept := &window{wants: true}, &times{at: make(map[time.Time]bool)}
	through(t, w, func(s *studio) {
		defer s.Add(kept)()
		s.RequestKeyFrame()
		time.Sleep(5 * time.Second)
		w.take()
		for n := range 200 {
			s.screen.Fill(0, corner, uint32(n))
			time.Sleep(time.Duration(1+n%40) * time.Millisecond)
			s.screen.Fill(0, corner, 0)
			time.Sleep(time.Duration(1+n%17) * time.Millisecond)
		}
		previews := 0
		for _, one := range w.take() {
			if one.Tiles == nil {
				continue
			}
			previews++
			kept.mu.Lock()
			if !kept.at[one.At] {
				t.Errorf("what was previewed at %v is not kept", one.At)
			}
			kept.mu.Unlock()
		}
		if previews < 100 {
			t.Errorf("%d previews", previews)
		}
	})
}
