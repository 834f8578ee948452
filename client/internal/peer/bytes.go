package peer

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

// maxPieces is how much of a file may wait to be sent, in bytes: more would only be sent
// after a stop.
const maxPieces = 128 << 10

// Bytes is a second connection to a technician, for the bytes of files: so these never
// stand before a key. It has the same certificates as the first one, and one channel.
type Bytes struct {
	conn    *Conn
	channel *webrtc.DataChannel
	room    chan struct{} // capacity 1: less waits than did
	closed  chan struct{}
}

// NewBytes makes a Bytes that waits for its offer. The Config needs no codecs. Of its
// Handler, State, Opened, Closed, Broken and Candidate are called, with channel 0. A piece
// of a file is given to hear, which may wait: then the technician's side has to.
func NewBytes(config Config, hear func(piece []byte)) (*Bytes, error) {
	c, err := newConn(config)
	if err != nil {
		return nil, err
	}
	b := &Bytes{conn: c, room: make(chan struct{}, 1), closed: make(chan struct{})}
	if err := b.open(hear); err != nil {
		return nil, errors.Join(fmt.Errorf("open the files' channel: %w", err), c.pc.Close())
	}
	c.listen()
	return b, nil
}

func (b *Bytes) open(hear func([]byte)) error {
	h := b.conn.config.Handler
	channel, err := b.conn.pc.CreateDataChannel("bytes", channelOptions(signaling.Channel{ID: 0, Reliable: true}))
	if err != nil {
		return err
	}
	b.channel = channel
	channel.OnOpen(func() { h.Opened(0) })
	channel.OnClose(func() { h.Closed(0) })
	channel.SetBufferedAmountLowThreshold(maxPieces / 2)
	channel.OnBufferedAmountLow(func() {
		select {
		case b.room <- struct{}{}:
		default:
		}
	})
	channel.OnMessage(func(raw webrtc.DataChannelMessage) {
		if raw.IsString {
			h.Broken(errors.New("text among the bytes of files"))
			return
		}
		hear(raw.Data)
	})
	return nil
}

// Accept takes the technician's offer: the first one, or one that restarts the connection.
// The caller has checked that the technician is who it says. It returns the answer.
func (b *Bytes) Accept(offer *Offer) (sdp string, err error) { return b.conn.accept(offer) }

// Continues reports whether an offer is one to restart this connection.
func (b *Bytes) Continues(offer *Offer) bool {
	return b.conn.offer == nil || b.conn.offer.Continues(offer)
}

// AddCandidate takes one of the technician's candidates.
func (b *Bytes) AddCandidate(m *signaling.Candidate) error { return b.conn.AddCandidate(m) }

// WaitRoom waits until there is room for a piece.
func (b *Bytes) WaitRoom(ctx context.Context) error {
	for b.channel.BufferedAmount() > maxPieces {
		select {
		case <-b.room:
		case <-b.closed:
			return errClosed
		case <-ctx.Done():
			return ctx.Err()
		}
	}
	return nil
}

// Send sends a piece of a file. It does not wait.
func (b *Bytes) Send(piece []byte) error {
	if err := b.channel.Send(piece); err != nil {
		return fmt.Errorf("send a piece of a file: %w", err)
	}
	return nil
}

// RoundTrip is how long a piece and its acknowledgement take, queues on the way included;
// 0 when that is not known.
func (b *Bytes) RoundTrip() time.Duration {
	for _, s := range b.conn.pc.GetStats() {
		if t, ok := s.(webrtc.SCTPTransportStats); ok {
			return time.Duration(t.SmoothedRoundTripTime * float64(time.Second))
		}
	}
	return 0
}

// Close ends the connection and waits until no handler is called any more.
func (b *Bytes) Close() error {
	close(b.closed)
	return b.conn.Close()
}
