package peer

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/pion/rtcp"
	"github.com/pion/rtp"
	"github.com/pion/webrtc/v4"

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
	// clockRate is the RTP clock of all video in Hz.
	clockRate = 90_000
)

// video sends one stream of frames.
type video struct {
	// Set at construction.
	track      *track
	sender     *webrtc.RTPSender
	payloaders map[string]rtp.Payloader // by encode.Codec.Key
	sequencer  rtp.Sequencer
	offset     uint32 // of the RTP timestamps
	start      time.Time
}

// addVideo chooses the codecs and makes the stream.
func (c *Conn) addVideo(offer *Offer) error {
	v := &video{
		track:      &track{codecs: common(c.config.Codecs, offer.codecs)},
		payloaders: make(map[string]rtp.Payloader),
		sequencer:  rtp.NewRandomSequencer(), offset: rand.Uint32(), //nolint:gosec // not a secret
		start: time.Now(),
	}
	if len(v.track.codecs) == 0 {
		return fmt.Errorf("%w among %.200v", ErrNoCodec, offer.codecs)
	}
	for _, codec := range v.track.codecs {
		payloader, err := payloaderOf(codec)
		if err != nil {
			return err
		}
		v.payloaders[codec.Key()] = payloader
	}
	transceiver, err := c.pc.AddTransceiverFromTrack(v.track, webrtc.RTPTransceiverInit{
		Direction: webrtc.RTPTransceiverDirectionSendonly,
	})
	if err != nil {
		return fmt.Errorf("make video: %w", err)
	}
	v.sender = transceiver.Sender()
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

// timestamp returns the RTP timestamp of a picture that was taken at that time.
func (v *video) timestamp(at time.Time) uint32 {
	ticks := at.Sub(v.start).Microseconds() * clockRate / 1_000_000
	return v.offset + uint32(ticks) //nolint:gosec // wraps around (RFC 3550 section 5.1)
}

// Timestamp returns the RTP timestamp of a picture that was taken at that time, and
// false before the first offer.
func (c *Conn) Timestamp(at time.Time) (uint32, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.video == nil {
		return 0, false
	}
	return c.video.timestamp(at), true
}

// write cuts a frame into packets and sends them.
func (v *video) write(f picture.Frame) error {
	b := v.track.negotiated()
	if b == nil {
		return errors.New("write frame: nothing is negotiated")
	}
	payloadType, ok := b.types[f.Codec]
	if !ok {
		return fmt.Errorf("write frame: %w: %q was not negotiated", ErrNoCodec, f.Codec)
	}
	stamp := v.timestamp(f.At)
	parts := v.payloaders[f.Codec].Payload(maxPacket, f.Data)
	for i, part := range parts {
		if i > 0 && i%burst == 0 {
			time.Sleep(burstGap)
		}
		p := &rtp.Packet{Header: rtp.Header{
			Version:        2,
			PayloadType:    payloadType,
			Marker:         i == len(parts)-1,
			SequenceNumber: v.sequencer.NextSequenceNumber(),
			Timestamp:      stamp,
		}, Payload: part}
		if b.delay != 0 {
			// Nothing is held back: least and most delay are zero.
			if err := p.SetExtension(b.delay, []byte{0, 0, 0}); err != nil {
				return fmt.Errorf("write frame: %w", err)
			}
		}
		if err := b.write(p); err != nil {
			return fmt.Errorf("write frame: %w", err)
		}
	}
	return nil
}
