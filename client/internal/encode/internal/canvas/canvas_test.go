package canvas_test

import (
	"fmt"
	"image"
	"math"
	"math/rand/v2"
	"testing"
	"unsafe"

	"github.com/google/go-cmp/cmp"

	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

var size = image.Pt(641, 479)

func open(t *testing.T, sampling canvas.Sampling) *canvas.Canvas {
	t.Helper()
	return openConfig(t, canvas.Config{Picture: size, Size: size, Sampling: sampling})
}

func openConfig(t testing.TB, config canvas.Config) *canvas.Canvas {
	t.Helper()
	c, err := canvas.New(config)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(c.Close)
	return c
}

func draw(t *testing.T, c *canvas.Canvas, p *encodetest.Picture) {
	t.Helper()
	if _, err := c.Draw(p.Frame); err != nil {
		t.Fatal(err)
	}
}

// Eight bits in full range hold a page of letters of all colours at 60.8 dB. A matrix
// with few bits after the point loses four of them, limited range one.
func TestColouredTextKeepsItsColours(t *testing.T) {
	c, p := open(t, canvas.YUV444), encodetest.NewPicture(size)
	p.ColouredText(p.Frame.Bounds, 1)
	draw(t, c, p)
	if got := p.RGBPSNR(planes(c, size, false), p.Frame.Bounds); got < 60.6 {
		t.Errorf("RGB PSNR %.1f dB, want at least 60.6", got)
	}
}

// Limited range has no sample for one grey in seven.
func TestGreysAreExact(t *testing.T) {
	c, p := open(t, canvas.YUV444), encodetest.NewPicture(size)
	for grey := range 256 {
		p.Fill(image.Rect(2*grey, 0, 2*grey+2, size.Y), uint32(grey)*0x010101)
	}
	draw(t, c, p)
	if got := p.RGBPSNR(planes(c, size, false), p.Frame.Bounds); !math.IsInf(got, 1) {
		t.Errorf("RGB PSNR %.1f dB, want no difference at all", got)
	}
}

func TestOnlyDamageIsDrawn(t *testing.T) {
	c, p := open(t, canvas.YUV444), encodetest.NewPicture(size)
	draw(t, c, p)
	c.Settle()
	p.Fill(image.Rect(0, 0, 100, 100), 0x000000)
	inside := image.Rect(33, 35, 48, 49)
	p.Damage(inside)
	draw(t, c, p)
	got := planes(c, size, false)
	for _, spot := range []struct {
		x, y int
		want byte
	}{{33, 35, 0}, {47, 48, 0}, {20, 35, 255}, {50, 35, 255}, {40, 51, 255}} {
		if y := got.Y[got.YOffset(spot.x, spot.y)]; y != spot.want {
			t.Errorf("luma at %d,%d is %d, want %d", spot.x, spot.y, y, spot.want)
		}
	}
	samples, rows, columns := c.Active()
	blocks := unsafe.Slice((*byte)(samples), rows*columns)
	for i, active := range blocks {
		x, y := i%columns, i/columns
		if want := x == 2 && (y == 2 || y == 3); want != (active == 1) {
			t.Errorf("block %d,%d: active %d", x, y, active)
		}
	}
}

// planes copies the samples of a canvas.
func planes(c *canvas.Canvas, video image.Point, subsampled bool) *image.YCbCr {
	p := encodetest.Planes{Size: video, Subsampled: subsampled}
	p.Samples, p.Strides = c.Planes()
	return p.Picture()
}

// What is drawn in parts is the same as what is drawn at once, in any size.
func TestPartsFitTogether(t *testing.T) {
	for _, sampling := range []canvas.Sampling{canvas.YUV420, canvas.YUV444} {
		for _, video := range []image.Point{size, {320, 240}, {161, 120}, {500, 301}} {
			config := canvas.Config{Picture: size, Size: video, Sampling: sampling}
			t.Run(fmt.Sprintf("%+v", config), func(t *testing.T) { testParts(t, config) })
		}
	}
}

func testParts(t *testing.T, config canvas.Config) {
	parts, whole := openConfig(t, config), openConfig(t, config)
	p := encodetest.NewPicture(size)
	draw(t, parts, p)
	p.ColouredText(p.Frame.Bounds, 1)
	random := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		r := image.Rect(random.IntN(size.X), random.IntN(size.Y), random.IntN(size.X), random.IntN(size.Y))
		p.ColouredText(r, random.Uint64())
		p.Damage(r)
		draw(t, parts, p)
	}
	p.Damage(image.Rect(0, 0, 333, size.Y), image.Rect(333, 0, size.X, 201), image.Rect(333, 201, size.X, size.Y))
	draw(t, parts, p)
	draw(t, whole, p)
	subsampled := config.Sampling == canvas.YUV420
	if diff := cmp.Diff(planes(whole, config.Size, subsampled), planes(parts, config.Size, subsampled)); diff != "" {
		t.Errorf("drawn in parts: %d bytes of differences", len(diff))
	}
}

// BenchmarkDraw measures the conversion of a part of a 1080p picture.
func BenchmarkDraw(b *testing.B) {
	screen := image.Pt(1920, 1080)
	for _, bench := range []struct {
		name   string
		config canvas.Config
	}{
		{"444", canvas.Config{Size: screen, Sampling: canvas.YUV444}},
		{"420", canvas.Config{Size: screen, Sampling: canvas.YUV420}},
		{"grey", canvas.Config{Size: screen, Grey: true}},
		{"444 to two thirds", canvas.Config{Size: screen.Mul(2).Div(3), Sampling: canvas.YUV444}},
		{"420 to a half", canvas.Config{Size: screen.Div(2), Sampling: canvas.YUV420}},
	} {
		for _, percent := range []int{1, 5, 25, 100} {
			b.Run(fmt.Sprintf("%s/%d%%", bench.name, percent), func(b *testing.B) {
				bench.config.Picture = screen
				benchmarkDraw(b, bench.config, percent)
			})
		}
	}
}

func benchmarkDraw(b *testing.B, config canvas.Config, percent int) {
	p := encodetest.NewPicture(config.Picture)
	p.ColouredText(p.Frame.Bounds, 1)
	c := openConfig(b, config)
	if _, err := c.Draw(p.Frame); err != nil {
		b.Fatal(err)
	}
	side := math.Sqrt(float64(percent) / 100)
	p.Damage(image.Rect(0, 0, int(side*float64(config.Picture.X)), int(side*float64(config.Picture.Y))))
	b.ReportAllocs()
	for b.Loop() {
		if _, err := c.Draw(p.Frame); err != nil {
			b.Fatal(err)
		}
		c.Settle()
	}
}
