// Package aom encodes AV1 with libaom, linked statically, with its tools for
// screens: palettes, and a search that expects text and windows.
//
// To build it: Debian's libaom-dev and libyuv-dev.
package aom

import (
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

// maxSide is the limit of the codec: 16 bits (AV1 specification, section 5.5.1).
const maxSide = 1<<16 - 1

// AV1 is profile 0: one colour sample for two by two pixels. Everything that
// decodes AV1 decodes it.
func AV1() encode.Codec {
	return codec("profile=0", canvas.YUV420)
}

// AV1444 is profile 1: a colour sample for every pixel, so that coloured text is
// as sharp as black text.
func AV1444() encode.Codec {
	return codec("profile=1", canvas.YUV444)
}

// The level and the tier are what browsers offer (AV1 RTP payload format, section
// 7.2): level 3.1. They are a promise of the receiver that none of them keeps to.
func codec(profile string, sampling canvas.Sampling) encode.Codec {
	return encoder.Kind{
		Name:       "AV1",
		Parameters: "level-idx=5;" + profile + ";tier=0",
		MaxSide:    maxSide,
		Sampling:   sampling,
		Quantizers: quantizers,
		Anew:       true, // palettes and copies within the picture
		Open:       open,
	}.Codec()
}
