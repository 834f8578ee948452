// Package vpx encodes VP8 and VP9 with libvpx, linked statically.
//
// To build it: Debian's libvpx-dev and libyuv-dev.
package vpx

import (
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

// VP8 is the codec that every browser decodes. It holds 14 bits for a side of the
// picture (RFC 6386, section 9.1).
func VP8() encode.Codec {
	return encoder.Kind{
		Name: "VP8", MaxSide: 1<<14 - 1, Sampling: canvas.YUV420, Quantizers: vp8Quantizers, Open: openVP8,
	}.Codec()
}

// VP9 is profile 0, one colour sample for two by two pixels. It holds 16 bits for a side.
func VP9() encode.Codec {
	return encoder.Kind{
		Name: "VP9", Parameters: "profile-id=0", MaxSide: 1<<16 - 1,
		Sampling: canvas.YUV420, Quantizers: vp9Quantizers, Open: openVP9,
	}.Codec()
}
