package picture

import (
	"log/slog"
	"testing"
	"testing/synctest"
	"time"
)

// shut is a Sink that takes nothing until it is closed.
type shut chan struct{}

func (s shut) WriteFrame(Frame) error {
	<-s
	return nil
}

// What a full queue has dropped is not waited for.
func TestWhatIsDroppedIsNotPending(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		sink := make(shut)
		f := newFeed(sink, func() {}, make(chan struct{}, 1), slog.New(slog.DiscardHandler))
		defer f.close()
		b := newBuffer(make(chan *buffer, 1), Frame{KeyFrame: true})
		for range 3 * maxQueue {
			f.offer(b)
		}
		close(sink)
		synctest.Wait()
		if got := f.pending.Load(); got != 0 {
			t.Errorf("%d frames are pending, want none", got)
		}
	})
}

// slowArchive is a Keeper that takes a second for a frame.
type slowArchive struct{ kept int }

func (*slowArchive) Takes() int { return 0 }

func (a *slowArchive) WriteFrame(Frame) error {
	time.Sleep(time.Second)
	a.kept++
	return nil
}

// What was shown while a Keeper was busy is kept, also when that is removed at once.
func TestWhatWaitsForAKeeperIsKept(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		kept := &slowArchive{}
		f := newFeed(kept, func() {}, make(chan struct{}, 1), slog.New(slog.DiscardHandler))
		b := newBuffer(make(chan *buffer, 1), Frame{KeyFrame: true})
		for range 5 {
			f.offer(b)
		}
		f.close()
		if kept.kept != 5 || f.pending.Load() != 0 {
			t.Errorf("%d frames are kept, want 5", kept.kept)
		}
	})
}
