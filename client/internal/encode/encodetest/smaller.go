package encodetest

import (
	"image"
	"math"
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// testSmaller draws the picture in parts: what is at their borders is made of
// pixels on both sides.
func (h harness) testSmaller(t *testing.T) {
	for _, size := range []image.Point{{320, 240}, {160, 120}, {427, 321}, {640, 121}} {
		s := h.openConfig(t, encode.Config{Picture: screen, Size: size})
		s.show(s.Frame.Bounds)
		s.Text(s.Frame.Bounds, 1)
		s.Fill(image.Rect(101, 51, 303, 404), 0x305070)
		for _, part := range []image.Rectangle{
			image.Rect(0, 0, 640, 333), image.Rect(0, 333, 257, 480), image.Rect(257, 333, 640, 480),
		} {
			s.show(part)
		}
		small := s.reduced(size)
		small.Frame.At = s.Frame.At
		if got := small.PSNR(s.sharpen(), small.Frame.Bounds); got < sharpPSNR {
			t.Errorf("luma PSNR of %v in %v is %.1f dB, want at least %d", screen, size, got, sharpPSNR)
		}
	}
}

// reduced returns the picture in another size: each pixel is the mean of the area
// that it covers.
func (p *Picture) reduced(size image.Point) *Picture {
	to := NewPicture(size)
	whole := p.Frame.Size()
	for y := range size.Y {
		for x := range size.X {
			for c := range 3 {
				to.Frame.Pix[y*to.Frame.Stride+4*x+c] = p.mean(c,
					float64(x*whole.X)/float64(size.X), float64(y*whole.Y)/float64(size.Y),
					float64((x+1)*whole.X)/float64(size.X), float64((y+1)*whole.Y)/float64(size.Y))
			}
		}
	}
	return to
}

// mean returns the mean of one colour in the area between two points.
func (p *Picture) mean(colour int, left, top, right, bottom float64) byte {
	var sum float64
	for y := int(top); float64(y) < bottom; y++ {
		height := min(bottom, float64(y+1)) - max(top, float64(y))
		for x := int(left); float64(x) < right; x++ {
			width := min(right, float64(x+1)) - max(left, float64(x))
			sum += width * height * float64(p.Frame.Pix[y*p.Frame.Stride+4*x+colour])
		}
	}
	return byte(math.Round(sum / (right - left) / (bottom - top)))
}

func (h harness) testGrey(t *testing.T) {
	s := h.openConfig(t, encode.Config{Picture: screen, Size: screen, Grey: true})
	s.ColouredText(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	decoded := s.sharpen()
	s.wantPSNR(decoded, s.Frame.Bounds, sharpPSNR)
	for name, plane := range map[string][]byte{"Cb": decoded.Cb, "Cr": decoded.Cr} {
		for _, sample := range plane {
			if sample < 127 || sample > 129 {
				t.Fatalf("%s is %d, want 128: no colour", name, sample)
			}
		}
	}
}
