// Package calibrate finds out how fast this host encodes, before anybody waits for a
// picture.
package calibrate

import (
	"image"
	"math/rand/v2"
	"time"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
)

const (
	// Budget is about the most time that measuring takes in all. A codec that it does
	// not suffice for is left unmeasured, and watched at work.
	Budget = 300 * time.Millisecond

	// bitsPerSecond is a session's in motion, for that part of it.
	bitsPerSecond = 3_000_000 / part
	// rounds are the pictures of which the quickest counts: the others were disturbed.
	rounds   = 3
	scrolled = 16 // pixels from one to the next
)

// What is encoded is a part of the picture that Codec.Cost is about: large enough not to
// stay in the processor's caches, as that does not either.
const part = 9

var sample = image.Pt(1920/3, 1080/3)

// Measure returns the codecs with their Cost. One that does not work stays as it is:
// it says so when it is used.
func Measure(codecs []encode.Codec, threads int) []encode.Codec {
	end := time.Now().Add(Budget)
	measured := make([]encode.Codec, 0, len(codecs))
	for _, c := range codecs {
		if time.Now().Before(end) {
			c.Cost = measure(c, threads, end)
		}
		measured = append(measured, c)
	}
	return measured
}

// measure returns 0 when there was no time, or no encoder.
func measure(codec encode.Codec, threads int, end time.Time) (cost time.Duration) {
	e, err := codec.New(encode.Config{
		Picture: sample, Size: sample, BitsPerSecond: bitsPerSecond, Threads: threads,
	})
	if err != nil {
		return 0
	}
	defer func() { _ = e.Close() }()
	f := page()
	// A page is read before it is moved: it is fairly sharp by then.
	for _, refine := range []bool{false, true} {
		if _, err := e.Encode(f, encode.Options{Refine: refine}); err != nil {
			return 0
		}
	}
	for round := range rounds {
		move(f, round)
		start := time.Now()
		if start.After(end) {
			break
		}
		if _, err := e.Encode(f, encode.Options{}); err != nil {
			return 0
		}
		if took := time.Since(start); cost == 0 || took < cost {
			cost = took
		}
	}
	return cost * part
}

// page is half text, of strokes as thin and as many as those of letters, and half film.
func page() *capture.Frame {
	const stroke, advance, line = 8, 9, 32
	f := &capture.Frame{
		Pix: make([]byte, 4*sample.X*sample.Y), Stride: 4 * sample.X,
		Bounds: image.Rectangle{Max: sample}, At: time.Now(),
	}
	for n := range f.Pix {
		f.Pix[n] = 0xff
	}
	random := rand.New(rand.NewPCG(1, 2))
	for y := 4; y+stroke <= sample.Y/2; y += line {
		for x := 2; x+stroke <= sample.X; x += advance {
			ink := byte(random.IntN(0x80))
			for n := range stroke {
				dot(f, x+random.IntN(2), y+n, ink)
				dot(f, x+n, y+random.IntN(stroke), ink)
			}
		}
	}
	film(f, 0)
	f.Damage = []image.Rectangle{f.Bounds}
	return f
}

func dot(f *capture.Frame, x, y int, ink byte) {
	at := y*f.Stride + 4*x
	f.Pix[at], f.Pix[at+1], f.Pix[at+2] = ink, ink/2, ink
}

// move moves the text up, whose first lines come again below, and shows the next
// picture of the film.
func move(f *capture.Frame, round int) {
	text := f.Pix[:sample.Y/2*f.Stride]
	first := append([]byte(nil), text[:scrolled*f.Stride]...)
	copy(text, text[len(first):])
	copy(text[len(text)-len(first):], first)
	film(f, round+1)
	f.At = f.At.Add(time.Second / 30)
}

// film paints light that moves, with the noise of a camera.
func film(f *capture.Frame, picture int) {
	random := rand.New(rand.NewPCG(3, uint64(picture))) //nolint:gosec // a count
	for y := sample.Y / 2; y < sample.Y; y++ {
		for x := range sample.X {
			light := (wave(x+5*picture) + wave(2*y+3*picture)) / 2
			dot(f, x, y, byte(light+random.IntN(6))) //nolint:gosec // 125 at most
		}
	}
}

// wave rises to 120 and falls, over 240 pixels.
func wave(x int) int {
	const top = 120
	if x %= 2 * top; x > top {
		return 2*top - x
	}
	return x
}
