package record

import (
	"bytes"
	"image"

	"github.com/lendhand/lendhand/client/internal/picture"
	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

const (
	// maxVideo is how much video a part has at most, in bytes: what a part may be, without
	// room for its events.
	maxVideo = recording.MaxContent - 512<<10
	// maxEvents is how many events a part has before pointers and clicks are left out, and
	// maxEventBytes how long they are before the part ends.
	maxEvents     = 1000
	maxEventBytes = 256 << 10
	// restAfter is how long nothing may happen before what comes begins a part of its own.
	restAfter = event.Time(500)
	// asleepAfter is after how long without a tick the program has been stopped.
	asleepAfter = event.Time(30_000)
)

// draft is a part that is still to be written and sealed.
type draft struct {
	recording.Content
	shape  shape        // of the pictures
	frames []webm.Frame // at times of the recording
}

// builder collects what happens into parts. The Recorder's mu guards it.
type builder struct {
	out func(*draft) bool // takes a part; false when it takes none now

	start  event.Time // of the part that is built
	events []event.Line
	size   int // of its events, about
	keys   int // that were pressed in it
	frames []webm.Frame
	data   int   // bytes of these
	shape  shape // of these, or of the last ones
	ready  bool  // the next frame can be decoded, whatever it is
}

// shape is what all frames of a segment have in common.
type shape struct {
	codec string
	size  image.Point
}

// add adds an event that happens now.
func (b *builder) add(now event.Time, e event.Event) {
	now = b.begin(now)
	b.events = append(b.events, event.Line{At: now, Event: e})
	b.size += sizeOf(e)
}

// sizeOf returns about how long an event's line is at most, in bytes. Only texts can be long.
func sizeOf(e event.Event) int {
	const short = 400
	switch e := e.(type) {
	case *event.Consent:
		return short + len(e.Statement)
	case *event.Chat:
		return short + 2*len(e.Text)
	case *event.Window:
		return short + 2*len(e.Title) + 2*len(e.Program)
	case *event.Screen:
		return short * (1 + len(e.Monitors))
	}
	return short
}

// isCrowded reports whether a part has as many events as are good for it.
func (b *builder) isCrowded() bool { return len(b.events) >= maxEvents }

// begin makes ready for something that happens now, and returns when that is, by the part
// that it belongs to. What rested until now is a part of its own.
func (b *builder) begin(now event.Time) event.Time {
	b.advance(now)
	if b.isEmpty() && now-b.start > restAfter {
		b.cut(now)
	}
	if b.size >= maxEventBytes {
		b.cut(now)
	}
	return b.within(now)
}

// within returns a time of the part that is built, no sooner than what came last.
func (b *builder) within(now event.Time) event.Time {
	least := b.start
	if n := len(b.events); n > 0 {
		least = b.events[n-1].At
	}
	return min(max(now, least), b.start+recording.MaxBusy)
}

func (b *builder) isEmpty() bool { return len(b.events) == 0 && len(b.frames) == 0 && b.keys == 0 }

// advance ends parts whose time is over.
func (b *builder) advance(now event.Time) {
	if now-b.start > asleepAfter {
		b.sleep(now)
		return
	}
	for {
		longest := recording.MaxBusy
		if b.isEmpty() {
			longest = recording.MaxLength
		}
		if now < b.start+longest {
			return
		}
		b.cut(b.start + longest)
	}
}

// sleep skips the time in which this machine, or the program, was stopped.
func (b *builder) sleep(now event.Time) {
	if !b.isEmpty() {
		b.cut(b.start + recording.MaxBusy)
	}
	from := b.start
	b.start = now
	b.add(now, &event.Gap{From: from, To: now, Reason: GapAsleep})
}

// cut ends a part, and begins the next. A part that nobody takes loses its pictures; what
// happened stays for the next one.
func (b *builder) cut(end event.Time) {
	if b.keys > 0 {
		b.events = append(b.events, event.Line{At: end, Event: &event.Keys{Count: b.keys}})
		b.keys = 0
	}
	d := &draft{shape: b.shape, frames: b.frames}
	d.Start, d.Length, d.Events = b.start, end-b.start, b.events
	b.frames, b.data = nil, 0
	if b.out(d) {
		b.events, b.size = nil, 0
	} else {
		b.lose(d, end)
	}
	b.start = end
}

// lose keeps the events of a part that nobody has taken, at the time of the next one.
func (b *builder) lose(d *draft, end event.Time) {
	for i := range b.events {
		b.events[i].At = end
	}
	if len(d.frames) == 0 {
		return
	}
	b.ready = false
	b.events = append(b.events, event.Line{At: end, Event: &event.Gap{From: d.Start, To: end, Reason: GapBusy}})
}

// frame adds a picture. It reports whether that can be decoded: one that follows a gap
// cannot be, up to a key frame.
func (b *builder) frame(now event.Time, f *picture.Frame) bool {
	if !f.KeyFrame && (!b.ready || b.shape != shapeOf(f)) || len(f.Data) > maxVideo {
		b.ready = false
		return false
	}
	now = b.begin(now)
	if len(b.frames) > 0 && (f.KeyFrame || b.data+len(f.Data) > maxVideo) {
		b.cut(now) // a part that has a key frame begins with it
	}
	if b.ready = b.ready || f.KeyFrame; !b.ready {
		return false // what was cut could not be kept
	}
	b.shape = shapeOf(f)
	b.frames = append(b.frames, webm.Frame{At: now, KeyFrame: f.KeyFrame, Data: bytes.Clone(f.Data)})
	b.data += len(f.Data)
	return true
}

func shapeOf(f *picture.Frame) shape { return shape{f.Codec, f.Size} }
