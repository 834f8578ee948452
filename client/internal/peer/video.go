package peer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/picture"
)

const (
	// maxPacket keeps RTP packets within the path MTU that IPv6 guarantees, less what
	// IP, UDP, TURN and SRTP put around them.
	maxPacket = 1160
	// A large frame leaves in bursts: what a router or a socket cannot hold is lost.
	burst     = 16
	burstGap  = time.Millisecond
	maxReport = 1500
)

// video sends one stream of frames.
type video struct {
	// Set at construction.
	codec     encode.Codec
	track     *webrtc.TrackLocalStaticRTP
	sender    *webrtc.RTPSender
	payloader rtp.Payloader
	sequencer rtp.Sequencer
	offset    uint32 // of the RTP timestamps

	// Owned by the caller of WriteFrame.
	start time.Time
}

// addVideo chooses the codec and makes the stream.
func (c *Conn) addVideo(offer *Offer) error {
	codec, ok := common(c.config.Codecs, offer.codecs)
	if !ok {
		return fmt.Errorf("%w among %.200v", ErrNoCodec, offer.codecs)
	}
	payloader, err := payloaderOf(codec)
	if err != nil {
		return err
	}
	track, err := webrtc.NewTrackLocalStaticRTP(capability(codec), "screen", "lendhand")
	if err != nil {
		return fmt.Errorf("make video: %w", err)
	}
	transceiver, err := c.pc.AddTransceiverFromTrack(track, webrtc.RTPTransceiverInit{
		Direction: webrtc.RTPTransceiverDirectionSendonly,
	})
	if err != nil {
		return fmt.Errorf("make video: %w", err)
	}
	v := &video{
		codec: codec, track: track, sender: transceiver.Sender(), payloader: payloader,
		sequencer: rtp.NewRandomSequencer(), offset: rand.Uint32(), //nolint:gosec // not a secret
	}
	c.mu.Lock()
	c.video = v
	c.mu.Unlock()
	c.reading.Go(func() { c.readReports(v.sender) })
	return nil
}

// readReports hears the technician's decoder ask for key frames, until the
// connection is closed.
func (c *Conn) readReports(sender *webrtc.RTPSender) {
	buf := make([]byte, maxReport)
	for {
		n, _, err := sender.Read(buf)
		if err != nil {
			return
		}
		packets, err := rtcp.Unmarshal(buf[:n])
		if err != nil {
			continue // lost or mangled; the next report comes in a moment
		}
		for _, p := range packets {
			switch p.(type) {
			case *rtcp.PictureLossIndication, *rtcp.FullIntraRequest:
				c.config.Handler.KeyFrameWanted()
			}
		}
	}
}

// WriteFrame implements picture.Sink.
func (c *Conn) WriteFrame(f picture.Frame) error {
	c.mu.Lock()
	v, closed := c.video, c.closed
	c.mu.Unlock()
	if v == nil || closed {
		return errors.New("write frame: no connection")
	}
	return v.write(f)
}

// write cuts a frame into packets and sends them.
func (v *video) write(f picture.Frame) error {
	if v.start.IsZero() {
		v.start = f.At
	}
	ticks := f.At.Sub(v.start).Microseconds() * int64(v.codec.ClockRate) / 1_000_000
	stamp := v.offset + uint32(ticks) //nolint:gosec // wraps around (RFC 3550 section 5.1)
	delay := v.playoutDelayID()
	parts := v.payloader.Payload(maxPacket, f.Data)
	for i, part := range parts {
		if i > 0 && i%burst == 0 {
			time.Sleep(burstGap)
		}
		p := &rtp.Packet{Header: rtp.Header{
			Version:        2,
			Marker:         i == len(parts)-1,
			SequenceNumber: v.sequencer.NextSequenceNumber(),
			Timestamp:      stamp,
		}, Payload: part}
		if delay != 0 {
			// Nothing is held back: least and most delay are zero.
			if err := p.SetExtension(delay, []byte{0, 0, 0}); err != nil {
				return fmt.Errorf("write frame: %w", err)
			}
		}
		if err := v.track.WriteRTP(p); err != nil {
			return fmt.Errorf("write frame: %w", err)
		}
	}
	return nil
}

// playoutDelayID returns the number that the offer gave to the extension, or 0.
func (v *video) playoutDelayID() uint8 {
	for _, e := range v.sender.GetParameters().HeaderExtensions {
		if e.URI == playoutDelayURI {
			return uint8(e.ID) //nolint:gosec // 1 to 14 in an offer with one-byte headers, 255 at most
		}
	}
	return 0
}
