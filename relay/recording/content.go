package recording

import (
	"bytes"
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/relay/recording/event"
)

// Content is what a part holds when it is open.
type Content struct {
	// Recording and Part say where it belongs. A Writer fills them in.
	Recording string
	Part      int64
	// Start and Length say which stretch of the recording it is: at most MaxBusy with
	// pictures or events, at most MaxLength without.
	Start, Length Time
	// Events are in the order of their times, which are of this stretch but for an
	// index.
	Events []event.Line
	// Video is nil when there are no pictures.
	Video *Video
	// Index is nil unless the part repeats the events of others.
	Index *Index
	// Last is true for the part that ends the recording.
	Last bool
}

// Video is the pictures of a part: a piece of a segment. The pieces of a segment, one
// after the other, are a WebM file; package webm makes and reads it.
type Video struct {
	// Segment is its number, from 0; it grows by one when codec or size change.
	Segment int64 `json:"segment"`
	// Codec is its name for WebCodecs, such as "av01.1.08M.08".
	Codec string `json:"codec"`
	// Width and Height are the video's size in pixels.
	Width  int `json:"width"`
	Height int `json:"height"`
	// Start is the recording's time at the segment's time 0.
	Start Time `json:"start"`
	// First is true for the piece that begins the segment.
	First bool `json:"first,omitempty"`
	// KeyFrame is true when the piece begins with a picture that needs none before it.
	KeyFrame bool `json:"keyFrame,omitempty"`
	// Data is the piece.
	Data []byte `json:"-"`
}

// Index says which parts an index repeats the events of: all but "pointer".
type Index struct {
	// From and To are the numbers of the first and the last of them.
	From int64 `json:"from"`
	To   int64 `json:"to"`
}

// header is the first line of an open part.
type header struct {
	Recording string       `json:"recording"`
	Part      int64        `json:"part"`
	Start     Time         `json:"start"`
	Length    Time         `json:"length"`
	Events    int          `json:"events"`
	Index     *Index       `json:"index,omitempty"`
	Last      bool         `json:"last,omitempty"`
	Video     *videoHeader `json:"video,omitempty"`
}

type videoHeader struct {
	Video
	Bytes int `json:"bytes"`
}

// maxSide is the greatest width and height of a video in pixels, maxCodec the length of a
// codec's name.
const (
	maxSide  = 1 << 16
	maxCodec = 64
)

// Encode returns the content as it is before it is sealed.
func (c *Content) Encode() ([]byte, error) {
	if err := c.check(); err != nil {
		return nil, fmt.Errorf("part %d: %w", c.Part, err)
	}
	h := header{Recording: c.Recording, Part: c.Part, Start: c.Start, Length: c.Length, Events: len(c.Events), Index: c.Index, Last: c.Last}
	if c.Video != nil {
		h.Video = &videoHeader{*c.Video, len(c.Video.Data)}
	}
	b, err := encodeLine(h)
	if err != nil {
		return nil, err
	}
	b = append(b, '\n')
	for _, e := range c.Events {
		if b, err = e.Append(b); err != nil {
			return nil, fmt.Errorf("part %d: %w", c.Part, err)
		}
	}
	if c.Video != nil {
		b = append(b, c.Video.Data...)
	}
	if len(b) > MaxContent {
		return nil, ErrPartFull
	}
	return b, nil
}

// ErrPartFull is returned for a content that is larger than MaxContent.
var ErrPartFull = fmt.Errorf("part has more than %d bytes", MaxContent)

// ParseContent reads what Encode wrote. The video's data is that of b.
func ParseContent(b []byte) (*Content, error) {
	if len(b) > MaxSealed {
		return nil, ErrPartFull
	}
	line, rest, err := cutLine(b)
	if err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	var h header
	if err := decodeOpen(line, &h); err != nil {
		return nil, fmt.Errorf("header: %w", err)
	}
	c := &Content{Recording: h.Recording, Part: h.Part, Start: h.Start, Length: h.Length, Index: h.Index, Last: h.Last}
	if c.Events, rest, err = parseEvents(rest, h.Events); err != nil {
		return nil, err
	}
	want := 0
	if h.Video != nil {
		c.Video, want = &h.Video.Video, h.Video.Bytes
		c.Video.Data = rest
	}
	if len(rest) != want {
		return nil, fmt.Errorf("video has %d bytes, the header says %d", len(rest), want)
	}
	return c, c.check()
}

