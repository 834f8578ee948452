// Package vpx encodes VP8 and VP9 with libvpx, linked statically.
//
// To build it: Debian's libvpx-dev and libyuv-dev.
package vpx

import (
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

const (
	vp8 = "VP8"
	vp9 = "VP9"
)

// kind is what tells the codecs of this package apart.
type kind struct {
	name     string
	maxSide  int
	sampling canvas.Sampling
}

// VP8 is the codec that every browser decodes. It holds 14 bits for a side of the
// picture (RFC 6386, section 9.1).
func VP8() encode.Codec {
	return codec("", kind{vp8, 1<<14 - 1, canvas.YUV420})
}

// VP9 is profile 0: one colour sample for two by two pixels.
func VP9() encode.Codec {
	return codec("profile-id=0", kind{vp9, 1<<16 - 1, canvas.YUV420})
}

// VP9444 is profile 1: a colour sample for every pixel.
func VP9444() encode.Codec {
	return codec("profile-id=1", kind{vp9, 1<<16 - 1, canvas.YUV444})
}

func codec(parameters string, k kind) encode.Codec {
	return encode.Codec{
		MIMEType:   "video/" + k.name,
		ClockRate:  canvas.TicksPerSecond,
		Parameters: parameters,
		New: func(c encode.Config) (encode.Encoder, error) {
			return open(c, k)
		},
	}
}
