package encoder

import (
	"fmt"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// Limits of the leaves.
const (
	maxThreads = 16
	// A rate below this cannot carry a picture: the codecs count in kilobits.
	minBitsPerSecond = 10_000
	maxBitsPerSecond = 1_000_000_000
)

// validate checks a configuration for a codec whose pictures have sides of at most
// maxSide pixels.
func validate(c encode.Config, maxSide int) error {
	if c.Size.X < 1 || c.Size.Y < 1 || c.Size.X > maxSide || c.Size.Y > maxSide {
		return fmt.Errorf("video of %v: a side has 1 to %d pixels", c.Size, maxSide)
	}
	if c.Threads < 1 || c.Threads > maxThreads {
		return fmt.Errorf("%d encoder threads: want 1 to %d", c.Threads, maxThreads)
	}
	return validateRate(c.BitsPerSecond)
}

func validateRate(bitsPerSecond int) error {
	if bitsPerSecond < minBitsPerSecond || bitsPerSecond > maxBitsPerSecond {
		return fmt.Errorf("rate of %d bit/s: want %d to %d", bitsPerSecond, minBitsPerSecond, maxBitsPerSecond)
	}
	return nil
}
