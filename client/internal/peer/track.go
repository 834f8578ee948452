package peer

import (
	"fmt"
	"sync"

	"github.com/pion/rtp"
	"github.com/pion/sdp/v3"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// track is the one stream of pictures. It may change its codec from one picture to the
// next: browsers choose the decoder by the payload type (RFC 8866 section 5.14 lists
// them all), with no negotiation in between.
type track struct {
	codecs []encode.Codec // set at construction, best first

	// Guarded by mu, and set when the connection is negotiated.
	mu    sync.Mutex
	bound *bound
}

// bound is what was negotiated for a track.
type bound struct {
	types  map[string]uint8 // payload types by encode.Codec.Key
	ssrc   uint32
	delay  uint8 // the number of the playout delay extension, 0 where there is none
	wide   uint8 // and of that for transport-wide numbers
	stream webrtc.TrackLocalWriter
}

// Bind implements webrtc.TrackLocal.
func (t *track) Bind(c webrtc.TrackLocalContext) (webrtc.RTPCodecParameters, error) {
	b := &bound{
		types: make(map[string]uint8), ssrc: uint32(c.SSRC()), stream: c.WriteStream(),
		delay: extension(c, playoutDelayURI), wide: extension(c, sdp.TransportCCURI),
	}
	var first *webrtc.RTPCodecParameters
	for _, codec := range t.codecs {
		for _, p := range c.CodecParameters() {
			if !sameCodec(codec, p.RTPCodecCapability) {
				continue
			}
			if b.types[codec.Key()] = uint8(p.PayloadType); first == nil {
				first = &p
			}
			break
		}
	}
	if first == nil {
		return webrtc.RTPCodecParameters{}, fmt.Errorf("%w after the negotiation", ErrNoCodec)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound = b
	return *first, nil
}

// extension returns the number that the offer gave to a header extension, or 0.
func extension(c webrtc.TrackLocalContext, uri string) uint8 {
	for _, e := range c.HeaderExtensions() {
		if e.URI == uri {
			return uint8(e.ID) //nolint:gosec // 1 to 14 in an offer with one-byte headers, 255 at most
		}
	}
	return 0
}

// negotiated returns what was negotiated, or nil.
func (t *track) negotiated() *bound {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.bound
}

// extend adds the extensions to a header: number is the memory that will hold the
// transport-wide number of each packet.
func (b *bound) extend(h *rtp.Header, number []byte) {
	if b.wide != 0 {
		_ = h.SetExtension(b.wide, number) // it fits
	}
	if b.delay != 0 {
		// Nothing is held back: least and most delay are zero.
		_ = h.SetExtension(b.delay, []byte{0, 0, 0})
	}
}

// Unbind implements webrtc.TrackLocal.
func (t *track) Unbind(webrtc.TrackLocalContext) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.bound = nil
	return nil
}

// ID, RID, StreamID and Kind implement webrtc.TrackLocal.
func (*track) ID() string                { return "screen" }
func (*track) RID() string               { return "" }
func (*track) StreamID() string          { return "lendhand" }
func (*track) Kind() webrtc.RTPCodecType { return webrtc.RTPCodecTypeVideo }
