package encodetest

import (
	"image"
	"image/color"
	"math"
	"math/rand/v2"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
)

// Picture draws frames as an encoder is given them: with the damage since the
// frame before, and a clock that advances.
type Picture struct {
	// Frame is what Encode gets.
	Frame *capture.Frame
	// Gap is the time between two pictures.
	Gap time.Duration
}

// NewPicture makes a white picture of this size.
func NewPicture(size image.Point) *Picture {
	f := &capture.Frame{
		Pix:    make([]byte, 4*size.X*size.Y),
		Stride: 4 * size.X,
		Bounds: image.Rectangle{Max: size},
		At:     time.Unix(1_700_000_000, 0),
	}
	p := &Picture{Frame: f, Gap: time.Second / 30}
	p.Fill(f.Bounds, 0xffffff)
	p.Damage(f.Bounds)
	return p
}

// Damage begins the next frame, in which these rectangles have changed.
func (p *Picture) Damage(rects ...image.Rectangle) {
	p.Frame.Damage = append(p.Frame.Damage[:0], rects...)
	p.Frame.At = p.Frame.At.Add(p.Gap)
}

// Fill paints r in an 0xRRGGBB colour, without saying so in the damage.
func (p *Picture) Fill(r image.Rectangle, rgb uint32) {
	r = r.Intersect(image.Rectangle{Max: p.Frame.Size()})
	for y := r.Min.Y; y < r.Max.Y; y++ {
		row := p.Frame.Pix[y*p.Frame.Stride:]
		for x := r.Min.X; x < r.Max.X; x++ {
			row[4*x], row[4*x+1], row[4*x+2], row[4*x+3] = byte(rgb), byte(rgb>>8), byte(rgb>>16), 0
		}
	}
}

// Text fills r with rows of shapes as sharp and as small as letters, the same for
// the same seed.
func (p *Picture) Text(r image.Rectangle, seed uint64) {
	p.write(r, seed, false)
}

// ColouredText is Text whose letters have colours of all kinds.
func (p *Picture) ColouredText(r image.Rectangle, seed uint64) {
	p.write(r, seed, true)
}

func (p *Picture) write(r image.Rectangle, seed uint64, coloured bool) {
	const line, column, width, height = 16, 9, 7, 11
	random := rand.New(rand.NewPCG(seed, 1))
	p.Fill(r, 0xffffff)
	for y := r.Min.Y + 2; y+height <= r.Max.Y; y += line {
		for x := r.Min.X + 2; x+width <= r.Max.X; x += column {
			if random.IntN(6) > 0 { // the rest are spaces
				p.letter(image.Pt(x, y), random, coloured)
			}
		}
	}
}

// letter draws three strokes of one or two pixels.
func (p *Picture) letter(at image.Point, random *rand.Rand, coloured bool) {
	const width, height = 7, 11
	ink := uint32(random.IntN(0x60)) * 0x010101
	if coloured {
		ink = random.Uint32N(1 << 24)
	}
	for range 3 {
		x, y := random.IntN(width-1), random.IntN(height-1)
		stroke := image.Rect(x, 0, x+1+random.IntN(2), height)
		if random.IntN(2) == 0 {
			stroke = image.Rect(0, y, width, y+1+random.IntN(2))
		}
		p.Fill(stroke.Add(at), ink)
	}
}

// luma returns the BT.601 luma of one pixel.
func (p *Picture) luma(x, y int, full bool) float64 {
	px := p.Frame.Pix[y*p.Frame.Stride+4*x:]
	v := 0.299*float64(px[2]) + 0.587*float64(px[1]) + 0.114*float64(px[0])
	if !full {
		v = 16 + v*219/255
	}
	return math.Round(v)
}

// fullRange reports whether samples go from 0 to 255: at 4:4:4. At 4:2:0 they are in
// limited range, luma from 16 to 235.
func fullRange(decoded *image.YCbCr) bool {
	return decoded.SubsampleRatio == image.YCbCrSubsampleRatio444
}

// PSNR compares the luma of a decoded picture with the original within r, in dB.
func (p *Picture) PSNR(decoded *image.YCbCr, r image.Rectangle) float64 {
	var sum float64
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			d := p.luma(x, y, fullRange(decoded)) - float64(decoded.Y[decoded.YOffset(x, y)])
			sum += d * d
		}
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(r.Dx()*r.Dy())/sum)
}

// RGBPSNR compares the colours of a decoded picture with the original within r, in
// dB, as a browser shows them: from BT.601.
func (p *Picture) RGBPSNR(decoded *image.YCbCr, r image.Rectangle) float64 {
	var sum float64
	for y := r.Min.Y; y < r.Max.Y; y++ {
		for x := r.Min.X; x < r.Max.X; x++ {
			px := p.Frame.Pix[y*p.Frame.Stride+4*x:]
			for i, shown := range rgb(decoded.YCbCrAt(x, y), fullRange(decoded)) {
				d := float64(px[2-i]) - shown
				sum += d * d
			}
		}
	}
	if sum == 0 {
		return math.Inf(1)
	}
	return 10 * math.Log10(255*255*float64(3*r.Dx()*r.Dy())/sum)
}

// rgb returns the red, green and blue of a sample, in full range as browsers have it:
// they compute with libyuv's 64ths.
func rgb(c color.YCbCr, full bool) [3]float64 {
	y, cb, cr := float64(c.Y), float64(c.Cb)-128, float64(c.Cr)-128
	if full {
		return [3]float64{shown(y + 90./64*cr), shown(y - 22./64*cb - 46./64*cr), shown(y + 113./64*cb)}
	}
	y, cb, cr = 255.0/219*(y-16), 255.0/224*cb, 255.0/224*cr
	return [3]float64{shown(y + 1.402*cr), shown(y - 0.344136*cb - 0.714136*cr), shown(y + 1.772*cb)}
}

func shown(v float64) float64 { return math.Round(min(max(v, 0), 255)) }
