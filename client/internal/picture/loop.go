package picture

import (
	"context"
	"errors"
	"fmt"
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
	// keyGap is the least time between two key frames that are asked for.
	keyGap = time.Second
	// A picture at rest is sharpened after restFirst, then every restNext until the
	// encoder calls it sharp, restPasses times at most.
	restFirst  = 120 * time.Millisecond
	restNext   = 150 * time.Millisecond
	restPasses = 24
	// One pass takes the network for restSpan at most, which is what a change may have to
	// wait for.
	restSpan = 300 * time.Millisecond
	// It takes a slow network for hurrySpan at most until the picture has not changed for
	// calm: whoever types goes on typing.
	hurrySpan = 100 * time.Millisecond
	calm      = 900 * time.Millisecond
	// Every restCodec it is looked whether a picture at rest gets the best codec.
	restCodec = time.Second
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
	changed time.Time // when the last one was that was not the same as the one before
	sharpen time.Time // when to sharpen or repeat next; zero: nothing was encoded yet
	passes  int       // how often the picture at rest was sharpened
	coarse  bool      // nothing but the first picture, and what moved since, was encoded
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
	if err := l.pause(ctx, time.Until(l.turn.Add(-(burst-1)*shortestGap))); err != nil {
		return err
	}
	if err := l.yield(ctx); err != nil {
		return err
	}
	if err := l.heed(); err != nil {
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
	key := l.takeKeyRequest()
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

// wait waits until the picture changes, or is to be sharpened, or a key frame is
// wanted, and reports whether it changed.
func (l *loop) wait(ctx context.Context) (changed bool, err error) {
	waiting := l.beginWait(ctx)
	err = l.source.Next(waiting, &l.frame)
	l.endWait()
	switch {
	case err == nil:
		l.have = true
		return true, nil
	case ctx.Err() != nil:
		return false, ctx.Err()
	case waiting.Err() != nil && !errors.Is(err, capture.ErrNoDisplay):
		return false, nil
	case errors.Is(err, capture.ErrNoMonitor):
		return false, err
	}
	return false, fmt.Errorf("%w: %w", ErrScreenLost, err)
}

// beginWait returns the context for one wait, which ends when something else than a
// change makes the next picture.
func (l *loop) beginWait(ctx context.Context) context.Context {
	if l.waiting == nil || l.waiting.Err() != nil {
		l.waiting, l.cancel = context.WithCancel(ctx)
	}
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	until := l.sharpen
	if p.keyWanted {
		if at := l.lastKey.Add(keyGap); until.IsZero() || at.Before(until) {
			until = at
		}
	}
	if !l.have {
		until = time.Time{}
	}
	at, ordered := l.ordered()
	if ordered && (until.IsZero() || at.Before(until)) {
		until = at
	}
	if !until.IsZero() {
		l.alarm.Reset(time.Until(until))
	}
	p.wake, p.interrupt = l.cancel, l.cancel
	if p.keyWanted {
		p.wake = nil // the alarm takes care of it
	}
	if ordered && !time.Now().Before(at) {
		l.cancel()
	}
	return l.waiting
}

// endWait ends a wait, whose context is for the next one too unless it has ended.
func (l *loop) endWait() {
	l.alarm.Stop()
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	p.wake, p.interrupt = nil, nil
}

// takeKeyRequest reports whether the next picture is to be a key frame.
func (l *loop) takeKeyRequest() bool {
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	if !p.keyWanted || time.Since(l.lastKey) < keyGap {
		return false
	}
	p.keyWanted = false
	return true
}

// encode encodes the picture at hand and gives it to the sinks.
func (l *loop) encode(opts encode.Options) error {
	l.place()
	moves := !opts.Refine
	switch {
	case opts.Refine && l.ladder.Rested(time.Now()):
		l.changeCodec()
		opts.Refine = false // there is nothing to refine yet
	case opts.Refine && l.coarse:
		l.closeEncoder()
		opts.Refine = false
	}
	if err := l.fit(moves); err != nil {
		return err
	}
	l.preview()
	opts.MaxBytes = l.limit(opts, moves)
	l.coarse = l.lastKey.IsZero() && opts.MaxBytes > 0 || l.coarse && moves
	shown := &l.frame
	if !moves {
		shown, opts.Refine = l.unveil(opts.Refine)
	}
	began := time.Now()
	packet, err := l.encoder.Encode(shown, opts)
	if err != nil {
		return fmt.Errorf("encode: %w", err)
	}
	l.last, l.fresh = time.Now(), false
	l.turn = later(l.turn, l.last).Add(shortestGap)
	if packet.KeyFrame {
		l.lastKey = l.last
	}
	m := made{at: l.last, took: l.last.Sub(began), bytes: len(packet.Data)}
	l.judge(packet, moves, m)
	l.pipeline.hand(Frame{
		Data: packet.Data, KeyFrame: packet.KeyFrame,
		Codec: l.key, Size: l.made.Size, At: l.frame.At,
	})
	if moves && !packet.KeyFrame && l.ladder.Encoded(l.last, l.blamed(m), l.changedShare()) {
		l.changeCodec()
	}
	return nil
}

// changeCodec has the next picture encoded with the codec that the ladder chose.
func (l *loop) changeCodec() {
	l.closeEncoder()
	l.use(l.ladder.Step().Codec)
	l.pipeline.config.Log.Debug("codec changed", "codec", l.key)
}

// use has the next encoder made by one of the codecs.
func (l *loop) use(n int) {
	l.codec = l.pipeline.config.Codecs[n]
	l.key = l.codec.Key()
}

// changedShare is the share of the picture that has changed, 0 to 1.
func (l *loop) changedShare() float64 {
	size, changed := l.frame.Size(), 0
	for _, r := range l.frame.Damage {
		changed += r.Dx() * r.Dy()
	}
	return min(1, float64(changed)/float64(size.X*size.Y))
}

// judge learns from a picture, and plans the next.
func (l *loop) judge(packet encode.Packet, moves bool, m made) {
	refined := !moves && !packet.KeyFrame
	l.quality.Encoded(quality.Picture{
		Bytes: m.bytes, Key: packet.KeyFrame, Refine: refined, At: l.last,
	}, l.made.Picture, l.network.BitsPerSecond)
	l.plan(refined, packet.Sharp, m.bytes)
	l.pipeline.recorder.note(m, Figures{
		Codec: l.key, Picture: l.made.Picture, Size: l.made.Size, Grey: l.made.Grey,
	})
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// plan decides when the picture is to be sharpened, if it rests until then. A slow
// network is left free for half of the time, for what may change.
func (l *loop) plan(refined, sharp bool, bytes int) {
	if !refined {
		l.passes, l.changed = 0, l.last
		l.sharpen = l.last.Add(restFirst)
		if l.coarse {
			l.sharpen = l.last
		}
		return
	}
	if len(l.veil.owed) > 0 {
		sharp = false
	} else {
		l.passes++
	}
	l.sharpen = l.last.Add(max(restNext, 2*l.network.takes(bytes)))
	switch {
	case sharp && l.hurries():
		l.sharpen = later(l.sharpen, l.changed.Add(calm)) // a longer pass may show more
	case sharp || l.passes >= restPasses:
		l.sharpen = l.better()
	}
}

// better returns when a picture that is as sharp as it gets may become better: by another
// codec, or a larger size. Zero is never.
func (l *loop) better() time.Time {
	if l.ladder.Step().Codec != 0 {
		return l.last.Add(restCodec)
	}
	return l.quality.Again(l.last)
}

func (l *loop) closeEncoder() {
	l.veil.owed = l.veil.owed[:0]
	if l.encoder != nil {
		_ = l.encoder.Close()
		l.encoder = nil
	}
}

// pause waits for d or for the end of ctx, whose error it returns.
func (l *loop) pause(ctx context.Context, d time.Duration) error {
	if d <= 0 {
		return ctx.Err()
	}
	l.timer.Reset(d)
	select {
	case <-l.timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
