package encodetest

import (
	"image"
	"testing"

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
