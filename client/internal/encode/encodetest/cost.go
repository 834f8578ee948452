package encodetest

import (
	"fmt"
	"image"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// RunRate tests that at 2 Mbit/s a window of changing text does not queue up more
// than a few frames' worth of bits.
func RunRate(t *testing.T, codec encode.Codec) {
	const rate, frames = 2_000_000, 90
	p := NewPicture(image.Pt(1280, 720))
	e := Open(t, codec, p.Frame.Size())
	if err := e.SetRate(rate); err != nil {
		t.Fatal(err)
	}
	window := image.Rect(0, 0, 200, 160)
	total := 0
	for n := range frames {
		p.Text(window, uint64(n))
		p.Damage(window)
		packet := mustEncode(t, e, p, encode.Options{})
		if n > 0 { // the key frame pays once
			total += len(packet.Data) * 8
		}
	}
	got := float64(total) / (frames * p.Gap.Seconds())
	if got > 1.3*rate {
		t.Errorf("%.0f bit/s, want at most %d and a little", got, rate)
	}
}

// RunSlowLinks tests that a page takes a link of little rate for half a second at
// most, whatever comes before it.
func RunSlowLinks(t *testing.T, codec encode.Codec) {
	const most, pages, between = 500 * time.Millisecond, 8, 15
	for rate, size := range map[int]image.Point{
		300_000: {256, 144}, 1_000_000: {640, 360}, 5_000_000: {960, 540},
	} {
		t.Run(fmt.Sprintf("%d bit/s", rate), func(t *testing.T) {
			p := NewPicture(size)
			e := OpenConfig(t, codec, encode.Config{Picture: size, Size: size, BitsPerSecond: rate})
			limit := int(most.Seconds() * float64(rate) / 8)
			for n := range pages * between {
				if n%between == 0 {
					p.Text(p.Frame.Bounds, uint64(n))
				} else if n/between%2 == 0 {
					scrollUp(p, 16, uint64(n))
				}
				p.Damage(p.Frame.Bounds)
				if size := len(mustEncode(t, e, p, encode.Options{}).Data); size > limit {
					t.Errorf("picture %d has %d bytes, want at most %d", n, size, limit)
				}
			}
		})
	}
}

// scrollUp moves the picture up by some pixels and writes text below.
func scrollUp(p *Picture, by int, seed uint64) {
	size := p.Frame.Size()
	copy(p.Frame.Pix, p.Frame.Pix[by*p.Frame.Stride:])
	p.Text(image.Rect(0, size.Y-by, size.X, size.Y), seed)
}

// RunAllocations tests that a frame allocates nothing.
func RunAllocations(t *testing.T, codec encode.Codec) {
	p := NewPicture(image.Pt(320, 240))
	e := Open(t, codec, p.Frame.Size())
	p.Text(p.Frame.Bounds, 1)
	mustEncode(t, e, p, encode.Options{})
	letter := image.Rect(33, 33, 42, 49)
	n := testing.AllocsPerRun(100, func() {
		p.Damage(letter)
		mustEncode(t, e, p, encode.Options{})
	})
	if n != 0 {
		t.Errorf("%v allocations for each frame, want none", n)
	}
}
