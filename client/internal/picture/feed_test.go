package picture

import (
	"log/slog"
	"testing"
	"testing/synctest"
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
