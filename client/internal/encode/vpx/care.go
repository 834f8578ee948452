package vpx

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

const (
	// A picture that moves is encoded with care while that takes no longer than mostCare,
	// and with care again when it takes no longer than leastHaste without.
	mostCare   = 16 * time.Millisecond
	leastHaste = 11 * time.Millisecond
	// enough pictures in a row, or about, make it so.
	enough = 4
	// Pictures no further apart than together move on, once there were as many as going.
	// A page that is turned does not: care makes that one worse.
	together = canvas.TicksPerSecond / 10
	going    = 12
)

// care decides whether to look well for what has moved. A page that scrolls takes half
// of the bytes then, and no more time. A film takes more time.
type care struct {
	hasty   bool
	against int // pictures that speak against it
	run     int // pictures without a pause
}

// next tells that a picture comes so many ticks after the last, and reports whether it is
// worth care. One at rest, or a key frame, is none that moves.
func (c *care) next(ticks int64, moves bool) bool {
	if !moves || ticks > together {
		c.run = 0
		return false
	}
	c.run++
	return c.run > going && !c.hasty
}

// took tells how long the last picture took.
func (c *care) took(d time.Duration) {
	if c.run <= going {
		return
	}
	speaks := d > mostCare
	if c.hasty {
		speaks = d < leastHaste
	}
	if !speaks {
		c.against = max(0, c.against-1)
		return
	}
	if c.against++; c.against >= enough {
		c.hasty, c.against = !c.hasty, 0
	}
}
