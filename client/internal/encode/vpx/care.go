package vpx

import (
	"time"

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

const (
	// Pictures no further apart than together move on, once there were as many as going.
	// A page that is turned does not: care makes that one worse.
	together = canvas.TicksPerSecond / 10
	going    = 12
	// Care begins after enough pictures, or about, that took more than the rate by a tenth
	// of many, and ends after as many that took longer than mostCare.
	enough   = 4
	many     = 13
	mostCare = 25 * time.Millisecond
	// Every so many pictures it is tried without. Where care took too long, that is how
	// many the next one has to wait for.
	trial = 64
)

// care decides whether to look well for what has moved. A page that scrolls takes half
// of the bytes then, and no more time. A film takes as many bytes, and more time.
type care struct {
	on      bool
	against int // pictures that speak against it being so; negative: not yet
	since   int // pictures with care
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
	return c.on && c.run > going
}

// made tells what became of the picture, and how many bytes the rate has for it.
func (c *care) made(bytes, rated int, took time.Duration) {
	switch {
	case c.run <= going:
	case !c.on && c.speaks(10*bytes > many*rated):
		*c = care{on: true, run: c.run}
	case c.on && c.speaks(took > mostCare):
		*c = care{run: c.run, against: -trial}
	case c.on:
		if c.since++; c.since == trial {
			*c = care{run: c.run, against: enough - 1}
		}
	}
}

// speaks counts a picture, and reports whether enough speak against what is.
func (c *care) speaks(against bool) bool {
	switch {
	case against:
		c.against++
	case c.against > 0:
		c.against--
	}
	return c.against >= enough
}
