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

	bitsPerSecond = 4_000_000
	// rounds are the pictures of which the quickest counts: the others were disturbed.
	rounds   = 3
	scrolled = 16 // pixels from one to the next
)

// What is encoded is a small part of the picture that Codec.Cost is about.
const part = 36

var sample = image.Pt(1920/6, 1080/6)

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
	f := text()
	// A page is read before it is moved: it is fairly sharp by then.
	for _, refine := range []bool{false, true} {
		if _, err := e.Encode(f, encode.Options{Refine: refine}); err != nil {
			return 0
		}
	}
	for range rounds {
		start := time.Now()
		if start.After(end) {
			break
		}
		scroll(f)
		if _, err := e.Encode(f, encode.Options{}); err != nil {
			return 0
		}
		if took := time.Since(start); cost == 0 || took < cost {
			cost = took
		}
	}
	return cost * part
}

// text is a page of strokes as thin and as many as those of letters.
func text() *capture.Frame {
	const stroke, advance, line = 8, 9, 16
	f := &capture.Frame{
		Pix: make([]byte, 4*sample.X*sample.Y), Stride: 4 * sample.X,
		Bounds: image.Rectangle{Max: sample}, At: time.Now(),
	}
	for n := range f.Pix {
		f.Pix[n] = 0xff
	}
	random := rand.New(rand.NewPCG(1, 2))
	for y := 4; y+stroke <= sample.Y; y += line {
		for x := 2; x+stroke <= sample.X; x += advance {
			ink := byte(random.IntN(0x80))
			for n := range stroke {
				dot(f, x+random.IntN(2), y+n, ink)
				dot(f, x+n, y+random.IntN(stroke), ink)
			}
		}
	}
	f.Damage = []image.Rectangle{f.Bounds}
	return f
}

func dot(f *capture.Frame, x, y int, ink byte) {
	at := y*f.Stride + 4*x
	f.Pix[at], f.Pix[at+1], f.Pix[at+2] = ink, ink/2, ink
}

// scroll moves the page up; its first lines come again below.
func scroll(f *capture.Frame) {
	first := append([]byte(nil), f.Pix[:scrolled*f.Stride]...)
	copy(f.Pix, f.Pix[len(first):])
	copy(f.Pix[len(f.Pix)-len(first):], first)
	f.At = f.At.Add(time.Second / 30)
}
