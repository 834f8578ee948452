package picture

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/tile"
)

const (
	// mostTiles is how much a preview may be, in bytes, and mostPixels how much it may
	// show. More is not much faster than its frame.
	mostTiles  = 12 << 10
	mostPixels = 1 << 18
	// After a change that needs more bytes than that, the next large ones, which are most
	// likely like it, are not tried: so many of them, of so many pixels.
	dullFor    = 30
	dullPixels = 1 << 12
)

// Preview is a small change, exact and at once.
type Preview struct {
	// Messages are those of the tile channel, without heads (tile.Address). The Sink may
	// write these, and keeps none of it.
	Messages [][]byte
	// At is when the picture was taken: the At of the Frame that shows the same.
	At time.Time
}

// Previewer is a Sink that can show small changes before their frames.
type Previewer interface {
	Sink
	// Previewing reports whether it wants to, now.
	Previewing() bool
	// Preview takes a preview, while the frame is not yet encoded: it must not wait. Run
	// calls it.
	Preview(p Preview)
}

// tiles makes previews. It is owned by Run's goroutine.
type tiles struct {
	encoder *tile.Encoder // nil before the first
	dull    int           // large changes that are not tried
}

// preview shows a small change before it is encoded.
func (l *loop) preview() {
	area := 0
	for _, r := range l.frame.Damage {
		area += r.Dx() * r.Dy()
	}
	size := l.frame.Size()
	if area == 0 || area > mostPixels || area >= size.X*size.Y || !l.pipeline.previewing() {
		return
	}
	if messages := l.tiles.make(&l.frame, area); messages != nil {
		l.pipeline.show(Preview{Messages: messages, At: l.frame.At})
	}
}

// make writes the tiles of a change, nil when they would be too many.
func (t *tiles) make(f *capture.Frame, area int) [][]byte {
	isLarge := area > dullPixels
	if isLarge && t.dull > 0 {
		t.dull--
		return nil
	}
	if t.encoder == nil {
		t.encoder = tile.NewEncoder(mostTiles)
	}
	messages := t.encoder.Encode(f)
	if messages == nil && isLarge {
		t.dull = dullFor
	}
	return messages
}

// previewing reports whether anybody wants previews.
func (p *Pipeline) previewing() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	for f := range p.feeds {
		if f.previewing() {
			return true
		}
	}
	return false
}

// show gives a preview to whom it is for.
func (p *Pipeline) show(preview Preview) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for f := range p.feeds {
		if f.previewing() {
			f.previewer.Preview(preview)
		}
	}
}

// previewing reports whether the sink wants previews and has taken all frames: what is
// older is to be seen first.
func (f *feed) previewing() bool {
	return f.previewer != nil && f.pending.Load() == 0 && f.previewer.Previewing()
}
