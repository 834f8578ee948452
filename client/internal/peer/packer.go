package peer

import (
	"encoding/binary"
	"fmt"
	"strings"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/picture"
)

// packer cuts frames of one codec into the payloads of packets. It allocates nothing.
type packer interface {
	// begin takes a frame, which must not change before the last of next.
	begin(f picture.Frame)
	// next fills one payload, which has room for leastPayload bytes at least, and returns
	// its length: zero when nothing is left.
	next(payload []byte) int
	// empty reports whether nothing is left.
	empty() bool
}

// leastPayload is the room that every packer gets along with.
const leastPayload = 32

// packerOf returns how a codec's frames are cut into packets.
func packerOf(codec encode.Codec) (packer, error) {
	switch {
	case strings.EqualFold(codec.MIMEType, webrtc.MimeTypeVP8):
		return &vp8Packer{}, nil
	case strings.EqualFold(codec.MIMEType, webrtc.MimeTypeVP9):
		return &vp9Packer{}, nil
	case strings.EqualFold(codec.MIMEType, webrtc.MimeTypeAV1):
		return &av1Packer{}, nil
	}
	return nil, fmt.Errorf("%w: %q cannot be sent", ErrNoCodec, codec.MIMEType)
}

// vp8Packer follows RFC 7741. It leaves picture IDs out: one stream without layers needs none.
type vp8Packer struct {
	rest  []byte
	begun bool
}

func (p *vp8Packer) begin(f picture.Frame) { p.rest, p.begun = f.Data, false }

func (p *vp8Packer) empty() bool { return len(p.rest) == 0 }

func (p *vp8Packer) next(payload []byte) int {
	const startOfPartition = 0x10
	if len(p.rest) == 0 {
		return 0
	}
	payload[0] = 0
	if !p.begun {
		payload[0], p.begun = startOfPartition, true
	}
	n := copy(payload[1:], p.rest)
	p.rest = p.rest[n:]
	return 1 + n
}

// vp9Packer follows RFC 9628: one layer, and picture IDs, by which browsers tell what a frame
// refers to.
type vp9Packer struct {
	rest   []byte
	key    bool
	width  uint16
	height uint16
	begun  bool
	number uint16 // the picture's, of 15 bits
}

func (p *vp9Packer) begin(f picture.Frame) {
	p.rest, p.key, p.begun = f.Data, f.KeyFrame, false
	p.width, p.height = uint16(f.Size.X), uint16(f.Size.Y) //nolint:gosec // encoders refuse more
	p.number++
}

func (p *vp9Packer) empty() bool { return len(p.rest) == 0 }

func (p *vp9Packer) next(payload []byte) int {
	// The bits of the descriptor's first byte (section 4.2).
	const hasID, predicted, begins, ends, hasStructure, noLayerAbove = 0x80, 0x40, 0x08, 0x04, 0x02, 0x01
	if len(p.rest) == 0 {
		return 0
	}
	payload[0] = hasID | noLayerAbove
	binary.BigEndian.PutUint16(payload[1:], 1<<15|p.number)
	n := 3
	if !p.key {
		payload[0] |= predicted
	}
	if !p.begun {
		payload[0] |= begins
		if p.key {
			payload[0] |= hasStructure
			n += p.structure(payload[n:])
		}
		p.begun = true
	}
	cut := copy(payload[n:], p.rest)
	if p.rest = p.rest[cut:]; len(p.rest) == 0 {
		payload[0] |= ends
	}
	return n + cut
}

// structure describes one layer, and pictures that each refer to the one before.
func (p *vp9Packer) structure(b []byte) int {
	const hasSize, hasGroup, switchable, oneReference = 0x10, 0x08, 0x10, 0x04
	b[0] = hasSize | hasGroup
	binary.BigEndian.PutUint16(b[1:], p.width)
	binary.BigEndian.PutUint16(b[3:], p.height)
	b[5] = 1 // picture in the group
	b[6] = switchable | oneReference
	b[7] = 1 // picture back
	return 8
}
