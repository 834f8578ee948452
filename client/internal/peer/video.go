package peer

import (
	"errors"
	"fmt"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/client/internal/picture"
)

// addVideo chooses the codecs and makes the stream.
func (c *Conn) addVideo(offer *Offer) error {
	t := &track{codecs: common(c.config.Codecs, offer.codecs)}
	if len(t.codecs) == 0 {
		return fmt.Errorf("%w among %.200v", ErrNoCodec, offer.codecs)
	}
	packers := make(map[string]packer)
	for _, codec := range t.codecs {
		p, err := packerOf(codec)
		if err != nil {
			return err
		}
		packers[codec.Key()] = p
	}
	transceiver, err := c.pc.AddTransceiverFromTrack(t, webrtc.RTPTransceiverInit{
		Direction: webrtc.RTPTransceiverDirectionSendonly,
	})
	if err != nil {
		return fmt.Errorf("make video: %w", err)
	}
	s := newSender(t, packers)
	c.mu.Lock()
	c.video = s
	s.hold(c.held)
	c.mu.Unlock()
	r := &reports{sender: s, wanted: c.config.Handler.KeyFrameWanted}
	c.reading.Go(func() { r.read(transceiver.Sender()) })
	return nil
}

// WriteFrame implements picture.Sink. It takes as long as the network does.
func (c *Conn) WriteFrame(f picture.Frame) error {
	c.mu.Lock()
	v, closed := c.video, c.closed
	c.mu.Unlock()
	if v == nil || closed {
		return errors.New("write frame: no connection")
	}
	return v.write(f)
}

// Hold lets no packet of a picture leave, from the moment when it returns until it is
// called with false. A frame that is under way ends with [ErrHeld].
func (c *Conn) Hold(on bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.held = on; c.video != nil {
		c.video.hold(on)
	}
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

// Network implements picture.Link.
func (c *Conn) Network() picture.Network {
	c.mu.Lock()
	v := c.video
	c.mu.Unlock()
	if v == nil {
		return picture.Network{BitsPerSecond: assumedRate}
	}
	return v.network(time.Now())
}
