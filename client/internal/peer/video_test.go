package peer

import (
	"testing"

	"github.com/pion/rtp/codecs"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// A browser that sees picture IDs on some frames and not on others decodes nothing
// up to the next key frame.
func TestVP8FramesAreNumberedAlike(t *testing.T) {
	payloader, err := payloaderOf(encode.Codec{MIMEType: webrtc.MimeTypeVP8})
	if err != nil {
		t.Fatal(err)
	}
	const frames = 1<<15 + 2 // picture IDs have at most 15 bits
	for n := range frames {
		parts := payloader.Payload(maxPacket, []byte{1, 2, 3})
		var packet codecs.VP8Packet
		if _, err := packet.Unmarshal(parts[0]); err != nil {
			t.Fatal(err)
		}
		if packet.I != 0 {
			t.Fatalf("frame %d has a picture ID", n)
		}
	}
}
