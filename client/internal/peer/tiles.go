package peer

import (
	"time"

	"github.com/pion/webrtc/v4"

	"github.com/lendhand/lendhand/signaling"
)

const (
	// tilesWithin is how long a network may need for what it has been given, tiles
	// included, for tiles to be sent: later than that, they are not worth their bytes.
	tilesWithin = 10 * time.Millisecond
	// maxTilesAway is how much may be on its way, in bytes.
	maxTilesAway = 32 << 10
	// tileOverhead is what is put around each message, in bytes: SCTP and DTLS, at most,
	// without TURN.
	tileOverhead = 100
)

// SendTiles sends messages on the tile channel if the network takes them at once, and
// reports whether it did. It does not wait, and keeps none of them.
func (c *Conn) SendTiles(messages [][]byte) bool {
	c.mu.Lock()
	v, closed := c.video, c.closed
	c.mu.Unlock()
	channel := c.channels[signaling.ChannelTile]
	if v == nil || closed || channel.ReadyState() != webrtc.DataChannelStateOpen {
		return false
	}
	size := 0
	for _, m := range messages {
		size += len(m) + tileOverhead
	}
	if channel.BufferedAmount()+uint64(size) > maxTilesAway || !v.spare(size) { //nolint:gosec // a length
		return false
	}
	for _, m := range messages {
		if err := channel.Send(m); err != nil {
			c.config.Log.Debug("tile lost", "error", err)
			return false
		}
	}
	return true
}

// spare takes what is to be sent beside the pictures out of the rate, and reports
// whether there was room for it.
func (s *sender) spare(bytes int) bool {
	now := time.Now()
	state := s.rate.State(now)
	takes := time.Duration(float64(8*bytes) / float64(state.BitsPerSecond) * float64(time.Second))
	if state.Queue+takes > tilesWithin {
		return false
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.bucket.wait(now) > 0 {
		return false
	}
	s.bucket.spend(bytes, now, state)
	s.rate.Beside(bytes, now)
	return true
}
