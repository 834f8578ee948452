package picture

import (
	"log/slog"
	"sync"
	"sync/atomic"
	"time"
)

const (
	// maxQueue is the number of frames that wait for one sink: about a tenth of a
	// second of motion. What is older is not worth sending.
	maxQueue = 4
	// A link that has so much to do is not given more: it is slower than the others, or
	// the pictures would wait for it.
	maxBacklog = 400 * time.Millisecond
	// strayGap is the least time between two key frames that everybody gets because one
	// link is behind.
	strayGap = 5 * time.Second
)

// feed is the queue in front of one sink. Full, it drops what follows up to the
// next key frame: nothing in between could be decoded.
type feed struct {
	sink  Sink
	link  Link // the same, or nil
	queue chan *buffer
	done  chan struct{}
	log   *slog.Logger
	// previewer is the sink, nil when it shows no previews.
	previewer Previewer
	keeper    Keeper // the same, or nil

	// needKey is set until a key frame is queued. Owned by the caller of offer.
	needKey bool
	// starved is told when a frame was dropped; hungry asks for a key frame once the
	// sink takes frames again, and not before: one that is stuck costs nobody anything.
	starved chan struct{} // capacity 1
	hungry  func()
	// pending is the number of frames that the sink has not taken; left is told when it
	// took one.
	pending atomic.Int32
	left    chan<- struct{}
	asked   time.Time // when it asked for a key frame; owned by write
	writing sync.WaitGroup
}

func newFeed(s Sink, hungry func(), left chan<- struct{}, log *slog.Logger) *feed {
	f := &feed{
		sink: s, done: make(chan struct{}),
		log: log, needKey: true, hungry: hungry, left: left, starved: make(chan struct{}, 1),
	}
	f.link, _ = s.(Link)
	f.previewer, _ = s.(Previewer)
	f.keeper, _ = s.(Keeper)
	length := maxQueue
	if f.keeper != nil {
		length = keptFrames
	}
	f.queue = make(chan *buffer, length)
	f.writing.Go(f.write)
	return f
}

// offer queues a frame, or drops it.
func (f *feed) offer(b *buffer) {
	if f.needKey && !b.frame.KeyFrame {
		return
	}
	if f.link != nil && f.link.Network().Queue > maxBacklog {
		f.drop()
		return
	}
	b.take()
	f.pending.Add(1)
	select {
	case f.queue <- b:
		f.needKey = false
	default:
		f.pending.Add(-1)
		b.release()
		f.drop()
	}
}

func (f *feed) drop() {
	f.needKey = true
	select {
	case f.starved <- struct{}{}:
	default: // it is told already
	}
}

// write hands frames to the sink, one at a time.
func (f *feed) write() {
	var ask <-chan time.Time
	for {
		select {
		case <-f.done:
			f.flush()
			return
		case b := <-f.queue:
			err := f.sink.WriteFrame(b.frame)
			f.taken(b)
			if err != nil {
				f.log.Debug("a sink takes no more frames", "error", err)
				f.drain()
				return
			}
		case <-f.starved:
			ask = time.After(f.hold())
		case <-ask:
			if hold := f.hold(); hold > 0 {
				ask = time.After(hold)
				continue
			}
			f.asked, ask = time.Now(), nil
			f.hungry()
		}
	}
}

// flush hands a Keeper what is queued when it is removed: the others have been shown it.
func (f *feed) flush() {
	for f.keeper != nil {
		select {
		case b := <-f.queue:
			_ = f.sink.WriteFrame(b.frame) // it is over anyway
			f.taken(b)
		default:
			return
		}
	}
}

// hold returns how long the sink has to wait for a key frame that everybody gets because
// of it alone.
func (f *feed) hold() time.Duration {
	if f.link == nil {
		return 0
	}
	return max(f.link.Network().Queue-budget, strayGap-time.Since(f.asked))
}

// taken notes that the sink needs a frame no more.
func (f *feed) taken(b *buffer) {
	b.release()
	f.pending.Add(-1)
	select {
	case f.left <- struct{}{}:
	default: // it is told already
	}
}

// drain throws away what comes for a sink that has failed, until it is removed.
func (f *feed) drain() {
	for {
		select {
		case <-f.done:
			return
		case b := <-f.queue:
			f.taken(b)
		}
	}
}

func (f *feed) close() {
	close(f.done)
	f.writing.Wait()
}
