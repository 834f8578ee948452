package picture

import (
	"context"
	"errors"
	"fmt"
	"image"
	"log/slog"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakescreen "github.com/lendhand/lendhand/client/internal/capture/fake"
	"github.com/lendhand/lendhand/client/internal/encode"
	fakecodec "github.com/lendhand/lendhand/client/internal/encode/fake"
)

var (
	desktop = image.Rect(0, 0, 64, 48)
	corner  = image.Rect(0, 0, 4, 4)
)

// album is a Sink that keeps what it gets.
type album struct {
	mu     sync.Mutex
	frames []fakecodec.Info
	// hold makes WriteFrame wait; fails makes it fail.
	hold  chan struct{}
	fails bool
}

func (a *album) WriteFrame(f Frame) error {
	if a.hold != nil {
		<-a.hold
	}
	info, err := fakecodec.Parse(f.Data)
	if err != nil {
		return err
	}
	if info.KeyFrame != f.KeyFrame || info.Size != f.Size || f.At.IsZero() || f.Codec != fakecodec.Codec().Key() {
		return fmt.Errorf("the frame says %v %v %v, its data %+v", f.KeyFrame, f.Size, f.At, info)
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.frames = append(a.frames, info)
	if a.fails {
		return errors.New("closed")
	}
	return nil
}

// take returns what came since the last call.
func (a *album) take() []fakecodec.Info {
	a.mu.Lock()
	defer a.mu.Unlock()
	defer func() { a.frames = nil }()
	return a.frames
}

// studio is a Pipeline that runs, with its screen.
type studio struct {
	*Pipeline
	screen  *fakescreen.Source
	resized []image.Rectangle
	cancel  context.CancelFunc
	ended   chan error
}

func newStudio(t *testing.T, alter func(*Config)) *studio {
	t.Helper()
	s := &studio{screen: fakescreen.New(desktop), ended: make(chan error, 1)}
	config := Config{
		Open:          func() (capture.Source, error) { return s.screen, nil },
		Codecs:        []encode.Codec{fakecodec.Codec()},
		BitsPerSecond: 1_000_000,
		Threads:       1,
		Resized:       func(b image.Rectangle, _ time.Time) { s.resized = append(s.resized, b) },
		Log:           slog.New(slog.DiscardHandler),
	}
	if alter != nil {
		alter(&config)
	}
	p, err := New(config)
	if err != nil {
		t.Fatal(err)
	}
	s.Pipeline = p
	return s
}

// run starts the pipeline; the test ends it.
func (s *studio) run(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	s.cancel = cancel
	go func() { s.ended <- s.Run(ctx) }()
	synctest.Wait()
}

// stop ends the pipeline and checks that it leaves nothing behind.
func (s *studio) stop(t *testing.T) {
	t.Helper()
	s.cancel()
	if err := <-s.ended; !errors.Is(err, context.Canceled) {
		t.Errorf("Run: %v", err)
	}
	if _, err := s.screen.Monitors(); !errors.Is(err, capture.ErrClosed) {
		t.Errorf("the source is still open: %v", err)
	}
}

// showing runs f in fake time, with a pipeline that has begun to show its screen.
func showing(t *testing.T, f func(t *testing.T, s *studio, a *album)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s, a := newStudio(t, nil), &album{}
		defer s.Add(a)()
		s.run(t)
		defer s.stop(t)
		f(t, s, a)
	})
}

// atRest is showing, when the screen has rested for a while.
func atRest(t *testing.T, f func(t *testing.T, s *studio, a *album)) {
	t.Helper()
	showing(t, func(t *testing.T, s *studio, a *album) {
		time.Sleep(time.Minute)
		synctest.Wait()
		a.take()
		f(t, s, a)
	})
}

// summary is what the tests below compare.
type summary struct{ Key, Refine, Sharp bool }

func summarise(frames []fakecodec.Info) []summary {
	var list []summary
	for _, f := range frames {
		list = append(list, summary{f.KeyFrame, f.Refine, f.Sharp})
	}
	return list
}

func wantFrames(t *testing.T, a *album, want ...summary) {
	t.Helper()
	synctest.Wait()
	if d := cmp.Diff(want, summarise(a.take())); d != "" {
		t.Error(d)
	}
}

var (
	keyFrame  = summary{Key: true}
	moved     = summary{}
	refined   = summary{Refine: true}
	sharpened = summary{Refine: true, Sharp: true}
)