func parseEvents(b []byte, n int) (events []event.Line, rest []byte, err error) {
	if n < 0 || n > MaxEvents {
		return nil, nil, fmt.Errorf("%d events, want at most %d", n, MaxEvents)
	}
	for i := range n {
		line, rest, err := cutLine(b)
		if err != nil {
			return nil, nil, fmt.Errorf("event %d: %w", i, err)
		}
		e, err := event.Parse(line)
		if err != nil {
			return nil, nil, fmt.Errorf("event %d: %w", i, err)
		}
		events, b = append(events, e), rest
	}
	return events, b, nil
}

var errNoLine = errors.New("the line is not ended")

// cutLine returns the first line of b without its newline, and what comes after it.
func cutLine(b []byte) (line, rest []byte, err error) {
	i := bytes.IndexByte(b[:min(len(b), MaxLine+1)], '\n')
	switch {
	case i >= 0:
		return b[:i], b[i+1:], nil
	case len(b) > MaxLine:
		return nil, nil, ErrLongLine
	}
	return nil, nil, errNoLine
}

func (c *Content) check() error {
	switch {
	case c.Part < 0 || c.Part >= MaxParts || c.Start < 0 || c.Start > MaxTime || c.Length < 0 || c.Length > MaxLength:
		return fmt.Errorf("part %d from %d, %d long: out of range", c.Part, c.Start, c.Length)
	case c.Length > MaxBusy && (c.Video != nil || len(c.Events) > 0):
		return fmt.Errorf("length %d, want at most %d with pictures or events", c.Length, MaxBusy)
	case len(c.Events) > MaxEvents:
		return fmt.Errorf("%d events, want at most %d", len(c.Events), MaxEvents)
	}
	return errors.Join(CheckID(c.Recording), c.checkIndex(), c.checkTimes(), c.checkLast(), c.Video.check(c.End()))
}

// End returns when the part's stretch is over.
func (c *Content) End() Time { return c.Start + c.Length }

func (c *Content) checkIndex() error {
	i := c.Index
	switch {
	case i == nil:
		return nil
	case c.Video != nil || c.Last || c.Length != 0:
		return errors.New("an index has no pictures and no length, and is not the last part")
	case i.From < 0 || i.From > i.To || i.To >= c.Part:
		return fmt.Errorf("index of parts %d to %d, in part %d", i.From, i.To, c.Part)
	}
	return nil
}

func (c *Content) checkTimes() error {
	least := c.Start
	if c.Index != nil {
		least = 0
	}
	for i, e := range c.Events {
		if e.At < least || e.At > c.End() {
			return fmt.Errorf("event %d at %d, want %d to %d", i, e.At, least, c.End())
		}
		least = e.At
	}
	return nil
}

func (c *Content) checkLast() error {
	if !c.Last {
		return nil
	}
	if n := len(c.Events); n > 0 {
		if _, ok := c.Events[n-1].Event.(*event.End); ok {
			return nil
		}
	}
	return errors.New("the last part does not end with the event \"end\"")
}

func (v *Video) check(end Time) error {
	switch {
	case v == nil:
		return nil
	case v.Segment < 0 || v.Segment >= MaxParts:
		return fmt.Errorf("segment %d", v.Segment)
	case v.Width < 1 || v.Width > maxSide || v.Height < 1 || v.Height > maxSide:
		return fmt.Errorf("video of %d×%d", v.Width, v.Height)
	case v.Start < 0 || v.Start > end:
		return fmt.Errorf("segment begins at %d, after the part", v.Start)
	case v.First && !v.KeyFrame:
		return errors.New("segment begins without a key frame")
	case v.Codec == "":
		return errors.New("video without a codec")
	case len(v.Data) == 0:
		return errors.New("video without data")
	}
	return checkOpaque("codec", v.Codec, maxCodec)
}
