package picture

import "time"

const (
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

// plan decides when the picture is to be sharpened, if it rests until then.
func (l *loop) plan(refined, sharp bool, bytes int) {
	if refined {
		l.planNext(sharp, bytes)
		return
	}
	l.passes, l.changed = 0, l.last
	l.sharpen = l.last.Add(restFirst)
	if l.coarse {
		l.sharpen = l.last
	}
}

// planNext decides when there is another pass after one. A slow network is left free for
// half of the time, for what may change.
func (l *loop) planNext(sharp bool, bytes int) {
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
	if l.ladder.Codec() != 0 {
		return l.last.Add(restCodec)
	}
	return l.quality.Again(l.last)
}
