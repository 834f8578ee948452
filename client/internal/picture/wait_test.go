package picture

import (
	"context"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	fakescreen "github.com/lendhand/lendhand/client/internal/capture/fake"
)

// waited is a screen that counts how often it is waited for.
type waited struct {
	*fakescreen.Source
	times atomic.Int32
}

func (w *waited) Next(ctx context.Context, f *capture.Frame) error {
	w.times.Add(1)
	return w.Source.Next(ctx, f)
}

// However often a key frame is asked for, it is taken when it may be, and until then
// nothing wakes.
func TestAStormOfKeyFrameRequestsWakesNobody(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := &waited{}
		s := newStudio(t, func(c *Config) { c.Open = func() (capture.Source, error) { return w, nil } })
		w.Source = s.screen
		defer s.Add(&album{})()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Minute)
		s.RequestKeyFrame()
		synctest.Wait()
		before := w.times.Load()
		for range 500 {
			time.Sleep(time.Millisecond)
			s.RequestKeyFrame()
			synctest.Wait()
		}
		if got := w.times.Load() - before; got > 10 { // the picture is sharpened meanwhile
			t.Errorf("woken %d times", got)
		}
	})
}

// undecided is a screen whose system asks the person which monitor to show.
type undecided struct {
	*fakescreen.Source
	decided atomic.Bool
}

func (a *undecided) Monitors() ([]capture.Monitor, error) {
	if !a.decided.Load() {
		return nil, capture.ErrUndecided
	}
	return a.Source.Monitors()
}

// A person who takes their time is waited for, longer than a monitor is.
func TestAPersonWhoHasYetToChoose(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		a := &undecided{}
		s := newStudio(t, func(c *Config) { c.Open = func() (capture.Source, error) { return a, nil } })
		a.Source = s.screen
		sink := &album{}
		defer s.Add(sink)()
		s.run(t)
		defer s.stop(t)
		time.Sleep(time.Minute)
		synctest.Wait()
		if n := len(sink.take()); n > 0 {
			t.Errorf("%d frames before the person has chosen", n)
		}
		a.decided.Store(true)
		time.Sleep(time.Second)
		synctest.Wait()
		if len(sink.take()) == 0 {
			t.Error("no frame after the person has chosen")
		}
	})
}
