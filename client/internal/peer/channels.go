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

// fromTechnician says what may come in on which channel.
func fromTechnician(id signaling.ChannelID) *signaling.Set {
	return map[signaling.ChannelID]*signaling.Set{
		signaling.ChannelControl: signaling.ControlFromTechnician,
		signaling.ChannelInput:   signaling.InputFromTechnician,
		signaling.ChannelPointer: signaling.PointerFromTechnician,
	}[id]
}

// openChannels makes the protocol's channels. Both sides know them by number.
func (c *Conn) openChannels() error {
	c.channels = make(map[signaling.ChannelID]*webrtc.DataChannel)
	for _, id := range []signaling.ChannelID{signaling.ChannelControl, signaling.ChannelInput, signaling.ChannelPointer} {
		negotiated, number, reliable := true, uint16(id), id == signaling.ChannelControl
		options := &webrtc.DataChannelInit{Negotiated: &negotiated, ID: &number, Ordered: &reliable}
		if !reliable {
			options.MaxRetransmits = new(uint16)
		}
		channel, err := c.pc.CreateDataChannel(id.Label(), options)
		if err != nil {
			return fmt.Errorf("open channel %q: %w", id.Label(), err)
		}
		c.hear(id, channel)
		c.channels[id] = channel
	}
	return nil
}

// hear hands what comes in on a channel to the handler.
func (c *Conn) hear(id signaling.ChannelID, channel *webrtc.DataChannel) {
	h := c.config.Handler
	channel.OnOpen(func() { h.Opened(id) })
	channel.OnClose(func() { h.Closed(id) })
	channel.OnError(func(err error) { c.config.Log.Debug("channel broke", "channel", id.Label(), "error", err) })
	set := fromTechnician(id)
	channel.OnMessage(func(raw webrtc.DataChannelMessage) {
		if !raw.IsString {
			h.Broken(fmt.Errorf("channel %q: %w", id.Label(), errors.New("a message that is not text")))
			return
		}
		m, err := set.Decode(raw.Data)
		if err != nil {
			h.Broken(fmt.Errorf("channel %q: %w", id.Label(), err))
			return
		}
		h.Message(id, m)
	})
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
