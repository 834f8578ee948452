package vpx_test

import (
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/vpx"
	"github.com/lendhand/lendhand/client/internal/encode/vpx/internal/vpxdec"
)

func TestVP8(t *testing.T) {
	encodetest.Run(t, vpx.VP8())
}

func TestVP8Pictures(t *testing.T) {
	encodetest.RunPictures(t, vpx.VP8(), func() (encodetest.Decoder, error) { return vpxdec.New() })
}

// At 2 Mbit/s a page of changing text must not queue up more than a few frames'
// worth of bits.
func TestVP8KeepsTheRate(t *testing.T) {
	const rate, frames = 2_000_000, 90
	p := encodetest.NewPicture(image.Pt(1280, 720))
	e, err := vpx.VP8().New(encode.Config{Size: p.Frame.Size(), BitsPerSecond: rate, Threads: 2})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	window := image.Rect(0, 0, 200, 160)
	total := 0
	for n := range frames {
		p.Text(window, uint64(n))
		p.Damage(window)
		packet, err := e.Encode(p.Frame, encode.Options{})
		if err != nil {
			t.Fatal(err)
		}
		if n > 0 { // the key frame pays once
			total += len(packet.Data) * 8
		}
	}
	got := float64(total) / (frames * p.Gap.Seconds())
	if got > 1.3*rate {
		t.Errorf("%.0f bit/s, want at most %d and a little", got, rate)
	}
}

func TestNoAllocations(t *testing.T) {
	p := encodetest.NewPicture(image.Pt(320, 240))
	e := encodetest.Open(t, vpx.VP8(), p.Frame.Size())
	letter := image.Rect(33, 33, 42, 49)
	encodeOne := func() {
		p.Damage(letter)
		if _, err := e.Encode(p.Frame, encode.Options{}); err != nil {
			t.Fatal(err)
		}
	}
	p.Text(p.Frame.Bounds, 1)
	encodeOne()
	if n := testing.AllocsPerRun(100, encodeOne); n != 0 {
		t.Errorf("%v allocations for each frame, want none", n)
	}
}

func BenchmarkEncode(b *testing.B) {
	full := image.Rect(0, 0, 1920, 1080)
	b.Run("typing", func(b *testing.B) {
		benchmark(b, func(p *encodetest.Picture, n int) {
			letter := image.Rect(0, 0, 9, 16).Add(image.Pt(11+9*(n%200), 16*(n/200%60)+16))
			p.Text(letter, uint64(n))
			p.Damage(letter)
		})
	})
	b.Run("scrolling", func(b *testing.B) {
		benchmark(b, func(p *encodetest.Picture, n int) {
			copy(p.Frame.Pix, p.Frame.Pix[32*p.Frame.Stride:])
			p.Text(image.Rect(0, 1048, 1920, 1080), uint64(n))
			p.Damage(full)
		})
	})
	b.Run("full frame", func(b *testing.B) {
		benchmark(b, func(p *encodetest.Picture, n int) {
			p.Text(full, uint64(n%4))
			p.Damage(full)
		})
	})
}

// benchmark reports the time of encoding alone, and the size of a frame.
func benchmark(b *testing.B, next func(*encodetest.Picture, int)) {
	p := encodetest.NewPicture(image.Pt(1920, 1080))
	e, err := vpx.VP8().New(encode.Config{Size: p.Frame.Size(), BitsPerSecond: 6_000_000, Threads: 2})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = e.Close() }()
	p.Text(p.Frame.Bounds, 1)
	if _, err := e.Encode(p.Frame, encode.Options{}); err != nil {
		b.Fatal(err)
	}
	var size int
	var spent time.Duration
	n := 0
	b.ReportAllocs()
	for b.Loop() {
		n++
		b.StopTimer()
		next(p, n)
		b.StartTimer()
		start := time.Now()
		packet, err := e.Encode(p.Frame, encode.Options{})
		if err != nil {
			b.Fatal(err)
		}
		spent += time.Since(start)
		size += len(packet.Data)
	}
	b.ReportMetric(float64(size)/float64(n), "bytes/frame")
	b.ReportMetric(float64(spent.Milliseconds())/float64(n), "ms/frame")
}
