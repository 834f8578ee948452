package peertest

import (
	"testing"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// channels are one end's data channels.
type channels struct {
	t    testing.TB
	pc   *webrtc.PeerConnection
	byID map[signaling.ChannelID]*webrtc.DataChannel
	open chan struct{} // one for each that has opened
}

func newChannels(t testing.TB, pc *webrtc.PeerConnection) channels {
	return channels{
		t: t, pc: pc, byID: make(map[signaling.ChannelID]*webrtc.DataChannel),
		open: make(chan struct{}, len(signaling.Channels())),
	}
}

// add makes a channel of the protocol.
func (c *channels) add(described signaling.Channel) *webrtc.DataChannel {
	c.t.Helper()
	channel, err := c.pc.CreateDataChannel(described.Label, optionsOf(described))
	must(c.t, err)
	c.byID[described.ID] = channel
	channel.OnOpen(func() { c.open <- struct{}{} })
	return channel
}

// WaitOpen waits until all channels are open.
func (c *channels) WaitOpen() {
	c.t.Helper()
	for range c.byID {
		select {
		case <-c.open:
		case <-time.After(Within):
			c.t.Fatal("the channels did not open")
		}
	}
}

// Send sends a message.
func (c *channels) Send(id signaling.ChannelID, m signaling.Message) {
	c.t.Helper()
	data, err := signaling.Encode(m)
	must(c.t, err)
	c.SendRaw(id, string(data))
}

// Try sends a message, unless the channel is closed.
func (c *channels) Try(id signaling.ChannelID, m signaling.Message) {
	if data, err := signaling.Encode(m); err == nil {
		_ = c.byID[id].SendText(string(data))
	}
}

// SendRaw sends any text.
func (c *channels) SendRaw(id signaling.ChannelID, text string) {
	c.t.Helper()
	must(c.t, c.byID[id].SendText(text))
}

// Proved returns the other end's certificate in DER, as DTLS has proved it.
func (c *channels) Proved() []byte { return c.pc.SCTP().Transport().GetRemoteCertificate() }
