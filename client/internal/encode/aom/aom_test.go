package aom_test

import (
	"image"
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

// A page of coloured text at rest comes to what eight bits of colour can hold.
func TestColouredTextBecomesSharp(t *testing.T) {
	const passes, least = 10, 60 // dB
	size := image.Pt(640, 480)
	for seed := range uint64(3) {
		p := encodetest.NewPicture(size)
		p.ColouredText(p.Frame.Bounds, seed)
		e := encodetest.Open(t, profiles["4:4:4"], size)
		d, err := newDecoder()
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = d.Close() }()
		var decoded *image.YCbCr
		for range passes {
			packet, err := e.Encode(p.Frame, encode.Options{Refine: true})
			if err != nil {
				t.Fatal(err)
			}
			if decoded, err = d.Decode(packet.Data); err != nil {
				t.Fatal(err)
			}
			p.Damage()
		}
		if got := p.RGBPSNR(decoded, p.Frame.Bounds); got < least {
			t.Errorf("seed %d: RGB PSNR %.1f dB after %d passes, want at least %d", seed, got, passes, least)
		}
	}
}

func BenchmarkEncode(b *testing.B) {
	for _, name := range []string{"4:2:0", "4:4:4"} {
		b.Run(name, func(b *testing.B) { encodetest.Benchmark(b, profiles[name], newDecoder) })
	}
}
