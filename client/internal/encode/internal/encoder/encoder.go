// Package encoder is what the encoders of all codec libraries have in common: the
// limits, the canvas, the first key frame, and an end that may come twice. A leaf
// adds the library, as a [Native].
package encoder

import (
	"fmt"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

// Native is a library's encoder of the picture on one canvas. Its errors name the
// library.
type Native interface {
	// Encode encodes what is on the canvas, which counts for that many ticks in the
	// rate control.
	Encode(ticks int64, t Task) (Coded, error)
	SetRate(kilobitsPerSecond int) error
	// Close is called once, and nothing after it.
	Close()
}

// Coded is what a Native made of one picture.
type Coded struct {
	// Data belongs to the library and is valid until the next call.
	Data     []byte
	KeyFrame bool
	// Quantizer is the one that was used.
	Quantizer int
}

// Kind is one codec, with one profile. All fields but Parameters are required.
type Kind struct {
	// Name is the codec's name in SDP, such as "VP8".
	Name string
	// Parameters is that of encode.Codec.
	Parameters string
	// MaxSide is the limit of the picture's width and height in pixels.
	MaxSide    int
	Sampling   canvas.Sampling
	Quantizers Quantizers
	// Anew says that a new page at rest takes least when a key frame begins it: the codec has
	// means for text that it uses in key frames alone.
	Anew bool
	// Open makes a Native. The canvas outlives it.
	Open func(picture *canvas.Canvas, kilobitsPerSecond, threads int) (Native, error)
}

// Codec makes encoders of this kind.
func (k Kind) Codec() encode.Codec {
	return encode.Codec{
		MIMEType:   "video/" + k.Name,
		ClockRate:  canvas.TicksPerSecond,
		Parameters: k.Parameters,
		New:        k.open,
	}
}

type encoder struct {
	canvas  *canvas.Canvas // set at construction
	native  Native         // nil when closed
	quality *quality
	data    []byte // the last packet
	started bool
}

func (k Kind) open(config encode.Config) (encode.Encoder, error) {
	if err := validate(config, k.MaxSide); err != nil {
		return nil, err
	}
	picture, err := canvas.New(canvas.Config{
		Picture: config.Picture, Size: config.Size, Sampling: k.Sampling, Grey: config.Grey,
	})
	if err != nil {
		return nil, err
	}
	native, err := k.Open(picture, kilobits(config.BitsPerSecond), config.Threads)
	if err != nil {
		picture.Close()
		return nil, fmt.Errorf("open %s encoder for %v: %w", k.Name, config.Size, err)
	}
	return &encoder{canvas: picture, native: native, quality: newQuality(config, k)}, nil
}

// Encode implements encode.Encoder.
func (e *encoder) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	if e.native == nil {
		return encode.Packet{}, encode.ErrClosed
	}
	ticks, err := e.canvas.Draw(f)
	if err != nil {
		return encode.Packet{}, err
	}
	opts.KeyFrame = opts.KeyFrame || !e.started // the first picture has nothing to be refined
	share := e.canvas.Changed()
	e.quality.pass(float64(ticks) / canvas.TicksPerSecond)
	task := e.quality.plan(opts, share)
	coded, err := e.native.Encode(ticks, task)
	if err != nil {
		return encode.Packet{}, fmt.Errorf("encode picture: %w", err)
	}
	e.quality.note(task, share, coded)
	e.canvas.Settle()
	e.started = true
	e.data = append(e.data[:0], coded.Data...)
	return encode.Packet{Data: e.data, KeyFrame: coded.KeyFrame, Sharp: task.Refine && e.quality.sharp()}, nil
}

// SetRate implements encode.Encoder.
func (e *encoder) SetRate(bitsPerSecond int) error {
	if e.native == nil {
		return encode.ErrClosed
	}
	if err := validateRate(bitsPerSecond); err != nil {
		return err
	}
	if err := e.native.SetRate(kilobits(bitsPerSecond)); err != nil {
		return fmt.Errorf("set rate to %d bit/s: %w", bitsPerSecond, err)
	}
	e.quality.bitsPerSecond = bitsPerSecond
	return nil
}

// Close implements encode.Encoder. Closing twice is harmless.
func (e *encoder) Close() error {
	if e.native == nil {
		return nil
	}
	e.native.Close()
	e.native = nil
	e.canvas.Close()
	return nil
}

func kilobits(bitsPerSecond int) int { return bitsPerSecond / 1000 }
