package picture

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// keyGap is the least time between two key frames that are asked for.
const keyGap = time.Second

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
	until := l.due()
	at, ordered := l.ordered()
	if ordered {
		until = sooner(until, at)
	}
	if !until.IsZero() {
		l.alarm.Reset(time.Until(until))
	}
	p.interrupt = l.cancel
	if ordered && !time.Now().Before(at) {
		l.cancel()
	}
	return l.waiting
}

// due returns when the picture at hand is to be sharpened or to be a key frame. Zero is
// never. The Pipeline's mu is held.
func (l *loop) due() time.Time {
	if !l.have {
		return time.Time{}
	}
	at := l.sharpen
	if key := l.keyAt(); !key.IsZero() {
		at = sooner(at, key)
	}
	return at
}

// keyAt returns when a picture that rests until then is to be a key frame. Zero is never. The
// Pipeline's mu is held.
func (l *loop) keyAt() time.Time {
	p, next := l.pipeline, l.lastKey.Add(keyGap)
	switch {
	case p.keyWanted:
		return next
	case !p.keyBy.IsZero():
		return later(next, sooner(p.keyBy, l.changed.Add(calm)))
	}
	return l.seekAt()
}

// endWait ends a wait, whose context is for the next one too unless it has ended.
func (l *loop) endWait() {
	l.alarm.Stop()
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	p.interrupt = nil
}

// takeKeyRequest reports whether the next picture is to be a key frame. For what is kept it
// rests, or has moved for too long.
func (l *loop) takeKeyRequest(rests bool) bool {
	p := l.pipeline
	p.mu.Lock()
	defer p.mu.Unlock()
	now := time.Now()
	late := !p.keyBy.IsZero() && !now.Before(p.keyBy)
	if at := l.keyAt(); at.IsZero() || now.Before(at) || !rests && !p.keyWanted && !late {
		return false
	}
	p.keyWanted, p.keyBy = false, time.Time{}
	return true
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

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// sooner returns the earlier one, where the first is never if it is zero.
func sooner(a, b time.Time) time.Time {
	if a.IsZero() || b.Before(a) {
		return b
	}
	return a
}
