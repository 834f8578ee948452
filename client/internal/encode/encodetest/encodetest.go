// Package encodetest is the contract of encode.Encoder as a test. Every codec
// passes Run, and every codec whose packets can be decoded passes RunPictures.
package encodetest

import (
	"bytes"
	"cmp"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/lendhand/lendhand/client/internal/encode"
)

const (
	rate    = 4_000_000
	threads = 2
)

var screen = image.Pt(640, 480)

// Run tests what every encoder promises.
func Run(t *testing.T, codec encode.Codec) {
	tests := []struct {
		name string
		test func(*testing.T, encode.Codec)
	}{
		{"names itself", testNames},
		{"the first picture is a key frame and the next is not", testFirstKeyFrame},
		{"a key frame comes on request", testKeyFrameRequest},
		{"an unchanged picture costs next to nothing", testUnchanged},
		{"a picture at rest becomes sharp in a few frames", testSharp},
		{"a moving picture is never called sharp", testMovingIsNotSharp},
		{"the rate changes in mid-stream", testSetRate},
		{"everything in any order", testAnything},
		{"a closed encoder says so", testClosed},
		{"a wrong configuration is refused", testConfig},
		{"a picture of another size is refused", testWrongSize},
		{"a picture that is too short is refused", testShortPicture},
		{"the same picture in rows with padding is the same", testStride},
		{"a smaller video takes the whole picture", testSmaller},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) { test.test(t, codec) })
	}
}

// Open makes an encoder for this size that ends with the test.
func Open(t testing.TB, codec encode.Codec, size image.Point) encode.Encoder {
	t.Helper()
	return OpenConfig(t, codec, encode.Config{Picture: size, Size: size})
}

// OpenConfig makes an encoder that ends with the test. A rate and threads are added
// where the configuration has none.
func OpenConfig(t testing.TB, codec encode.Codec, config encode.Config) encode.Encoder {
	t.Helper()
	config.BitsPerSecond = cmp.Or(config.BitsPerSecond, rate)
	config.Threads = cmp.Or(config.Threads, threads)
	e, err := codec.New(config)
	if err != nil {
		t.Fatalf("open %s: %v", codec.MIMEType, err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Errorf("close: %v", err)
		}
	})
	return e
}

func mustEncode(t testing.TB, e encode.Encoder, p *Picture, opts encode.Options) encode.Packet {
	t.Helper()
	packet, err := e.Encode(p.Frame, opts)
	if err != nil {
		t.Fatalf("encode: %v", err)
	}
	if len(packet.Data) == 0 {
		t.Fatal("encode made an empty packet")
	}
	return packet
}

func testNames(t *testing.T, codec encode.Codec) {
	if codec.MIMEType == "" || codec.ClockRate == 0 {
		t.Errorf("codec %q with a clock of %d Hz", codec.MIMEType, codec.ClockRate)
	}
}

func testFirstKeyFrame(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	for n := range 5 {
		p.Text(p.Frame.Bounds, uint64(n))
		p.Damage(p.Frame.Bounds)
		if got := mustEncode(t, e, p, encode.Options{}).KeyFrame; got != (n == 0) {
			t.Errorf("picture %d: key frame %v", n, got)
		}
	}
}

func testKeyFrameRequest(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	p.Text(p.Frame.Bounds, 1)
	mustEncode(t, e, p, encode.Options{})
	for n, wanted := range []bool{false, true, false, false, true, true} {
		p.Damage(image.Rect(0, 0, 16, 16))
		if got := mustEncode(t, e, p, encode.Options{KeyFrame: wanted}).KeyFrame; got != wanted {
			t.Errorf("picture %d: key frame %v, wanted %v", n, got, wanted)
		}
	}
}

func testUnchanged(t *testing.T, codec encode.Codec) {
	const tiny = 200
	e, p := Open(t, codec, screen), NewPicture(screen)
	p.Text(p.Frame.Bounds, 1)
	mustEncode(t, e, p, encode.Options{})
	for n := range 5 {
		p.Damage()
		if size := len(mustEncode(t, e, p, encode.Options{}).Data); size > tiny {
			t.Errorf("unchanged picture %d took %d bytes, want at most %d", n, size, tiny)
		}
	}
}

// refine encodes the picture at rest until it is sharp.
func refine(t *testing.T, e encode.Encoder, p *Picture) {
	t.Helper()
	const bound = 16
	for range bound {
		p.Damage()
		if packet := mustEncode(t, e, p, encode.Options{Refine: true}); packet.Sharp {
			return
		}
	}
	t.Fatalf("not sharp after %d frames at rest", bound)
}

func testSharp(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	p.Text(p.Frame.Bounds, 1)
	mustEncode(t, e, p, encode.Options{})
	refine(t, e, p)
	p.Text(p.Frame.Bounds, 2)
	p.Damage(p.Frame.Bounds)
	mustEncode(t, e, p, encode.Options{})
	refine(t, e, p)
}

func testMovingIsNotSharp(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	for n := range 10 {
		p.Text(p.Frame.Bounds, uint64(n))
		p.Damage(p.Frame.Bounds)
		if mustEncode(t, e, p, encode.Options{}).Sharp {
			t.Errorf("picture %d is called sharp", n)
		}
	}
}

func testSetRate(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	mustEncode(t, e, p, encode.Options{})
	for _, rate := range []int{200_000, 50_000_000, 1_000_000} {
		if err := e.SetRate(rate); err != nil {
			t.Errorf("set rate to %d: %v", rate, err)
		}
		p.Damage(p.Frame.Bounds)
		if mustEncode(t, e, p, encode.Options{}).KeyFrame {
			t.Errorf("rate of %d made a key frame", rate)
		}
	}
	for _, rate := range []int{0, -1} {
		if err := e.SetRate(rate); err == nil {
			t.Errorf("a rate of %d was accepted", rate)
		}
	}
}

