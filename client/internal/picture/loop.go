package picture

import (
	"context"
	"errors"
	"image"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/ladder"
	"github.com/lendhand/lendhand/client/internal/picture/quality"
)

const (
	// shortestGap is the ceiling of 60 pictures a second. A program often draws in a
	// few steps what a key does: so many pictures may come without a gap, when there
	// were fewer before.
	shortestGap = time.Second / 60
	burst       = 3
	// smoothGap is the time that a picture may take before motion calls for a cheaper
	// codec: about half of what there is at 30 pictures a second. What it takes, the
	// technician waits for each of them, and on a small host the other half goes to the
	// programs that move, and to the display server.
	smoothGap = time.Second / 55
)

// loop is the state of one Run. It is owned by Run's goroutine.
type loop struct {
	pipeline *Pipeline
	source   capture.Source
	ladder   *ladder.Ladder
	codec    encode.Codec // of encoder, or of the next one
	key      string       // the codec's
	encoder  encode.Encoder
	made     encode.Config // the encoder's
	fresh    bool          // it has encoded nothing yet
	quality  quality.Control
	network  standing
	timer    *time.Timer

	// waiting is the context of one wait after the other, until something ends it; alarm
	// does when the wait has a deadline. So a picture that changes needs no new one.
	waiting context.Context
	cancel  context.CancelFunc
	alarm   *time.Timer

	frame   capture.Frame
	have    bool            // frame holds a picture
	bounds  image.Rectangle // the ones told last
	watched int             // the monitor
	heeded  time.Time       // when the last one was shown that somebody wanted
	tiles   tiles
	veil    veil

	last    time.Time // when the last picture was encoded
	turn    time.Time // the next picture's, were all of them evenly spaced
	lastKey time.Time
	// keyBytes is how large the last key frame was, frames how many came since, of since
	// bytes.
	keyBytes, frames, since int
	changed                 time.Time // when the last one was that was not the same as the one before
	sharpen                 time.Time // when to sharpen or repeat next; zero: nothing was encoded yet
	passes                  int       // how often the picture at rest was sharpened
	coarse                  bool      // nothing but the first picture, and what moved since, was encoded
}

func newLoop(p *Pipeline, source capture.Source, climb *ladder.Ladder) *loop {
	l := &loop{
		pipeline: p, source: source, ladder: climb, timer: time.NewTimer(time.Hour),
	}
	l.use(0)
	l.timer.Stop()
	l.alarm = time.AfterFunc(time.Hour, p.interrupted)
	l.alarm.Stop()
	return l
}

// close ends what the loop has begun.
func (l *loop) close() {
	l.alarm.Stop()
	if l.cancel != nil {
		l.cancel()
	}
	l.closeEncoder()
}

// step waits for a reason to encode a picture, and encodes it.
func (l *loop) step(ctx context.Context) error {
	if err := l.ready(ctx); err != nil {
		return err
	}
	changed, err := l.wait(ctx)
	if errors.Is(err, capture.ErrNoMonitor) {
		return l.resume(ctx)
	}
	if err != nil {
		return err
	}
	if !l.have {
		return nil // woken before the first picture
	}
	return l.next(changed)
}

// ready waits until it is time for another picture, and shows the monitor that is wanted.
func (l *loop) ready(ctx context.Context) error {
	if err := l.pause(ctx, time.Until(l.turn.Add(-(burst-1)*shortestGap))); err != nil {
		return err
	}
	if err := l.yield(ctx); err != nil {
		return err
	}
	return l.heed()
}

// next encodes the picture at hand if there is a reason to.
func (l *loop) next(changed bool) error {
	key := l.takeKeyRequest(!changed)
	due := !l.sharpen.IsZero() && !time.Now().Before(l.sharpen)
	if !changed && !key && !due {
		return nil
	}
	if !changed {
		l.frame.Damage = l.frame.Damage[:0]
		l.frame.At = time.Now()
	}
	return l.encode(encode.Options{KeyFrame: key, Refine: !changed && !key})
}

// changeCodec has the next picture encoded with the codec that the ladder chose.
func (l *loop) changeCodec() {
	l.closeEncoder()
	l.use(l.ladder.Codec())
	l.pipeline.config.Log.Debug("codec changed", "codec", l.key)
}

// use has the next encoder made by one of the codecs.
func (l *loop) use(n int) {
	l.codec = l.pipeline.config.Codecs[n]
	l.key = l.codec.Key()
}

func (l *loop) closeEncoder() {
	l.veil.owed = l.veil.owed[:0]
	if l.encoder != nil {
		_ = l.encoder.Close()
		l.encoder = nil
	}
}
