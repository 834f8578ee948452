package vpx

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -l:libvpx.a -l:libyuv.a -lm -lpthread
#cgo noescape lh_convert
#cgo nocallback lh_convert
#cgo noescape lh_encode
#cgo nocallback lh_encode
#cgo noescape lh_set_rate
#cgo nocallback lh_set_rate
#include <stdlib.h>
#include "vpx.h"
*/
import "C"

import (
	"fmt"
	"image"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
)

const (
	ticksPerSecond = 90_000
	// The rate control sees pictures at least this often and at most this often,
	// however long the screen was still: a long rest must not be saved up into one
	// huge packet.
	shortestGap = time.Second / 120
	longestGap  = time.Second / 5
	// A picture at rest that was coded with this quantizer, of 0 to 63, shows no
	// difference that a person sees.
	sharpQuantizer = 6
)

type encoder struct {
	picture image.Rectangle // set at construction
	c       *C.lh_encoder   // nil when closed
	data    []byte          // the last packet
	last    time.Time       // when the picture before was taken
	started bool
}

func newVP8(config encode.Config) (encode.Encoder, error) {
	if err := validate(config); err != nil {
		return nil, err
	}
	c := (*C.lh_encoder)(C.calloc(1, C.sizeof_lh_encoder))
	code := C.lh_open_vp8(c, C.int(config.Size.X), C.int(config.Size.Y),
		kilobits(config.BitsPerSecond), C.int(config.Threads))
	if code != 0 {
		C.free(unsafe.Pointer(c))
		return nil, fmt.Errorf("open VP8 encoder for %v: %w", config.Size, vpxError(code))
	}
	return &encoder{picture: image.Rectangle{Max: config.Size}, c: c}, nil
}

// Encode implements encode.Encoder.
func (e *encoder) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	if e.c == nil {
		return encode.Packet{}, encode.ErrClosed
	}
	if err := e.check(f); err != nil {
		return encode.Packet{}, err
	}
	e.convert(f)
	if code := C.lh_encode(e.c, e.duration(f.At), e.flags(opts)); code != 0 {
		return encode.Packet{}, fmt.Errorf("encode picture: %w", vpxError(code))
	}
	e.started = true
	e.data = append(e.data[:0], unsafe.Slice((*byte)(e.c.data), int(e.c.size))...)
	return encode.Packet{
		Data:     e.data,
		KeyFrame: e.c.key_frame != 0,
		Sharp:    opts.Refine && e.c.quantizer <= sharpQuantizer,
	}, nil
}

func (e *encoder) check(f *capture.Frame) error {
	size := e.picture.Max
	if f.Size() != size {
		return fmt.Errorf("picture of %v given to an encoder of %v", f.Size(), size)
	}
	if f.Stride < 4*size.X || len(f.Pix) < f.Stride*(size.Y-1)+4*size.X {
		return fmt.Errorf("picture of %v in %d bytes with rows of %d bytes", size, len(f.Pix), f.Stride)
	}
	return nil
}

// convert brings the codec's copy of the picture up to date.
func (e *encoder) convert(f *capture.Frame) {
	if !e.started {
		e.convertRectangle(f, e.picture)
		return
	}
	for _, r := range f.Damage {
		if r = evened(r, e.picture); !r.Empty() {
			e.convertRectangle(f, r)
		}
	}
}

func (e *encoder) convertRectangle(f *capture.Frame, r image.Rectangle) {
	C.lh_convert(e.c, (*C.uint8_t)(unsafe.Pointer(&f.Pix[0])), C.int(f.Stride),
		C.int(r.Min.X), C.int(r.Min.Y), C.int(r.Dx()), C.int(r.Dy()))
}

// duration returns the ticks that the picture counts for in the rate control.
func (e *encoder) duration(at time.Time) C.int64_t {
	gap := min(max(at.Sub(e.last), shortestGap), longestGap)
	e.last = at
	return C.int64_t(gap * ticksPerSecond / time.Second)
}

func (e *encoder) flags(opts encode.Options) C.int {
	var flags C.int
	if opts.KeyFrame || !e.started {
		flags |= C.LH_KEY_FRAME
	}
	// The first picture has nothing to be refined.
	if opts.Refine && e.started {
		flags |= C.LH_REFINE
	}
	return flags
}

// SetRate implements encode.Encoder.
func (e *encoder) SetRate(bitsPerSecond int) error {
	if e.c == nil {
		return encode.ErrClosed
	}
	if err := validateRate(bitsPerSecond); err != nil {
		return err
	}
	if code := C.lh_set_rate(e.c, kilobits(bitsPerSecond)); code != 0 {
		return fmt.Errorf("set rate to %d bit/s: %w", bitsPerSecond, vpxError(code))
	}
	return nil
}

// Close implements encode.Encoder. Closing twice is harmless.
func (e *encoder) Close() error {
	if e.c == nil {
		return nil
	}
	C.lh_close(e.c)
	C.free(unsafe.Pointer(e.c))
	e.c = nil
	return nil
}

func kilobits(bitsPerSecond int) C.int { return C.int(bitsPerSecond / 1000) }

func vpxError(code C.int) error {
	return fmt.Errorf("libvpx: %s", C.GoString(C.vpx_codec_err_to_string(C.vpx_codec_err_t(code))))
}
