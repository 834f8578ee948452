//go:build !windows

// Package aomdec decodes AV1 with libaom. It is for the tests of the encoder: the
// program itself decodes nothing.
package aomdec

/*
#cgo LDFLAGS: -l:libaom.a -lm -lpthread
#include <stdlib.h>
#include <aom/aomdx.h>
#include <aom/aom_decoder.h>

static aom_image_t *lh_decode(aom_codec_ctx_t *c, const uint8_t *data, unsigned int size, int *err) {
	aom_codec_iter_t iter = NULL;
	*err = aom_codec_decode(c, data, size, NULL);
	return *err ? NULL : aom_codec_get_frame(c, &iter);
}

static int lh_open(aom_codec_ctx_t *c) {
	return aom_codec_dec_init(c, aom_codec_av1_dx(), NULL, 0);
}
*/
import "C"

import (
	"errors"
	"fmt"
	"image"
	"unsafe"

	"github.com/lendhand/lendhand/client/internal/encode/encodetest"
)

// Decoder decodes one stream.
type Decoder struct {
	c *C.aom_codec_ctx_t
}

// New opens a decoder. Close it.
func New() (*Decoder, error) {
	c := (*C.aom_codec_ctx_t)(C.calloc(1, C.sizeof_aom_codec_ctx_t))
	if code := C.lh_open(c); code != 0 {
		C.free(unsafe.Pointer(c))
		return nil, fmt.Errorf("open decoder: libaom error %d", code)
	}
	return &Decoder{c: c}, nil
}

// Decode returns the picture of one packet, which is the caller's.
func (d *Decoder) Decode(packet []byte) (*image.YCbCr, error) {
	if len(packet) == 0 {
		return nil, errors.New("empty packet")
	}
	var code C.int
	img := C.lh_decode(d.c, (*C.uint8_t)(unsafe.Pointer(&packet[0])), C.uint(len(packet)), &code)
	if img == nil {
		return nil, fmt.Errorf("decode %d bytes: libaom error %d", len(packet), code)
	}
	if full, whole := img._range == C.AOM_CR_FULL_RANGE, img.x_chroma_shift == 0; full != whole {
		return nil, fmt.Errorf("full range is %t with a colour for every pixel %t", full, whole)
	}
	return picture(img), nil
}

func picture(img *C.aom_image_t) *image.YCbCr {
	p := encodetest.Planes{Size: image.Pt(int(img.d_w), int(img.d_h)), Subsampled: img.x_chroma_shift != 0}
	for i := range p.Samples {
		p.Samples[i], p.Strides[i] = unsafe.Pointer(img.planes[i]), int(img.stride[i])
	}
	return p.Picture()
}

// Close frees the decoder.
func (d *Decoder) Close() error {
	C.aom_codec_destroy(d.c)
	C.free(unsafe.Pointer(d.c))
	d.c = nil
	return nil
}
