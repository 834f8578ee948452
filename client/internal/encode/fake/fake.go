// Package fake is an encode.Encoder for tests: its packets are text that says what
// was encoded, so that a test of the pipeline reads what came out at the far end.
package fake

import (
	"fmt"
	"image"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
)

// framesToSharp is the number of pictures at rest after which one is sharp.
const framesToSharp = 3

// Codec is called video/VP8, so that peers negotiate it like the real one.
func Codec() encode.Codec {
	return encode.Codec{MIMEType: "video/VP8", ClockRate: 90_000, New: New}
}

// Info is what a packet says.
type Info struct {
	// Number counts the pictures of one encoder from 1.
	Number int
	// KeyFrame, Refine and Sharp are those of the options and the packet.
	KeyFrame, Refine, Sharp bool
	// Size is the video's.
	Size image.Point
	Grey bool
	// First holds the blue, green and red of the picture's first pixel.
	First [3]byte
	// Damage is the number of rectangles that had changed.
	Damage        int
	BitsPerSecond int
}

const layout = "picture %d key=%t refine=%t sharp=%t size=%dx%d grey=%t first=%02x%02x%02x damage=%d rate=%d"

// Parse reads a packet.
func Parse(packet []byte) (Info, error) {
	var i Info
	_, err := fmt.Sscanf(string(packet), layout, &i.Number, &i.KeyFrame, &i.Refine, &i.Sharp,
		&i.Size.X, &i.Size.Y, &i.Grey, &i.First[0], &i.First[1], &i.First[2], &i.Damage, &i.BitsPerSecond)
	if err != nil {
		return Info{}, fmt.Errorf("packet %q of the fake encoder: %w", packet, err)
	}
	return i, nil
}

func (i Info) appendTo(data []byte) []byte {
	return fmt.Appendf(data, layout, i.Number, i.KeyFrame, i.Refine, i.Sharp,
		i.Size.X, i.Size.Y, i.Grey, i.First[0], i.First[1], i.First[2], i.Damage, i.BitsPerSecond)
}

type encoder struct {
	config encode.Config
	number int
	rested int // pictures at rest since the last change
	data   []byte
	closed bool
}

// New makes an encoder; it refuses what real ones refuse.
func New(config encode.Config) (encode.Encoder, error) {
	const maxSide = 1<<14 - 1
	size, picture := config.Size, config.Picture
	if size.X > picture.X || size.Y > picture.Y || 4*size.X < picture.X || 4*size.Y < picture.Y {
		return nil, fmt.Errorf("video of %v for a picture of %v", size, picture)
	}
	if size.X < 1 || size.Y < 1 || size.X > maxSide || size.Y > maxSide {
		return nil, fmt.Errorf("picture of %v: a side has 1 to %d pixels", size, maxSide)
	}
	if config.Threads < 1 {
		return nil, fmt.Errorf("%d encoder threads: want at least 1", config.Threads)
	}
	e := &encoder{config: config}
	if err := e.SetRate(config.BitsPerSecond); err != nil {
		return nil, err
	}
	return e, nil
}

// Encode implements encode.Encoder.
func (e *encoder) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	if e.closed {
		return encode.Packet{}, encode.ErrClosed
	}
	size := e.config.Picture
	if f.Size() != size || f.Stride < 4*size.X || len(f.Pix) < f.Stride*(size.Y-1)+4*size.X {
		return encode.Packet{}, fmt.Errorf("picture of %v given to an encoder of %v", f.Size(), size)
	}
	e.number++
	i := e.describe(f, opts)
	e.data = i.appendTo(e.data[:0])
	return encode.Packet{Data: e.data, KeyFrame: i.KeyFrame, Sharp: i.Sharp}, nil
}

func (e *encoder) describe(f *capture.Frame, opts encode.Options) Info {
	e.rested++
	if !opts.Refine {
		e.rested = 0
	}
	return Info{
		Number:        e.number,
		KeyFrame:      opts.KeyFrame || e.number == 1,
		Refine:        opts.Refine,
		Sharp:         e.rested >= framesToSharp,
		Size:          e.config.Size,
		Grey:          e.config.Grey,
		First:         [3]byte(f.Pix[:3]),
		Damage:        len(f.Damage),
		BitsPerSecond: e.config.BitsPerSecond,
	}
}

// SetRate implements encode.Encoder.
func (e *encoder) SetRate(bitsPerSecond int) error {
	if e.closed {
		return encode.ErrClosed
	}
	if bitsPerSecond < 1 {
		return fmt.Errorf("rate of %d bit/s", bitsPerSecond)
	}
	e.config.BitsPerSecond = bitsPerSecond
	return nil
}

// Close implements encode.Encoder.
func (e *encoder) Close() error {
	e.closed = true
	return nil
}