func TestRestIsSharpenedAndThenCostsNothing(t *testing.T) {
	showing(t, func(t *testing.T, s *studio, a *album) {
		wantFrames(t, a, keyFrame)
		time.Sleep(restFirst)
		wantFrames(t, a, refined)
		time.Sleep(2 * restNext)
		wantFrames(t, a, refined, sharpened)
		time.Sleep(time.Hour)
		wantFrames(t, a)
		s.screen.Fill(0, corner, 0xff0000)
		wantFrames(t, a, moved)
	})
}

func TestMotionIsNotSharpened(t *testing.T) {
	showing(t, func(t *testing.T, s *studio, a *album) {
		wantFrames(t, a, keyFrame)
		for n := range 50 {
			time.Sleep(restFirst / 2)
			s.screen.Fill(0, corner, uint32(n))
			wantFrames(t, a, moved)
		}
	})
}

func TestCeiling(t *testing.T) {
	showing(t, func(t *testing.T, s *studio, a *album) {
		for n := range 1000 {
			time.Sleep(time.Millisecond)
			s.screen.Fill(0, corner, uint32(n))
		}
		synctest.Wait()
		if n := len(a.take()); n < 55 || n > 60+burst+1 {
			t.Errorf("%d pictures in a second of a thousand changes", n)
		}
	})
}

// What a key does is often drawn in steps, and none of them waits.
func TestAFewPicturesComeWithoutAGap(t *testing.T) {
	atRest(t, func(t *testing.T, s *studio, a *album) {
		for n := range burst {
			s.screen.Fill(0, corner, uint32(n))
			wantFrames(t, a, moved)
		}
		s.screen.Fill(0, corner, 0xffffff)
		wantFrames(t, a)
		time.Sleep(shortestGap)
		wantFrames(t, a, moved)
	})
}

func TestKeyFrameAtMostOnceASecond(t *testing.T) {
	atRest(t, func(t *testing.T, s *studio, a *album) {
		start := time.Now()
		for time.Since(start) < 10*time.Second {
			s.RequestKeyFrame()
			time.Sleep(20 * time.Millisecond)
		}
		synctest.Wait()
		keys := 0
		for _, f := range a.take() {
			if f.KeyFrame {
				keys++
			}
		}
		if keys < 9 || keys > 11 {
			t.Errorf("%d key frames in ten seconds of asking", keys)
		}
	})
}

func TestKeyFrameOfAStillScreenComesAtOnce(t *testing.T) {
	atRest(t, func(t *testing.T, s *studio, a *album) {
		s.RequestKeyFrame()
		wantFrames(t, a, keyFrame)
		time.Sleep(time.Second)
		wantFrames(t, a, refined, refined, sharpened)
	})
}

func TestSecondSinkStartsWithAKeyFrame(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, first, second := newStudio(t, nil), &album{}, &album{}
		defer s.Add(first)()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Minute)
		remove := s.Add(second)
		wantFrames(t, second, keyFrame)
		remove()
		remove() // harmless
		s.screen.Fill(0, corner, 0x123456)
		wantFrames(t, second)
	})
}

// A frozen viewer does not slow the others, and costs them no key frames.
func TestFrozenSink(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, lively, frozen := newStudio(t, nil), &album{}, &album{hold: make(chan struct{})}
		defer s.Add(lively)()
		defer s.Add(frozen)()
		s.run(t)
		defer s.stop(t)
		const changes = 500
		for n := range changes {
			time.Sleep(20 * time.Millisecond)
			s.screen.Fill(0, corner, uint32(n))
		}
		synctest.Wait()
		frames := lively.take()
		keys := 0
		for _, f := range frames {
			if f.KeyFrame {
				keys++
			}
		}
		if len(frames) < changes || keys != 1 {
			t.Errorf("the lively sink got %d frames, %d of them key frames; want %d with 1", len(frames), keys, changes)
		}

		close(frozen.hold) // it thaws
		time.Sleep(time.Second)
		s.screen.Fill(0, corner, 0xffffff)
		synctest.Wait()
		frames = frozen.take()
		wantDecodable(t, frames)
		if n := len(frames); n < maxQueue+2 || frames[n-1].Number <= changes {
			t.Errorf("after it thawed, the sink got %+v", frames)
		}
	})
}

