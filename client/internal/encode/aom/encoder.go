package aom

/*
#cgo CFLAGS: -O2
#cgo LDFLAGS: -l:libaom.a -lm -lpthread
#cgo noescape lh_aom_encode
#cgo nocallback lh_aom_encode
#cgo noescape lh_aom_set_rate
#cgo nocallback lh_aom_set_rate
#include <stdlib.h>
#include "aom.h"
*/
import "C"

import (
	"fmt"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/capture"
	"github.com/lendhand/lendhand/client/internal/encode"
	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
)

// sharpQuantizer is the lossless mode: what is lost then is lost in the conversion
// of colours.
const sharpQuantizer = 0

type encoder struct {
	canvas  *canvas.Canvas // set at construction
	c       *C.lh_encoder  // nil when closed
	data    []byte         // the last packet
	started bool
}

func open(config encode.Config, sampling canvas.Sampling) (encode.Encoder, error) {
	if err := canvas.Validate(config, maxSide); err != nil {
		return nil, err
	}
	picture, err := canvas.New(config.Size, sampling)
	if err != nil {
		return nil, err
	}
	c := (*C.lh_encoder)(C.calloc(1, C.sizeof_lh_encoder))
	c.setup = setup(config, sampling, picture)
	if code := C.lh_aom_open(c); code != 0 {
		C.free(unsafe.Pointer(c))
		picture.Close()
		return nil, fmt.Errorf("open AV1 encoder for %v: %w", config.Size, aomError(code))
	}
	return &encoder{canvas: picture, c: c}, nil
}

func setup(config encode.Config, sampling canvas.Sampling, picture *canvas.Canvas) C.lh_setup {
	s := C.lh_setup{
		width: C.int(config.Size.X), height: C.int(config.Size.Y),
		kilobits: kilobits(config.BitsPerSecond), threads: C.int(config.Threads),
	}
	if sampling == canvas.YUV420 {
		s.subsampled = 1
	}
	samples, strides := picture.Planes()
	for i := range samples {
		s.plane[i], s.stride[i] = (*C.uint8_t)(samples[i]), C.int(strides[i])
	}
	return s
}

// Encode implements encode.Encoder.
func (e *encoder) Encode(f *capture.Frame, opts encode.Options) (encode.Packet, error) {
	if e.c == nil {
		return encode.Packet{}, encode.ErrClosed
	}
	ticks, err := e.canvas.Draw(f)
	if err != nil {
		return encode.Packet{}, err
	}
	if code := C.lh_aom_encode(e.c, C.int64_t(ticks), e.flags(opts)); code != 0 {
		return encode.Packet{}, fmt.Errorf("encode picture: %w", aomError(code))
	}
	e.canvas.Settle()
	e.started = true
	e.data = append(e.data[:0], unsafe.Slice((*byte)(e.c.data), int(e.c.size))...)
	return encode.Packet{
		Data:     e.data,
		KeyFrame: e.c.key_frame != 0,
		Sharp:    opts.Refine && e.c.quantizer <= sharpQuantizer,
	}, nil
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
	if err := canvas.ValidateRate(bitsPerSecond); err != nil {
		return err
	}
	if code := C.lh_aom_set_rate(e.c, kilobits(bitsPerSecond)); code != 0 {
		return fmt.Errorf("set rate to %d bit/s: %w", bitsPerSecond, aomError(code))
	}
	return nil
}

// Close implements encode.Encoder. Closing twice is harmless.
func (e *encoder) Close() error {
	if e.c == nil {
		return nil
	}
	C.lh_aom_close(e.c)
	C.free(unsafe.Pointer(e.c))
	e.c = nil
	e.canvas.Close()
	return nil
}

func kilobits(bitsPerSecond int) C.int { return C.int(bitsPerSecond / 1000) }

func aomError(code C.int) error {
	return fmt.Errorf("libaom: %s", C.GoString(C.aom_codec_err_to_string(C.aom_codec_err_t(code))))
}
