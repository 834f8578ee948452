package encodetest

import (
	"fmt"
	"image"
	"image/color"
	"testing"

	"github.com/lendhand/lendhand/client/internal/encode"
)

// Decoder decodes the packets of one stream.
type Decoder interface {
	Decode(packet []byte) (*image.YCbCr, error)
	Close() error
}

// The least luma PSNR, in dB, of a picture that moves and of one at rest.
const (
	goodPSNR  = 30
	sharpPSNR = 42
)

// RunPictures tests what the decoded pictures look like.
func RunPictures(t *testing.T, codec encode.Codec, newDecoder func() (Decoder, error)) {
	h := harness{codec, newDecoder}
	t.Run("the picture is recognisable at once", h.testGood)
	t.Run("the picture at rest is as sharp as it says", h.testSharp)
	t.Run("only the damage is looked at", h.testDamageOnly)
	t.Run("damage that touches odd pixels is shown whole", h.testOddDamage)
	t.Run("colours are those of BT.601", h.testColours)
	t.Run("typing stays readable", h.testTyping)
	t.Run("a page that scrolls leaves nothing behind", h.testScrolling)
	t.Run("a smaller video shows the means of areas", h.testSmaller)
	t.Run("a grey video has no colours", h.testGrey)
	for _, size := range sizes() {
		t.Run(fmt.Sprintf("size %dx%d", size.X, size.Y), func(t *testing.T) { h.testSize(t, size) })
	}
}

// sizes returns odd sizes, and all sizes around one macroblock.
func sizes() []image.Point {
	list := []image.Point{{641, 481}, {1279, 719}, {33, 1001}, {1001, 33}, {1, 300}, {300, 1}}
	for side := 1; side <= 17; side++ {
		list = append(list, image.Pt(side, side), image.Pt(side, 18-side))
	}
	return list
}

type harness struct {
	codec      encode.Codec
	newDecoder func() (Decoder, error)
}

// stream is an encoder with its decoder and the picture that goes through both.
type stream struct {
	*Picture
	t    testing.TB
	size image.Point // of the video
	e    encode.Encoder
	d    Decoder
}

func (h harness) open(t *testing.T, size image.Point) *stream {
	t.Helper()
	return h.openConfig(t, encode.Config{Picture: size, Size: size})
}

func (h harness) openConfig(t *testing.T, config encode.Config) *stream {
	t.Helper()
	d, err := h.newDecoder()
	if err != nil {
		t.Fatalf("open decoder: %v", err)
	}
	t.Cleanup(func() { _ = d.Close() })
	return &stream{
		Picture: NewPicture(config.Picture), t: t, size: config.Size, e: OpenConfig(t, h.codec, config), d: d,
	}
}

// show encodes and decodes the next frame.
func (s *stream) show(damage ...image.Rectangle) *image.YCbCr {
	s.t.Helper()
	s.Damage(damage...)
	return s.decode(mustEncode(s.t, s.e, s.Picture, encode.Options{}))
}

func (s *stream) decode(packet encode.Packet) *image.YCbCr {
	s.t.Helper()
	decoded, err := s.d.Decode(packet.Data)
	if err != nil {
		s.t.Fatalf("decode: %v", err)
	}
	if decoded.Rect.Size() != s.size {
		s.t.Fatalf("video of %v decoded as %v", s.size, decoded.Rect.Size())
	}
	return decoded
}

// sharpen encodes the picture at rest until it is sharp.
func (s *stream) sharpen() *image.YCbCr {
	s.t.Helper()
	const bound = 16
	for range bound {
		s.Damage()
		packet := mustEncode(s.t, s.e, s.Picture, encode.Options{Refine: true})
		if decoded := s.decode(packet); packet.Sharp {
			return decoded
		}
	}
	s.t.Fatalf("not sharp after %d frames at rest", bound)
	return nil
}

func (s *stream) wantPSNR(decoded *image.YCbCr, r image.Rectangle, least float64) {
	s.t.Helper()
	if got := s.PSNR(decoded, r); got < least {
		s.t.Errorf("luma PSNR in %v is %.1f dB, want at least %.1f", r, got, least)
	}
}

func (h harness) testGood(t *testing.T) {
	s := h.open(t, screen)
	for n := range 10 {
		s.Text(s.Frame.Bounds, uint64(n/3)) // a page is turned every third frame
		s.wantPSNR(s.show(s.Frame.Bounds), s.Frame.Bounds, goodPSNR)
	}
	s.wantPSNR(s.sharpen(), s.Frame.Bounds, goodPSNR)
}

