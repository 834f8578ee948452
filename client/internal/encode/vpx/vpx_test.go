package vpx_test

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/encode/vpx/internal/vpxdec"
)

var codecs = []struct {
	name       string
	codec      encode.Codec
	newDecoder func() (encodetest.Decoder, error)
}{
	{"VP8", vpx.VP8(), func() (encodetest.Decoder, error) { return vpxdec.NewVP8() }},
	{"VP9", vpx.VP9(), func() (encodetest.Decoder, error) { return vpxdec.NewVP9() }},
}

func TestCodecs(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) {
			encodetest.Run(t, c.codec)
			encodetest.RunPictures(t, c.codec, c.newDecoder)
		})
	}
}

// At 2 Mbit/s a page of changing text must not queue up more than a few frames'
// worth of bits.
func TestKeepsTheRate(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) { encodetest.RunRate(t, c.codec) })
	}
}

func TestKeepsToSlowLinks(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) { encodetest.RunSlowLinks(t, c.codec) })
	}
}

func TestNoAllocations(t *testing.T) {
	for _, c := range codecs {
		t.Run(c.name, func(t *testing.T) { encodetest.RunAllocations(t, c.codec) })
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, c := range codecs {
		b.Run(c.name, func(b *testing.B) { encodetest.Benchmark(b, c.codec, c.newDecoder) })
	}
}
