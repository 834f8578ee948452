package aom_test

import (
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/aom"
	"github.com/lendhand/lendhand/client/internal/encode/aom/internal/aomdec"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
)

func newDecoder() (encodetest.Decoder, error) { return aomdec.New() }

var profiles = map[string]encode.Codec{"4:2:0": aom.AV1(), "4:4:4": aom.AV1444()}

func TestAV1(t *testing.T) {
	for name, codec := range profiles {
		t.Run(name, func(t *testing.T) {
			encodetest.Run(t, codec)
			encodetest.RunPictures(t, codec, newDecoder)
			t.Run("keeps the rate", func(t *testing.T) { encodetest.RunRate(t, codec) })
			t.Run("keeps to slow links", func(t *testing.T) { encodetest.RunSlowLinks(t, codec) })
			t.Run("allocates nothing", func(t *testing.T) { encodetest.RunAllocations(t, codec) })
		})
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, name := range []string{"4:2:0", "4:4:4"} {
		b.Run(name, func(b *testing.B) { encodetest.Benchmark(b, profiles[name], newDecoder) })
	}
}
