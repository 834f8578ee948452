// The small C surface between native.go and libvpx.
#ifndef LENDHAND_VPX_H
#define LENDHAND_VPX_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <vpx/vpx_encoder.h>

#include "canvas.h"

typedef struct {
	// What the last call of lh_vpx_encode made. data belongs to libvpx and is valid
	// until the next call.
	const uint8_t *data;
	size_t size;
	int key_frame;
	int quantizer; // 0 (best) to 63

	// Owned by vpx.c.
	const lh_canvas *canvas;
	vpx_codec_ctx_t codec;
	vpx_codec_enc_cfg_t config;
	vpx_image_t image;
	bool refined; // the last picture was at rest
	bool careful; // lh_vp8_set_careful
	int64_t pts;
} lh_encoder;

enum { LH_VP8, LH_VP9 };

// lh_vpx_open makes an encoder of the canvas, which outlives it, and returns
// VPX_CODEC_OK or a vpx_codec_err_t. codec is LH_VP8 or LH_VP9. e is zero before.
int lh_vpx_open(lh_encoder *e, int codec, const lh_canvas *canvas, int kilobits, int threads);

// lh_vpx_encode encodes the picture on the canvas with a quantizer of at most worst, or
// of just that when it is to be exact.
// duration is in ticks of 90 kHz.
int lh_vpx_encode(lh_encoder *e, int64_t duration, bool key_frame, bool refine, bool exact, int worst);

// lh_vp8_set_careful has VP8 look for what has moved in the next pictures, or not so
// well, but sooner. At first it does not.
int lh_vp8_set_careful(lh_encoder *e, bool careful);

int lh_vpx_set_rate(lh_encoder *e, int kilobits);
void lh_vpx_close(lh_encoder *e);

#endif
