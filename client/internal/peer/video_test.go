package peer

import (
	"testing"
	"time"

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

// A picture that was taken later has a later timestamp, in ticks of the RTP clock, also
// where the numbers wrap around.
func TestTimestampsFollowTheTime(t *testing.T) {
	start := time.Now()
	v := &video{start: start, offset: 1<<32 - 1000}
	for _, c := range []struct {
		after time.Duration
		want  uint32
	}{{0, 1<<32 - 1000}, {time.Second, clockRate - 1000}, {-time.Millisecond, 1<<32 - 1090}} {
		if got := v.timestamp(start.Add(c.after)); got != c.want {
			t.Errorf("after %v: %d, want %d", c.after, got, c.want)
		}
	}
}
