// The small C surface between encoder.go and libvpx. Everything that one picture
// needs is done in two calls: convert for what changed, encode for the rest.
#ifndef LENDHAND_VPX_H
#define LENDHAND_VPX_H

#include <stddef.h>
#include <stdint.h>
#include <vpx/vpx_encoder.h>

typedef struct {
	// What the last call of lh_encode made. data belongs to libvpx and is valid
	// until the next call.
	const uint8_t *data;
	size_t size;
	int key_frame;
	int quantizer; // 0 (best) to 63

	// Owned by vpx.c.
	vpx_codec_ctx_t codec;
	vpx_codec_enc_cfg_t config;
	vpx_image_t *image;
	uint8_t *active; // one byte for each macroblock: 1 when it changed
	int rows, columns;
	int64_t pts;
} lh_encoder;

enum { LH_KEY_FRAME = 1, LH_REFINE = 2 };

// lh_open_vp8 fills e and returns VPX_CODEC_OK or a vpx_codec_err_t.
int lh_open_vp8(lh_encoder *e, int width, int height, int kilobits, int threads);

// lh_convert converts one rectangle of a BGRX picture to the encoder's I420
// image. x and y are even; pixels points to the picture's top left.
void lh_convert(lh_encoder *e, const uint8_t *pixels, int stride, int x, int y, int width, int height);

// lh_encode encodes the image. duration is in ticks of 90 kHz.
int lh_encode(lh_encoder *e, int64_t duration, int flags);

int lh_set_rate(lh_encoder *e, int kilobits);
void lh_close(lh_encoder *e);

#endif
