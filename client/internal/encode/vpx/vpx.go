// Package vpx encodes pictures with libvpx, linked statically, and converts them
// with libyuv. It makes VP8; VP9 fits beside it as another lh_open function.
//
// To build it: Debian's libvpx-dev and libyuv-dev.
package vpx

import (
	"fmt"
	"image"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// Limits of the codec. VP8 holds 14 bits for a side (RFC 6386, section 9.1).
const (
	maxSide    = 1<<14 - 1
	maxThreads = 16
	// A rate below this cannot carry a picture: libvpx counts in kilobits.
	minBitsPerSecond = 10_000
	maxBitsPerSecond = 1_000_000_000
)

// VP8 is the codec that every browser decodes.
func VP8() encode.Codec {
	return encode.Codec{MIMEType: "video/VP8", ClockRate: ticksPerSecond, New: newVP8}
}

func validate(c encode.Config) error {
	if c.Size.X < 1 || c.Size.Y < 1 || c.Size.X > maxSide || c.Size.Y > maxSide {
		return fmt.Errorf("picture of %v: a side has 1 to %d pixels", c.Size, maxSide)
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

// evened widens r to even pixels, because two by two pixels share one colour
// sample, and cuts it to the picture.
func evened(r, picture image.Rectangle) image.Rectangle {
	r = r.Intersect(picture)
	r.Min.X &^= 1
	r.Min.Y &^= 1
	r.Max.X = (r.Max.X + 1) &^ 1
	r.Max.Y = (r.Max.Y + 1) &^ 1
	return r.Intersect(picture)
}
