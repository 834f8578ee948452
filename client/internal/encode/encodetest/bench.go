package encodetest

import (
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// The picture and the rate of the benchmarks.
const benchRate = 6_000_000

var benchScreen = image.Pt(1920, 1080)

// Benchmark measures the time, the bytes and the quality of typing, scrolling,
// turning pages and resting, in 1080p with two threads.
func Benchmark(b *testing.B, codec encode.Codec, newDecoder func() (Decoder, error)) {
	full := image.Rectangle{Max: benchScreen}
	for _, bench := range []struct {
		name string
		next func(p *Picture, n int)
	}{
		{"typing", func(p *Picture, n int) {
			letter := image.Rect(0, 0, 9, 16).Add(image.Pt(11+9*(n%200), 16*(n/200%60)+16))
			p.Text(letter, uint64(n))
			p.Damage(letter)
		}},
		{"scrolling", func(p *Picture, n int) {
			copy(p.Frame.Pix, p.Frame.Pix[32*p.Frame.Stride:])
			p.Text(image.Rect(0, 1048, 1920, 1080), uint64(n))
			p.Damage(full)
		}},
		{"pages", func(p *Picture, n int) {
			p.Text(full, uint64(n%4))
			p.Damage(full)
		}},
		{"nothing", func(p *Picture, _ int) { p.Damage() }},
	} {
		b.Run(bench.name, func(b *testing.B) { run(b, codec, newDecoder, bench.next) })
	}
	b.Run("key frame", func(b *testing.B) { benchmarkKeyFrame(b, codec) })
	b.Run("rest", func(b *testing.B) { benchmarkRest(b, codec, newDecoder) })
}

// run reports the time of encoding alone, the size of a frame and the quality of
// the last one.
func run(b *testing.B, codec encode.Codec, newDecoder func() (Decoder, error), next func(*Picture, int)) {
	s := openBench(b, codec, newDecoder)
	s.Text(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	decoded := s.sharpen()
	var size, n int
	var spent time.Duration
	b.ReportAllocs()
	for b.Loop() {
		n++
		b.StopTimer()
		next(s.Picture, n)
		b.StartTimer()
		start := time.Now()
		packet, err := s.e.Encode(s.Frame, encode.Options{})
		if err != nil {
			b.Fatal(err)
		}
		spent += time.Since(start)
		b.StopTimer()
		size += len(packet.Data)
		decoded = s.decode(packet)
		b.StartTimer()
	}
	b.ReportMetric(float64(size)/float64(n), "bytes/frame")
	b.ReportMetric(float64(spent.Microseconds())/float64(n)/1000, "ms/frame")
	b.ReportMetric(s.PSNR(decoded, s.Frame.Bounds), "dB-luma")
	b.ReportMetric(s.RGBPSNR(decoded, s.Frame.Bounds), "dB-RGB")
}

func openBench(b *testing.B, codec encode.Codec, newDecoder func() (Decoder, error)) *stream {
	d, err := newDecoder()
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = d.Close() })
	e, err := codec.New(encode.Config{
		Picture: benchScreen, Size: benchScreen, BitsPerSecond: benchRate, Threads: threads,
	})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = e.Close() })
	return &stream{Picture: NewPicture(benchScreen), t: b, size: benchScreen, e: e, d: d}
}

func benchmarkKeyFrame(b *testing.B, codec encode.Codec) {
	p := NewPicture(benchScreen)
	e := Open(b, codec, benchScreen)
	p.ColouredText(p.Frame.Bounds, 1)
	var size int
	for b.Loop() {
		p.Damage()
		size = len(mustEncode(b, e, p, encode.Options{KeyFrame: true}).Data)
	}
	b.ReportMetric(float64(size), "bytes/frame")
}

// benchmarkRest reports what it takes to make a page of coloured text sharp.
func benchmarkRest(b *testing.B, codec encode.Codec, newDecoder func() (Decoder, error)) {
	const most = 24
	for b.Loop() {
		s := openBench(b, codec, newDecoder)
		s.ColouredText(s.Frame.Bounds, 1)
		s.show(s.Frame.Bounds)
		total, passes := 0, 0
		var longest time.Duration
		for range most {
			s.Damage()
			start := time.Now()
			packet := mustEncode(b, s.e, s.Picture, encode.Options{Refine: true})
			longest = max(longest, time.Since(start))
			passes++
			total += len(packet.Data)
			decoded := s.decode(packet)
			if packet.Sharp {
				b.ReportMetric(s.PSNR(decoded, s.Frame.Bounds), "dB-luma")
				b.ReportMetric(s.RGBPSNR(decoded, s.Frame.Bounds), "dB-RGB")
				break
			}
		}
		b.ReportMetric(float64(total), "bytes")
		b.ReportMetric(float64(passes), "frames")
		b.ReportMetric(float64(longest.Milliseconds()), "ms-longest")
	}
}