// testAnything mixes what a session may ask for: libraries that are built with
// assertions end the program over combinations that nobody tried.
func testAnything(t *testing.T, codec encode.Codec) {
	const pictures, chapters = 60, 8
	for chapter := range uint64(chapters) {
		random := rand.New(rand.NewPCG(chapter, 2))
		e, p := Open(t, codec, screen), NewPicture(screen)
		for n := range pictures {
			p.Gap = time.Duration(random.IntN(400)) * time.Millisecond
			r := image.Rect(random.IntN(screen.X), random.IntN(screen.Y), random.IntN(screen.X), random.IntN(screen.Y))
			opts := encode.Options{KeyFrame: random.IntN(20) == 0}
			if random.IntN(3) == 0 {
				r, opts.Refine = image.Rectangle{}, !opts.KeyFrame
			}
			if random.IntN(10) == 0 {
				if err := e.SetRate(20_000 << random.IntN(11)); err != nil {
					t.Fatal(err)
				}
			}
			p.Text(r, uint64(n))
			p.Damage(r)
			if got := mustEncode(t, e, p, opts).KeyFrame; got != (opts.KeyFrame || n == 0) {
				t.Fatalf("chapter %d, picture %d: key frame %v", chapter, n, got)
			}
		}
	}
}

func testClosed(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	mustEncode(t, e, p, encode.Options{})
	if err := e.Close(); err != nil {
		t.Errorf("close: %v", err)
	}
	if _, err := e.Encode(p.Frame, encode.Options{}); !errors.Is(err, encode.ErrClosed) {
		t.Errorf("encode after close: %v", err)
	}
	if err := e.SetRate(rate); !errors.Is(err, encode.ErrClosed) {
		t.Errorf("set rate after close: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Errorf("close again: %v", err)
	}
}

func testConfig(t *testing.T, codec encode.Codec) {
	whole := encode.Config{Picture: screen, Size: screen, BitsPerSecond: rate, Threads: threads}
	with := func(change func(*encode.Config)) encode.Config {
		c := whole
		change(&c)
		return c
	}
	for _, config := range []encode.Config{
		{},
		with(func(c *encode.Config) { c.Size.X = 0 }),
		with(func(c *encode.Config) { c.Size.Y = -1 }),
		with(func(c *encode.Config) { c.Picture = image.Point{} }),
		with(func(c *encode.Config) { c.Picture.X-- }),
		with(func(c *encode.Config) { c.Picture.Y-- }),
		with(func(c *encode.Config) { c.Size = image.Pt(159, 480) }),
		with(func(c *encode.Config) { c.Size = image.Pt(640, 119) }),
		with(func(c *encode.Config) { c.Size = image.Pt(1<<20, 1<<20); c.Picture = c.Size }),
		with(func(c *encode.Config) { c.BitsPerSecond = 0 }),
		with(func(c *encode.Config) { c.BitsPerSecond = -1 }),
		with(func(c *encode.Config) { c.Threads = 0 }),
		with(func(c *encode.Config) { c.Threads = -1 }),
	} {
		t.Run(fmt.Sprintf("%+v", config), func(t *testing.T) {
			if e, err := codec.New(config); err == nil {
				_ = e.Close()
				t.Error("accepted")
			}
		})
	}
}

func testWrongSize(t *testing.T, codec encode.Codec) {
	e := Open(t, codec, screen)
	for _, size := range []image.Point{{639, 480}, {640, 481}, {1, 1}} {
		if _, err := e.Encode(NewPicture(size).Frame, encode.Options{}); err == nil {
			t.Errorf("an encoder of %v took a picture of %v", screen, size)
		}
	}
}

func testSmaller(t *testing.T, codec encode.Codec) {
	for _, size := range []image.Point{{640, 479}, {320, 240}, {160, 120}, {213, 400}} {
		e := OpenConfig(t, codec, encode.Config{Picture: screen, Size: size, Grey: true})
		if !mustEncode(t, e, NewPicture(screen), encode.Options{}).KeyFrame {
			t.Errorf("video of %v: the first picture is no key frame", size)
		}
		if _, err := e.Encode(NewPicture(size).Frame, encode.Options{}); err == nil {
			t.Errorf("an encoder of pictures of %v took one of %v", screen, size)
		}
	}
}

func testShortPicture(t *testing.T, codec encode.Codec) {
	e, p := Open(t, codec, screen), NewPicture(screen)
	p.Frame.Pix = p.Frame.Pix[:len(p.Frame.Pix)-1]
	if _, err := e.Encode(p.Frame, encode.Options{}); err == nil {
		t.Error("a picture that lacks a byte was taken")
	}
	p = NewPicture(screen)
	p.Frame.Stride--
	if _, err := e.Encode(p.Frame, encode.Options{}); err == nil {
		t.Error("a picture with rows that overlap was taken")
	}
}

func testStride(t *testing.T, codec encode.Codec) {
	plain, padded := NewPicture(screen), NewPicture(screen)
	plain.Text(plain.Frame.Bounds, 1)
	stride := plain.Frame.Stride + 64
	padded.Frame.Pix = make([]byte, stride*screen.Y)
	for y := range screen.Y {
		copy(padded.Frame.Pix[y*stride:], plain.Frame.Pix[y*plain.Frame.Stride:][:plain.Frame.Stride])
	}
	padded.Frame.Stride = stride
	a := mustEncode(t, Open(t, codec, screen), plain, encode.Options{})
	b := mustEncode(t, Open(t, codec, screen), padded, encode.Options{})
	if !bytes.Equal(a.Data, b.Data) {
		t.Error("padding changes the packet")
	}
}
