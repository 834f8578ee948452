package peer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

const (
	// maxBuffered is how much may wait for a technician's side that does not read, in
	// bytes.
	maxBuffered = 256 << 10
	flushEvery  = 5 * time.Millisecond
)

// openChannels makes the protocol's channels. Both sides know them by number.
func (c *Conn) openChannels() error {
	c.channels = make(map[signaling.ChannelID]*webrtc.DataChannel)
	for _, described := range signaling.Channels() {
		channel, err := c.pc.CreateDataChannel(described.Label, channelOptions(described))
		if err != nil {
			return fmt.Errorf("open channel %q: %w", described.Label, err)
		}
		c.hear(described, channel)
		c.channels[described.ID] = channel
	}
	return nil
}

func channelOptions(c signaling.Channel) *webrtc.DataChannelInit {
	negotiated, number := true, uint16(c.ID)
	options := &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &number, Ordered: &c.Reliable}
	if !c.Reliable {
		options.MaxRetransmits = new(uint16)
	}
	return options
}

// hear hands what comes in on a channel to the handler.
func (c *Conn) hear(described signaling.Channel, channel *webrtc.DataChannel) {
	h := c.config.Handler
	channel.OnOpen(func() { h.Opened(described.ID) })
	channel.OnClose(func() { h.Closed(described.ID) })
	channel.OnError(func(err error) {
		c.config.Log.Debug("channel broke", "channel", described.Label, "error", err)
	})
	channel.OnMessage(func(raw webrtc.DataChannelMessage) {
		m, err := decode(described.FromTechnician, raw)
		if err != nil {
			h.Broken(fmt.Errorf("channel %q: %w", described.Label, err))
			return
		}
		h.Message(described.ID, m)
	})
}

func decode(set *signaling.Set, raw webrtc.DataChannelMessage) (signaling.Message, error) {
	if !raw.IsString {
		return nil, errors.New("a message that is not text")
	}
	return set.Decode(raw.Data)
}

// Send sends a message. It does not wait: a technician's side that does not read is
// an ErrSlow.
func (c *Conn) Send(id signaling.ChannelID, m signaling.Message) error {
	data, err := signaling.Encode(m)
	if err != nil {
		return err
	}
	channel := c.channels[id]
	if channel.BufferedAmount() > maxBuffered {
		return ErrSlow
	}
	if err := channel.SendText(string(data)); err != nil {
		return fmt.Errorf("send %s: %w", signaling.TypeOf(m), err)
	}
	return nil
}

// Flush waits until the technician's side has everything that was sent on the
// control channel, or until ctx ends.
func (c *Conn) Flush(ctx context.Context) {
	ticker := time.NewTicker(flushEvery)
	defer ticker.Stop()
	channel := c.channels[signaling.ChannelControl]
	for channel.ReadyState() == webrtc.DataChannelStateOpen && channel.BufferedAmount() > 0 {
		select {
		case <-ticker.C:
		case <-ctx.Done():
			return
		}
	}
}
