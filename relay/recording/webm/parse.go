package webm

import (
	"encoding/binary"
	"fmt"

	"github.com/lendhand/lendhand/relay/recording/event"
)

// maxFrames is how many frames a piece has at most.
const maxFrames = 1000

// ParsePiece reads what [Segment.Piece] wrote. First says that it begins a segment, with
// its header; then the track is returned too, without the codec's name for WebCodecs. The
// frames' data is that of b.
func ParsePiece(b []byte, first bool) (frames []Frame, t *Track, err error) {
	if first {
		if t, b, err = parseHeader(b); err != nil {
			return nil, nil, err
		}
	}
	id, cluster, rest, err := next(b)
	if err == nil && (id != idCluster || len(rest) > 0) {
		err = errLayout
	}
	if err == nil {
		frames, err = parseCluster(cluster)
	}
	if err != nil {
		return nil, nil, fmt.Errorf("cluster: %w", err)
	}
	return frames, t, nil
}

// parseHeader reads up to the first Cluster.
func parseHeader(b []byte) (t *Track, rest []byte, err error) {
	for _, want := range []uint32{idEBML, idSegment, idInfo, idTracks} {
		id, body, after, err := next(b)
		if err == nil && id != want {
			err = errLayout
		}
		if err == nil && id == idTracks {
			t, err = parseTracks(body)
		}
		if err != nil {
			return nil, nil, fmt.Errorf("header: %w", err)
		}
		if b = after; id == idSegment {
			b = body
		}
	}
	return t, b, nil
}

func parseTracks(b []byte) (*Track, error) {
	t := &Track{}
	return t, each(b, func(id uint32, body []byte) error {
		if id != idTrackEntry {
			return errLayout
		}
		return each(body, t.field)
	})
}

func (t *Track) field(id uint32, body []byte) error {
	switch id {
	case idCodecID:
		t.Codec = Codec(body)
	case idCodecPrivate:
		t.Private = body
	case idVideo:
		return each(body, t.field)
	case idPixelWidth, idPixelHeight:
		v, err := unsigned(body)
		if err != nil || v > 1<<16 {
			return errLayout
		}
		if id == idPixelWidth {
			t.Width = int(v)
		} else {
			t.Height = int(v)
		}
	}
	return nil
}

// each calls do with the elements of b.
func each(b []byte, do func(id uint32, body []byte) error) error {
	for len(b) > 0 {
		id, body, rest, err := next(b)
		if err == nil {
			err = do(id, body)
		}
		if err != nil {
			return err
		}
		b = rest
	}
	return nil
}

// maxTimestamp is beyond every recording's time; sums of such numbers do not overflow.
const maxTimestamp = 1 << 40

func parseCluster(b []byte) (frames []Frame, err error) {
	start := event.Time(-1)
	err = each(b, func(id uint32, body []byte) error {
		switch {
		case id == idTimestamp && start < 0:
			v, err := unsigned(body)
			if err != nil || v > maxTimestamp {
				return errLayout
			}
			start = event.Time(v)
		case id == idSimpleBlock && start >= 0 && len(frames) < maxFrames:
			f, err := parseBlock(start, body)
			frames = append(frames, f)
			return err
		default:
			return errLayout
		}
		return nil
	})
	if err == nil && len(frames) == 0 {
		err = errLayout
	}
	return frames, err
}

func parseBlock(start event.Time, body []byte) (Frame, error) {
	if len(body) < 5 || body[0] != 0x80|trackNumber || body[3]&^0x80 != 0 {
		return Frame{}, errLayout
	}
	after := event.Time(int16(binary.BigEndian.Uint16(body[1:])))
	if after < 0 {
		return Frame{}, errLayout
	}
	return Frame{At: start + after, KeyFrame: body[3]&0x80 != 0, Data: body[4:]}, nil
}