// wantDecodable checks that every frame follows the one before or is a key frame.
func wantDecodable(t *testing.T, frames []fakecodec.Info) {
	t.Helper()
	for n, f := range frames {
		if !f.KeyFrame && (n == 0 || f.Number != frames[n-1].Number+1) {
			t.Errorf("frame %d of the picture cannot be decoded", f.Number)
		}
	}
}

func TestFailedSinkGetsNoMore(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := newStudio(t, nil), &album{fails: true}
		defer s.Add(a)()
		s.run(t)
		defer s.stop(t)
		wantFrames(t, a, keyFrame)
		for n := range 20 {
			s.screen.Fill(0, corner, uint32(n))
			time.Sleep(time.Second)
		}
		wantFrames(t, a)
	})
}

func TestNewSizeMakesANewEncoder(t *testing.T) {
	showing(t, func(t *testing.T, s *studio, a *album) {
		small := image.Rect(10, 20, 42, 36)
		s.screen.Resize(0, small)
		synctest.Wait()
		time.Sleep(shortestGap)
		synctest.Wait()
		frames := a.take()
		last := frames[len(frames)-1]
		if !last.KeyFrame || last.Size != small.Size() || last.Number != 1 {
			t.Errorf("got %+v, want a key frame of %v from a new encoder", last, small.Size())
		}
		if d := cmp.Diff([]image.Rectangle{desktop, small}, s.resized); d != "" {
			t.Error(d)
		}
	})
}

func TestScreenLost(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s, a := newStudio(t, nil), &album{}
		defer s.Add(a)()
		s.run(t)
		s.screen.Disconnect()
		if err := <-s.ended; !errors.Is(err, ErrScreenLost) || !errors.Is(err, capture.ErrNoDisplay) {
			t.Errorf("Run: %v", err)
		}
		s.cancel()
	})
}

func TestNoScreenToOpen(t *testing.T) {
	s := newStudio(t, func(c *Config) {
		c.Open = func() (capture.Source, error) { return nil, capture.ErrNoDisplay }
	})
	if err := s.Run(t.Context()); !errors.Is(err, ErrScreenLost) || !errors.Is(err, capture.ErrNoDisplay) {
		t.Errorf("Run: %v", err)
	}
}

func TestEncoderFails(t *testing.T) {
	s := newStudio(t, func(c *Config) {
		c.Codecs[0].New = func(encode.Config) (encode.Encoder, error) { return nil, encode.ErrClosed }
	})
	defer s.Add(&album{})()
	if err := s.Run(t.Context()); !errors.Is(err, encode.ErrClosed) || errors.Is(err, ErrScreenLost) {
		t.Errorf("Run: %v", err)
	}
}

// unplugged is a screen whose monitor is missing at first.
type unplugged struct {
	*fakescreen.Source
	since time.Time
	until time.Duration
}

func (u *unplugged) Watch(id int) error {
	if time.Since(u.since) < u.until {
		return capture.ErrNoMonitor
	}
	return u.Source.Watch(id)
}

func TestMonitorComesBack(t *testing.T) {
	for _, c := range []struct {
		name  string
		until time.Duration
		lost  bool
	}{
		{"soon", time.Second, false},
		{"too late", time.Minute, true},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newStudio(t, nil)
				s.config.Open = func() (capture.Source, error) {
					return &unplugged{s.screen, time.Now(), c.until}, nil
				}
				a := &album{}
				defer s.Add(a)()
				ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
				defer cancel()
				if err := s.Run(ctx); errors.Is(err, ErrScreenLost) != c.lost {
					t.Errorf("Run: %v", err)
				}
				if got := len(a.take()) == 0; got != c.lost {
					t.Errorf("no pictures: %v, want %v", got, c.lost)
				}
			})
		})
	}
}

func TestConfigIsChecked(t *testing.T) {
	for name, alter := range map[string]func(*Config){
		"no source": func(c *Config) { c.Open = nil },
		"no codec":  func(c *Config) { c.Codecs = nil },
		"no log":    func(c *Config) { c.Log = nil },
		"no rate":   func(c *Config) { c.BitsPerSecond = 0 },
		"no thread": func(c *Config) { c.Threads = 0 },
	} {
		t.Run(name, func(t *testing.T) {
			c := newStudio(t, nil).config
			alter(&c)
			if _, err := New(c); err == nil {
				t.Error("accepted")
			}
		})
	}
}
