package peer

import (
	"time"

	"github.com/pion/webrtc/v4"
)

// farRate is what a path with a long round trip is taken for: such a one may be slow, and
// has a queue that a first picture overflows.
const farRate = 400_000

// assume returns what a path is taken for, in bits a second, by its round trip: what is
// near is seldom slow.
func assume(roundTrip time.Duration) int {
	switch {
	case roundTrip == 0:
		return assumedRate
	case roundTrip < 8*time.Millisecond:
		return 30_000_000
	case roundTrip < 50*time.Millisecond:
		return 5_000_000
	case roundTrip < 120*time.Millisecond:
		return assumedRate
	}
	return farRate
}

// begin assumes a rate for the path that was found, until it is measured, and looks
// whether it carries what was sent last.
func (c *Conn) begin() {
	c.mu.Lock()
	v := c.video
	c.mu.Unlock()
	if v == nil {
		return
	}
	ice := c.pc.SCTP().Transport().ICETransport()
	v.revive()
	if s, ok := ice.GetSelectedCandidatePairStats(); ok && s.State == webrtc.StatsICECandidatePairStateSucceeded {
		v.rate.Assume(assume(time.Duration(s.CurrentRoundTripTime * float64(time.Second))))
	}
}
