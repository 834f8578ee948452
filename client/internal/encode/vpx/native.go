package vpx

/*
#cgo CFLAGS: -O2 -I${SRCDIR}/../internal/canvas
#cgo !windows LDFLAGS: -l:libvpx.a -lm -lpthread
#cgo windows CFLAGS: -I${SRCDIR}/../../../../bin/windows/codecs/include
#cgo windows LDFLAGS: -L${SRCDIR}/../../../../bin/windows/codecs/lib -l:libvpx.a -l:libpthread.a
#cgo noescape lh_vpx_encode
#cgo nocallback lh_vpx_encode
#cgo noescape lh_vp8_set_careful
#cgo nocallback lh_vp8_set_careful
#cgo noescape lh_vpx_set_rate
#cgo nocallback lh_vpx_set_rate
#include <stdlib.h>
#include "vpx.h"
*/
import "C"

import (
	"fmt"
	"time"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

// Text stays readable at the worst ones.
var (
	vp8Quantizers = encoder.Quantizers{Best: 4, Sharp: 6, Worst: 52}
	vp9Quantizers = encoder.Quantizers{Best: 4, Sharp: 6, Worst: 36}
)

type native struct {
	c    *C.lh_encoder
	care *care // VP8's, nil for VP9
}

func openVP8(picture *canvas.Canvas, kilobitsPerSecond, threads int) (encoder.Native, error) {
	return open(C.LH_VP8, picture, kilobitsPerSecond, threads)
}

func openVP9(picture *canvas.Canvas, kilobitsPerSecond, threads int) (encoder.Native, error) {
	return open(C.LH_VP9, picture, kilobitsPerSecond, threads)
}

func open(codec C.int, picture *canvas.Canvas, kilobitsPerSecond, threads int) (encoder.Native, error) {
	// These are for pictures that move, and what moves them needs the cores too: VP8's
	// threads wait for each other in a loop, which took a third of the host's time.
	threads = max(1, threads/2)
	c := (*C.lh_encoder)(C.calloc(1, C.sizeof_lh_encoder))
	code := C.lh_vpx_open(c, codec, (*C.lh_canvas)(picture.Native()), C.int(kilobitsPerSecond), C.int(threads))
	if code != 0 {
		C.free(unsafe.Pointer(c))
		return nil, vpxError(code)
	}
	n := native{c: c}
	if codec == C.LH_VP8 {
		n.care = new(care)
	}
	return n, nil
}

// Encode implements encoder.Native.
func (n native) Encode(ticks int64, t encoder.Task) (encoder.Coded, error) {
	if n.care != nil {
		careful := n.care.next(ticks, !t.KeyFrame && !t.Refine)
		if code := C.lh_vp8_set_careful(n.c, C.bool(careful)); code != 0 {
			return encoder.Coded{}, vpxError(code)
		}
	}
	began := time.Now()
	code := C.lh_vpx_encode(n.c, C.int64_t(ticks), C.bool(t.KeyFrame), C.bool(t.Refine), C.bool(t.Exact), C.int(t.Worst))
	if code != 0 {
		return encoder.Coded{}, vpxError(code)
	}
	if n.care != nil {
		n.care.made(int(n.c.size), n.rated(ticks), time.Since(began))
	}
	return encoder.Coded{
		Data:      unsafe.Slice((*byte)(n.c.data), int(n.c.size)),
		KeyFrame:  n.c.key_frame != 0,
		Quantizer: int(n.c.quantizer),
	}, nil
}

// rated returns the bytes that the rate has for so many ticks.
func (n native) rated(ticks int64) int {
	return int(ticks) * 1000 / 8 * int(n.c.config.rc_target_bitrate) / canvas.TicksPerSecond
}

// SetRate implements encoder.Native.
func (n native) SetRate(kilobitsPerSecond int) error {
	if code := C.lh_vpx_set_rate(n.c, C.int(kilobitsPerSecond)); code != 0 {
		return vpxError(code)
	}
	return nil
}

// Close implements encoder.Native.
func (n native) Close() {
	C.lh_vpx_close(n.c)
	C.free(unsafe.Pointer(n.c))
}

func vpxError(code C.int) error {
	return fmt.Errorf("libvpx: %s", C.GoString(C.vpx_codec_err_to_string(C.vpx_codec_err_t(code))))
}