func (h harness) testSharp(t *testing.T) {
	s := h.open(t, screen)
	s.Text(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	s.wantPSNR(s.sharpen(), s.Frame.Bounds, sharpPSNR)
}

func (h harness) testDamageOnly(t *testing.T) {
	s := h.open(t, screen)
	s.Text(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	s.sharpen()
	before := append([]byte(nil), s.Frame.Pix...)
	inside := image.Rect(100, 200, 164, 264)
	s.Fill(image.Rect(300, 0, 600, 480), 0x000000) // not in the damage
	s.Fill(inside, 0x202020)
	s.show(inside)
	copy(s.Frame.Pix, before)
	s.Fill(inside, 0x202020)
	s.wantPSNR(s.sharpen(), s.Frame.Bounds, sharpPSNR)
}

func (h harness) testOddDamage(t *testing.T) {
	s := h.open(t, image.Pt(127, 95))
	s.show(s.Frame.Bounds)
	for _, r := range []image.Rectangle{
		image.Rect(3, 5, 4, 6), image.Rect(15, 15, 34, 34), image.Rect(126, 94, 127, 95),
		image.Rect(-5, -5, 2, 2), image.Rect(120, 90, 200, 200), image.Rect(400, 400, 500, 500),
	} {
		s.Fill(r, 0x000000)
		s.show(r)
	}
	s.wantPSNR(s.sharpen(), s.Frame.Bounds, sharpPSNR)
}

func (h harness) testColours(t *testing.T) {
	const tolerance = 4
	for _, c := range []struct {
		rgb           uint32
		limited, full color.YCbCr
	}{
		{0xffffff, color.YCbCr{Y: 235, Cb: 128, Cr: 128}, color.YCbCr{Y: 255, Cb: 128, Cr: 128}},
		{0x000000, color.YCbCr{Y: 16, Cb: 128, Cr: 128}, color.YCbCr{Y: 0, Cb: 128, Cr: 128}},
		{0xff0000, color.YCbCr{Y: 82, Cb: 90, Cr: 240}, color.YCbCr{Y: 76, Cb: 85, Cr: 255}},
		{0x00ff00, color.YCbCr{Y: 144, Cb: 54, Cr: 34}, color.YCbCr{Y: 150, Cb: 44, Cr: 21}},
		{0x0000ff, color.YCbCr{Y: 41, Cb: 240, Cr: 110}, color.YCbCr{Y: 29, Cb: 255, Cr: 107}},
		{0x808080, color.YCbCr{Y: 126, Cb: 128, Cr: 128}, color.YCbCr{Y: 128, Cb: 128, Cr: 128}},
	} {
		s := h.open(t, image.Pt(64, 64))
		s.Fill(s.Frame.Bounds, c.rgb)
		s.show(s.Frame.Bounds)
		decoded := s.sharpen()
		got, want := decoded.YCbCrAt(30, 30), c.limited
		if fullRange(decoded) {
			want = c.full
		}
		for _, d := range []int{int(got.Y) - int(want.Y), int(got.Cb) - int(want.Cb), int(got.Cr) - int(want.Cr)} {
			if max(d, -d) > tolerance {
				t.Errorf("%06x: got %v, want %v", c.rgb, got, want)
				break
			}
		}
	}
}

func (h harness) testTyping(t *testing.T) {
	s := h.open(t, screen)
	s.Text(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	s.sharpen()
	var decoded *image.YCbCr
	for n := range 100 {
		letter := image.Rect(0, 0, 9, 16).Add(image.Pt(11+9*(n%60), 16*(n/60)+160))
		s.Text(letter, uint64(n))
		decoded = s.show(letter)
	}
	s.wantPSNR(decoded, s.Frame.Bounds, goodPSNR)
}

// testScrolling looks at small parts: one that is stale hardly counts in the whole.
func (h harness) testScrolling(t *testing.T) {
	const block, stale, mark = 64, 14, 32 // other text is not like it at all: 5 dB
	s := h.open(t, screen)
	s.Text(s.Frame.Bounds, 1)
	s.show(s.Frame.Bounds)
	s.sharpen()
	for n := range 12 {
		scrollUp(s.Picture, 16, uint64(n))
		cell := image.Rect(0, 0, mark, mark).Add(image.Pt(96+mark*(n%4), 96))
		s.Fill(cell, 0xffffff*uint32(n/2%2))
		decoded := s.show(s.Frame.Bounds)
		for y := 0; y+block <= screen.Y; y += block {
			for x := 0; x+block <= screen.X; x += block {
				part := image.Rect(x, y, x+block, y+block)
				if got := s.PSNR(decoded, part); got < stale {
					t.Fatalf("picture %d: luma PSNR in %v is %.1f dB, want at least %d", n, part, got, stale)
				}
			}
		}
	}
}

func (h harness) testSize(t *testing.T, size image.Point) {
	s := h.open(t, size)
	s.Fill(image.Rect(0, 0, (size.X+1)/2, size.Y), 0x303030)
	s.show(s.Frame.Bounds)
	s.Fill(image.Rect(0, 0, size.X, (size.Y+1)/2), 0xc0c0c0)
	s.show(s.Frame.Bounds)
	s.wantPSNR(s.sharpen(), s.Frame.Bounds, goodPSNR)
}
