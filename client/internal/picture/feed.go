package picture

import (
	"log/slog"
	"sync"
	"sync/atomic"
)

// maxQueue is the number of frames that wait for one sink: about a tenth of a
// second of motion. What is older is not worth sending.
const maxQueue = 4

// feed is the queue in front of one sink. Full, it drops what follows up to the
// next key frame: nothing in between could be decoded.
type feed struct {
	sink  Sink
	queue chan Frame
	done  chan struct{}
	log   *slog.Logger

	// needKey is set until a key frame is queued. Owned by the caller of offer.
	needKey bool
	// starved is set when a frame was dropped; hungry asks for a key frame once the
	// sink takes frames again, and not before: one that is stuck costs nobody anything.
	starved atomic.Bool
	hungry  func()
	writing sync.WaitGroup
}

func newFeed(s Sink, hungry func(), log *slog.Logger) *feed {
	f := &feed{
		sink: s, queue: make(chan Frame, maxQueue), done: make(chan struct{}),
		log: log, needKey: true, hungry: hungry,
	}
	f.writing.Go(f.write)
	return f
}

// offer queues a frame, or drops it.
func (f *feed) offer(frame Frame) {
	if f.needKey && !frame.KeyFrame {
		return
	}
	select {
	case f.queue <- frame:
		f.needKey = false
	default:
		f.needKey = true
		f.starved.Store(true)
	}
}

// write hands frames to the sink, one at a time.
func (f *feed) write() {
	for {
		select {
		case <-f.done:
			return
		case frame := <-f.queue:
			if err := f.sink.WriteFrame(frame); err != nil {
				f.log.Debug("a sink takes no more frames", "error", err)
				f.drain()
				return
			}
			if f.starved.Swap(false) {
				f.hungry()
			}
		}
	}
}

// drain throws away what comes for a sink that has failed, until it is removed.
func (f *feed) drain() {
	for {
		select {
		case <-f.done:
			return
		case <-f.queue:
		}
	}
}

func (f *feed) close() {
	close(f.done)
	f.writing.Wait()
}
