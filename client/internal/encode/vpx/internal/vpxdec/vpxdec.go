//go:build !windows

// Package vpxdec decodes VP8 and VP9 with libvpx. It is for the tests of the encoder: the
// program itself decodes nothing.
package vpxdec

/*
#cgo LDFLAGS: -l:libvpx.a -lm -lpthread
#include <stdlib.h>
#include <vpx/vp8dx.h>
#include <vpx/vpx_decoder.h>

static vpx_image_t *lh_decode(vpx_codec_ctx_t *c, const uint8_t *data, unsigned int size, int *err) {
	vpx_codec_iter_t iter = NULL;
	*err = vpx_codec_decode(c, data, size, NULL, 0);
	return *err ? NULL : vpx_codec_get_frame(c, &iter);
}

static int lh_open(vpx_codec_ctx_t *c, int vp9) {
	return vpx_codec_dec_init(c, vp9 ? vpx_codec_vp9_dx() : vpx_codec_vp8_dx(), NULL, 0);
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
	c *C.vpx_codec_ctx_t
}

// NewVP8 opens a decoder of VP8. Close it.
func NewVP8() (*Decoder, error) { return open(0) }

// NewVP9 opens a decoder of VP9, of any profile. Close it.
func NewVP9() (*Decoder, error) { return open(1) }

func open(vp9 C.int) (*Decoder, error) {
	c := (*C.vpx_codec_ctx_t)(C.calloc(1, C.sizeof_vpx_codec_ctx_t))
	if code := C.lh_open(c, vp9); code != 0 {
		C.free(unsafe.Pointer(c))
		return nil, fmt.Errorf("open decoder: libvpx error %d", code)
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
		return nil, fmt.Errorf("decode %d bytes: libvpx error %d", len(packet), code)
	}
	if full, whole := img._range == C.VPX_CR_FULL_RANGE, img.x_chroma_shift == 0; full != whole {
		return nil, fmt.Errorf("full range is %t with a colour for every pixel %t", full, whole)
	}
	return picture(img), nil
}

func picture(img *C.vpx_image_t) *image.YCbCr {
	p := encodetest.Planes{Size: image.Pt(int(img.d_w), int(img.d_h)), Subsampled: img.x_chroma_shift != 0}
	for i := range p.Samples {
		p.Samples[i], p.Strides[i] = unsafe.Pointer(img.planes[i]), int(img.stride[i])
	}
	return p.Picture()
}

// Close frees the decoder.
func (d *Decoder) Close() error {
	C.vpx_codec_destroy(d.c)
	C.free(unsafe.Pointer(d.c))
	d.c = nil
	return nil
}
