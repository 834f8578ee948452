package webm

import (
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/lendhand/lendhand/relay/recording/event"
)

// Frame is one encoded picture.
type Frame struct {
	// At is when it was taken, since the segment's time 0.
	At       event.Time
	KeyFrame bool
	Data     []byte
}

// Segment makes the pieces of one segment: pictures of one codec and one size, the first
// of them a key frame.
type Segment struct {
	// Track describes the pictures.
	Track Track
	begun bool
	last  event.Time
}

// NewSegment begins a segment with the key frame that its first piece will hold.
func NewSegment(c Codec, keyFrame []byte) (*Segment, error) {
	t, err := Inspect(c, keyFrame)
	if err != nil {
		return nil, fmt.Errorf("begin a segment: %w", err)
	}
	return &Segment{Track: t}, nil
}

// maxSpan is the longest time between the first and the last frame of a piece: blocks
// count in 16 bits with a sign.
const maxSpan = 1<<15 - 1

// trackNumber is that of the only track.
const trackNumber = 1

// Piece returns the bytes of the segment's next piece: one Cluster, and before the first
// one the segment's header. Frames are in the order of their times; only the first may be
// a key frame. An error leaves the segment as it was.
func (s *Segment) Piece(frames []Frame) ([]byte, error) {
	if len(frames) == 0 {
		return nil, errors.New("piece without frames")
	}
	var b []byte
	last := s.last
	if !s.begun {
		if !frames[0].KeyFrame {
			return nil, ErrNoKeyFrame
		}
		b, last = header(s.Track), 0
	}
	cluster, err := s.cluster(frames, last)
	if err != nil {
		return nil, err
	}
	s.begun, s.last = true, frames[len(frames)-1].At
	return append(b, cluster...), nil
}

func (s *Segment) cluster(frames []Frame, last event.Time) ([]byte, error) {
	start := frames[0].At
	body := number(idTimestamp, uint64(max(0, start)))
	for i, f := range frames {
		switch {
		case f.At < last || f.At-start > maxSpan:
			return nil, fmt.Errorf("frame at %d in a piece from %d, after %d", f.At, start, last)
		case i > 0 && f.KeyFrame:
			return nil, errors.New("a key frame begins a piece")
		}
		data := f.Data
		if s.Track.Codec == AV1 {
			var err error
			if data, err = stripAV1(data); err != nil {
				return nil, err
			}
		}
		body = element(body, idSimpleBlock, blockHead(f.At-start, f.KeyFrame), data)
		last = f.At
	}
	return element(nil, idCluster, body), nil
}

// blockHead begins a SimpleBlock.
func blockHead(after event.Time, keyFrame bool) []byte {
	b := binary.BigEndian.AppendUint16([]byte{0x80 | trackNumber}, uint16(after))
	return append(b, bit(keyFrame, 7))
}

// header is what stands before the first Cluster of a segment.
func header(t Track) []byte {
	b := appendWideSize(appendID(ebmlHeader(), idSegment), unknownSize, 8)
	b = element(b, idInfo, info()...)
	return append(b, tracks(t)...)
}

func ebmlHeader() []byte {
	return element(nil, idEBML,
		number(idEBMLVersion, 1), number(idEBMLReadVersion, 1), number(idEBMLMaxIDLength, 4), number(idEBMLMaxSizeLength, 8),
		text(idDocType, "webm"), number(idDocTypeVersion, 4), number(idDocTypeReadVersion, 2))
}

// info says that times are in milliseconds.
func info() [][]byte {
	return [][]byte{number(idTimestampScale, 1_000_000), text(idMuxingApp, "lendhand"), text(idWritingApp, "lendhand")}
}

func tracks(t Track) []byte {
	const video = 1
	entry := [][]byte{
		number(idTrackNumber, trackNumber), number(idTrackUID, 1), number(idTrackType, video), number(idFlagLacing, 0),
		text(idCodecID, string(t.Codec)),
	}
	if len(t.Private) > 0 {
		entry = append(entry, element(nil, idCodecPrivate, t.Private))
	}
	entry = append(entry, element(nil, idVideo, number(idPixelWidth, uint64(t.Width)), number(idPixelHeight, uint64(t.Height))))
	return element(nil, idTracks, element(nil, idTrackEntry, entry...))
}
