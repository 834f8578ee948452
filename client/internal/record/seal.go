package record

import (
	"errors"
	"log/slog"
	"slices"
	"strings"

	"github.com/lendhand/lendhand/relay/recording"
	"github.com/lendhand/lendhand/relay/recording/event"
	"github.com/lendhand/lendhand/relay/recording/webm"
)

const (
	// indexEvery is how often a part repeats what has happened.
	indexEvery = event.Time(60_000)
	// maxIndexEvents is how many events that part has at most, and maxIndexBytes how long
	// they are together: there is one sooner, rather than a larger one.
	maxIndexEvents = 8000
	maxIndexBytes  = 2 << 20
)

// sealer makes sealed parts of what was built. One goroutine owns it, and the one that ends
// the recording after that.
type sealer struct {
	// Set at construction.
	writer *recording.Writer
	spool  *spool
	put    func() // there is a part more to upload
	log    *slog.Logger

	segment *webm.Segment // nil before the first one
	shape   shape         // of the segment
	number  int64         // of the next one
	start   event.Time    // of the segment

	index   []event.Line // what the next index has
	size    int          // of that, about
	from    int64        // the first part of the next index
	indexed event.Time   // when the last one was
}

// seal seals a part, and an index after it when it is time for one. It reports whether the
// pictures, if there are any, can be decoded up to here.
func (s *sealer) seal(d *draft) (ok bool) {
	err := s.muxed(d)
	if err != nil {
		s.log.Warn("pictures are not recorded", slog.Any("error", err))
		d.Video = nil
		end := d.Start + d.Length
		d.Events = append(d.Events, event.Line{At: end, Event: &event.Gap{From: d.Start, To: end, Reason: reasonOf(err)}})
	}
	kept := s.keep(&d.Content)
	s.note(d.Events)
	if now := s.writer.End(); now-s.indexed >= indexEvery || len(s.index) >= maxIndexEvents || s.size >= maxIndexBytes {
		s.makeIndex()
	}
	return kept && err == nil
}

// muxed makes the pictures of a part a piece of a segment.
func (s *sealer) muxed(d *draft) error {
	if len(d.frames) == 0 {
		return nil
	}
	if s.spool.isFull() {
		return errFull
	}
	first := d.shape != s.shape || s.segment == nil
	if first {
		if err := s.newSegment(d); err != nil {
			return err
		}
	}
	frames := slices.Clone(d.frames)
	for i := range frames {
		frames[i].At -= s.start
	}
	piece, err := s.segment.Piece(frames)
	if err != nil {
		if first {
			s.segment = nil
		}
		return err
	}
	t := s.segment.Track
	d.Video = &recording.Video{
		Segment: s.number - 1, Codec: t.Name, Width: t.Width, Height: t.Height,
		Start: s.start, First: first, KeyFrame: frames[0].KeyFrame, Data: piece,
	}
	return nil
}

// reasonOf is why there are no pictures.
func reasonOf(err error) string {
	if errors.Is(err, errFull) {
		return GapFull
	}
	return GapBusy
}

func (s *sealer) newSegment(d *draft) error {
	mimeType, _, _ := strings.Cut(d.shape.codec, ";")
	codec, err := webm.CodecOf(mimeType)
	if err != nil {
		return err
	}
	if s.segment, err = webm.NewSegment(codec, d.frames[0].Data); err != nil {
		s.segment = nil
		return err
	}
	s.shape, s.start = d.shape, d.frames[0].At
	s.number++
	t := s.segment.Track
	d.insert(event.Line{At: s.start, Event: &event.Quality{Codec: t.Name, Width: t.Width, Height: t.Height}})
	return nil
}

// insert puts an event where its time is.
func (d *draft) insert(l event.Line) {
	i := slices.IndexFunc(d.Events, func(other event.Line) bool { return other.At > l.At })
	if i < 0 {
		i = len(d.Events)
	}
	d.Events = slices.Insert(d.Events, i, l)
}

// keep seals a content, and keeps it until it is uploaded.
func (s *sealer) keep(c *recording.Content) bool {
	before := s.writer.Link()
	part, err := s.writer.Seal(c)
	if err != nil {
		s.log.Error("a part is not recorded", slog.Any("error", err))
		return false
	}
	s.spool.put(part, before)
	s.put()
	return true
}

// note takes events over into the next index.
func (s *sealer) note(events []event.Line) {
	for _, e := range events {
		if _, ok := e.Event.(*event.Pointer); !ok {
			s.index = append(s.index, e)
			s.size += sizeOf(e.Event)
		}
	}
}

// makeIndex makes a part that repeats what has happened since the last one.
func (s *sealer) makeIndex() {
	to := s.writer.Next() - 1
	if to < s.from {
		return
	}
	now := s.writer.End()
	s.keep(&recording.Content{Start: now, Events: s.index, Index: &recording.Index{From: s.from, To: to}})
	s.index, s.size, s.from, s.indexed = nil, 0, s.writer.Next(), now
}

// end makes the last index and the last part, at that time. Left is what happened before,
// and found no room.
func (s *sealer) end(at event.Time, left []event.Line, reason string) {
	s.makeIndex()
	left = append(left, event.Line{At: at, Event: &event.End{Reason: reason}})
	s.keep(&recording.Content{Start: at, Events: left, Last: true})
}
