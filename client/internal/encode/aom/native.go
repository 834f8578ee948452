package aom

/*
#cgo CFLAGS: -O2 -I${SRCDIR}/../internal/canvas
#cgo !windows LDFLAGS: -l:libaom.a -lm -lpthread
#cgo windows CFLAGS: -I${SRCDIR}/../../../../bin/windows/codecs/include
#cgo windows LDFLAGS: -L${SRCDIR}/../../../../bin/windows/codecs/lib -l:libaom.a -l:libpthread.a
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

	"github.com/lendhand/lendhand/client/internal/encode/internal/canvas"
	"github.com/lendhand/lendhand/client/internal/encode/internal/encoder"
)

// quantizers end with the lossless mode: what is lost then is lost in the conversion
// of colours.
var quantizers = encoder.Quantizers{Best: 0, Sharp: 0, Worst: 52}

type native struct{ c *C.lh_encoder }

func open(picture *canvas.Canvas, kilobitsPerSecond, threads int) (encoder.Native, error) {
	c := (*C.lh_encoder)(C.calloc(1, C.sizeof_lh_encoder))
	code := C.lh_aom_open(c, (*C.lh_canvas)(picture.Native()), C.int(kilobitsPerSecond), C.int(threads))
	if code != 0 {
		C.free(unsafe.Pointer(c))
		return nil, aomError(code)
	}
	return native{c}, nil
}

// Encode implements encoder.Native.
func (n native) Encode(ticks int64, t encoder.Task) (encoder.Coded, error) {
	code := C.lh_aom_encode(n.c, C.int64_t(ticks), C.bool(t.KeyFrame), C.bool(t.Refine), C.bool(t.Exact), C.int(t.Worst))
	if code != 0 {
		return encoder.Coded{}, aomError(code)
	}
	return encoder.Coded{
		Data:      unsafe.Slice((*byte)(n.c.data), int(n.c.size)),
		KeyFrame:  n.c.key_frame != 0,
		Quantizer: int(n.c.quantizer),
	}, nil
}

// SetRate implements encoder.Native.
func (n native) SetRate(kilobitsPerSecond int) error {
	if code := C.lh_aom_set_rate(n.c, C.int(kilobitsPerSecond)); code != 0 {
		return aomError(code)
	}
	return nil
}

// Close implements encoder.Native.
func (n native) Close() {
	C.lh_aom_close(n.c)
	C.free(unsafe.Pointer(n.c))
}

func aomError(code C.int) error {
	return fmt.Errorf("libaom: %s", C.GoString(C.aom_codec_err_to_string(C.aom_codec_err_t(code))))
}
